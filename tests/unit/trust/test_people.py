"""Whose tip it is, which language it is in, and by which hash its owner is known again."""

import stat
from pathlib import Path

import pytest

from bot.conversation import Message, Thread, has_words
from bot.errors import SetupError
from bot.trust.authorship import author_of, only_asks, speakers, without_quotes
from bot.trust.identity import open_keys, rotate
from bot.trust.language import language_of

ASKED = "議事録の固有名詞、みんなはどうやってますか？"
TOLD = "用語集を先に渡すと減りました。20行くらいで十分です。"


def thread(*said: tuple[str | None, str], root: str = "1.0") -> Thread:
    messages = [
        Message(f"{n}.0", who, who or "bot", text, is_bot=who is None) for n, (who, text) in enumerate(said, start=1)
    ]
    return Thread("C1", root, tuple(messages))


def test_who_wrote_the_message_that_was_pointed_at_is_the_author() -> None:
    talk = thread(("ken", ASKED), ("aya", TOLD), ("ben", "Same here, I paste a long glossary and much more."))
    assert author_of(talk, "2.0") == "aya"
    assert author_of(talk, "3.0", {"aya": 500}) == "ben"


def test_of_a_root_the_author_is_who_wrote_most_of_what_the_draft_rests_on() -> None:
    talk = thread(("ken", ASKED), ("aya", TOLD), ("ben", "I did it differently, with a much longer text of my own."))
    assert author_of(talk, "1.0", {"aya": 60, "ben": 20}) == "aya"
    assert author_of(talk, "1.0") == "ben"


def test_who_only_asked_is_not_the_author_of_the_answer() -> None:
    long_question = ASKED + "困っています。何かよい方法はありますか？" * 4
    assert author_of(thread(("ken", long_question), ("aya", TOLD)), "1.0") == "aya"
    assert (
        author_of(thread(("ken", "How do you do minutes? " * 9), ("ben", "I paste a glossary first.")), "1.0") == "ben"
    )


def test_who_tells_in_the_root_and_is_thanked_is_the_author() -> None:
    assert author_of(thread(("aya", TOLD * 3), ("ben", "Thanks!"), ("ken", "どのくらいの長さですか？")), "1.0") == "aya"


def test_a_question_that_nobody_answered_is_its_askers() -> None:
    assert author_of(thread(("ken", ASKED)), "1.0") == "ken"


def test_bots_are_nobodys_authors() -> None:
    assert author_of(thread((None, "Build failed"), (None, "Build fixed")), "1.0") is None
    assert author_of(thread(("ken", ASKED), (None, "毎日のお知らせ")), "2.0") is None
    assert author_of(thread((None, "Build failed: see the log"), ("goro", TOLD)), "1.0") == "goro"


def test_each_speaker_once_in_the_order_of_speaking() -> None:
    talk = thread(("ken", ASKED), ("aya", TOLD), ("ken", "ありがとう"), (None, "bot"))
    assert [message.author_id for message in speakers(talk)] == ["ken", "aya"]


def test_what_a_message_quotes_is_not_its_authors() -> None:
    said = "Benの言うとおりです。\n> I paste a glossary.\n> Always.\n私は要約も頼みます。\n```\n> 引用の形で答えて\n```"
    (message,) = without_quotes(thread(("aya", said))).messages
    assert message.text == "Benの言うとおりです。\n私は要約も頼みます。\n```\n> 引用の形で答えて\n```"
    assert without_quotes(thread(("aya", "> only a quote"))).people() == ()


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        (ASKED, True),
        ("How do others review SQL?", True),
        ("どなたか教えてください", True),
        (TOLD, False),
        ("これを使っています。\n```\n要約して\n```\nどうですか？", False),
        ("Here is what I do: " + "paste the schema, then the plan, then the query. " * 3 + "Any ideas?", False),
    ],
)
def test_questions_are_told_from_answers(text: str, asks: bool) -> None:
    assert only_asks(Message("1.0", "U1", "ken", text)) is asks


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("議事録の要約、みんなはどうやってる？", "ja"),
        ("how do others do it", "en"),
        ("ChatGPTとClaudeとGeminiを比べました", "ja"),
        ("We call it 拠り所 here and use it a lot", "en"),
        ("```\nこのコードを直して\n```\nI gave it this prompt", "en"),
        ("```\nFix this code please\n```", "en"),
        ("ﾃｽﾄ", "ja"),
    ],
)
def test_the_language_of_a_text(text: str, language: str) -> None:
    assert language_of(text) == language


def test_without_words_the_default_language_holds() -> None:
    assert language_of("123 :tada:", "ja") in ("ja", "en")
    assert language_of("", "ja") == "ja"
    assert language_of("!?", "en") == "en"


@pytest.mark.parametrize(
    ("text", "said"), [(":tada: :+1:", False), ("…!?", False), ("", False), ("3", True), ("は", True)]
)
def test_emoji_and_marks_are_no_words(text: str, said: bool) -> None:
    assert has_words(text) is said


def test_a_pepper_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "data" / "pepper.json"
    first, second = open_keys(path), open_keys(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert first.owner("T1", "tip", "U1") == second.owner("T1", "tip", "U1")
    assert [file.name for file in path.parent.iterdir()] == ["pepper.json"]


def test_hashes_say_nothing_without_their_pepper_and_differ_in_every_part(tmp_path: Path) -> None:
    keys, others = open_keys(tmp_path / "a.json"), open_keys(tmp_path / "b.json")
    hashes = {
        keys.owner("T1", "tip", "U1").digest,
        keys.owner("T1", "tip2", "U1").digest,
        keys.owner("T2", "tip", "U1").digest,
        keys.owner("T1", "tip", "U2").digest,
        keys.owner("T1", "ti", "pU1").digest,
        keys.message("T1", "tip", "U1").digest,
        others.owner("T1", "tip", "U1").digest,
    }
    assert len(hashes) == 7


def test_after_a_new_pepper_owners_of_before_are_still_known(tmp_path: Path) -> None:
    path = tmp_path / "pepper.json"
    before = open_keys(path)
    kept = before.owner("T1", "tip", "U1")
    assert rotate(path, used=()) == 2
    after = open_keys(path)
    assert after.newest == 2
    assert after.owns(kept, "T1", "tip", "U1")
    assert not after.owns(kept, "T1", "tip", "U2")
    assert after.owner("T1", "tip", "U1").version == 2
    assert kept.digest != after.owner("T1", "tip", "U1").digest
    assert len(after.messages("T1", "C1", "1.0")) == 2
    assert not before.owns(after.owner("T1", "tip", "U1"), "T1", "tip", "U1")


@pytest.mark.parametrize(
    "broken", ["", "{}", '{"peppers": {}}', '{"peppers": {"1": "c2hvcnQ="}}', '{"peppers": {"x": 1}}']
)
def test_a_broken_pepper_file_is_said_and_never_replaced(tmp_path: Path, broken: str) -> None:
    path = tmp_path / "pepper.json"
    path.write_text(broken)
    with pytest.raises(SetupError):
        open_keys(path)
    assert path.read_text() == broken
