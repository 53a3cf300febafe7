"""The made-up company of the demo, and how a company is read from a folder."""

import json
import re
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest

from playground.company.load import DEMO, load_company
from playground.company.model import Company, Post
from storage.records import ImportedTip, Kind

_KANA = re.compile(r"[ぁ-ヿ]")
_CAPTURE_EMOJI = "bulb"


@pytest.fixture(scope="module")
def company() -> Company:
    return load_company()


@pytest.fixture(scope="module")
def threads(company: Company) -> dict[str, list[Post]]:
    found: dict[str, list[Post]] = defaultdict(list)
    for post in company.posts:
        found[post.thread or post.key or ""].append(post)
    return found


@pytest.fixture(scope="module")
def tips() -> list[dict[str, object]]:
    return [json.loads(line) for line in (DEMO / "tips.jsonl").read_text(encoding="utf-8").splitlines()]


def _folder(tmp_path: Path, thread: str = "") -> Path:
    (tmp_path / "company.toml").write_text(
        """
        [workspace]
        id = "T0TINY"
        name = "Tiny"
        domain = "tiny"
        [[members]]
        id = "U0AYA"
        handle = "aya"
        real_name = "佐藤 彩"
        [[channels]]
        id = "C0TEA"
        name = "tea"
        members = ["aya"]
        """,
        encoding="utf-8",
    )
    (tmp_path / "threads").mkdir()
    (tmp_path / "threads" / "tea.toml").write_text(thread, encoding="utf-8")
    return tmp_path


def test_everybody_writes_and_reacts_only_in_channels_they_are_members_of(company: Company) -> None:
    members = {channel.name: set(channel.members) for channel in company.channels}
    for post in company.posts:
        people = {post.author, *(handle for _, who in post.reactions for handle in who)}
        assert people <= members[post.channel], post.text


def test_a_thread_file_is_named_after_its_channel(company: Company) -> None:
    files = {path.stem for path in (DEMO / "threads").glob("*.toml")}
    assert files == {channel.name for channel in company.channels} == {post.channel for post in company.posts}


def test_each_thread_begins_with_its_root_and_stays_in_one_channel(threads: dict[str, list[Post]]) -> None:
    for key, posts in threads.items():
        assert posts[0].key == key
        assert posts[0].thread is None
        assert {post.channel for post in posts} == {posts[0].channel}


def test_no_two_posts_share_a_key_and_no_two_threads_a_moment(company: Company, threads: dict[str, list[Post]]) -> None:
    keys = [post.key for post in company.posts if post.key]
    assert len(keys) == len(set(keys))
    assert len({posts[0].ago for posts in threads.values()}) == len(threads)


def test_everything_was_written_in_the_last_ninety_days_and_nothing_in_the_future(company: Company) -> None:
    assert all(timedelta() < post.ago <= timedelta(days=90) for post in company.posts)


def test_nothing_is_marked_for_capture_before_the_demo_begins(company: Company) -> None:
    assert not [post for post in company.posts if _CAPTURE_EMOJI in dict(post.reactions)]


@pytest.mark.parametrize(
    ("key", "channel", "author"),
    [
        ("minutes", "ai-tips", "kenji"),
        ("minutes-glossary", "ai-tips", "aya"),
        ("minutes-outcome", "ai-tips", "aya"),
        ("worry", "ai-tips", "shiori"),
        ("experiment", "ai-tips", "ben"),
        ("sql-review-prompt", "data", "priya"),
        ("leaked-key", "eng", "tom"),
        ("contact-data", "support", "kenji"),
        ("pitfall", "backoffice", "yuki"),
    ],
)
def test_the_posts_that_the_demo_points_at_are_there(company: Company, key: str, channel: str, author: str) -> None:
    found = [post for post in company.posts if post.key == key]
    assert [(post.channel, post.author) for post in found] == [(channel, author)]


def test_the_glossary_for_minutes_comes_with_its_prompt_and_its_outcome(threads: dict[str, list[Post]]) -> None:
    by_key = {post.key: post for post in threads["minutes"]}
    prose, prompt, _ = by_key["minutes-glossary"].text.split("```")
    assert prose.count("。") in range(2, 6)
    assert {word for word in ("議事録", "用語集", "固有名詞") if word in prompt} == {"議事録", "用語集", "固有名詞"}
    assert "20分→5分" in by_key["minutes-outcome"].text
    assert threads["minutes"][-1].author not in {"aya", "kenji"}


def test_both_languages_stand_as_equals(company: Company, threads: dict[str, list[Post]]) -> None:
    japanese = sum(bool(_KANA.search(post.text)) for post in company.posts)
    assert 0.4 < japanese / len(company.posts) < 0.6
    begun_in_japanese = sum(bool(_KANA.search(posts[0].text)) for posts in threads.values())
    assert 0.4 < begun_in_japanese / len(threads) < 0.6


def test_the_company_holds_what_makes_reading_a_thread_hard(threads: dict[str, list[Post]]) -> None:
    posts = [post for thread in threads.values() for post in thread]
    assert len(threads) >= 30
    assert max(len(thread) for thread in threads.values()) > 10
    assert [file.title for post in posts for file in post.files] == ["用語集"]
    assert any(post.author == "buildbot" for post in posts)
    assert any(re.search(r"^> ", post.text, re.MULTILINE) for post in posts)
    assert any(post.edited for post in posts)
    assert sum("```" in post.text for post in posts) >= 20


def test_every_tip_reads_as_the_import_reads_it(tips: list[dict[str, object]]) -> None:
    read = [ImportedTip.model_validate(tip) for tip in tips]
    assert [tip.external_id for tip in read] == [f"demo-{number:02}" for number in range(1, 31)]
    assert {tip.made_with for tip in read} == {"Claude (written for the demo)"}
    assert {tip.kind for tip in read} == set(Kind)
    assert sorted(tip.language for tip in read) == ["en"] * 15 + ["ja"] * 15
    assert all(tip.task and tip.topics for tip in read)


def test_a_tip_is_in_the_language_it_says(tips: list[dict[str, object]]) -> None:
    for tip in tips:
        assert bool(_KANA.search(str(tip["title"]))) == (tip["language"] == "ja"), tip["title"]


def test_no_tip_gives_away_what_the_demo_captures_live(tips: list[dict[str, object]]) -> None:
    assert not [tip["title"] for tip in tips if "用語集" in json.dumps(tip, ensure_ascii=False)]


def test_a_reply_comes_some_minutes_after_its_root_unless_it_says_otherwise(tmp_path: Path) -> None:
    folder = _folder(
        tmp_path,
        """
        channel = "tea"
        [[thread]]
        key = "leaves"
        days_ago = 2
        [[thread.post]]
        by = "aya"
        text = "お茶がない"
        [[thread.post]]
        by = "aya"
        text = "買ってきます"
        [[thread.post]]
        by = "aya"
        key = "bought"
        minutes = 90
        text = "買いました"
        """,
    )
    root, soon, later = load_company(folder).posts
    assert (root.key, root.thread, root.ago) == ("leaves", None, timedelta(days=2))
    assert (soon.key, soon.thread) == (None, "leaves")
    assert root.ago > soon.ago > later.ago
    assert (later.key, later.ago) == ("bought", timedelta(days=2) - timedelta(minutes=90))


_ROOT = 'channel = "tea"\n[[thread]]\nkey = "leaves"\ndays_ago = 1\n[[thread.post]]\nby = "aya"\n'


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param("channel = tea", id="not TOML"),
        pytest.param(_ROOT, id="a post without text"),
        pytest.param(_ROOT.replace("= 1", '= "yesterday"') + 'text = "x"', id="a day that is no number"),
        pytest.param(_ROOT + 'text = "x"\nfiles = [{ name = "x.exe", text = "x" }]', id="a file of an unknown type"),
    ],
)
def test_a_broken_thread_file_is_named(tmp_path: Path, broken: str) -> None:
    with pytest.raises(ValueError, match=r"^tea\.toml does not describe a company"):
        load_company(_folder(tmp_path, broken))


def test_a_broken_company_file_is_named(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    with (folder / "company.toml").open("a", encoding="utf-8") as file:
        file.write('[[members]]\nhandle = "nobody"\n')
    with pytest.raises(ValueError, match=r"^company\.toml does not describe a company"):
        load_company(folder)
