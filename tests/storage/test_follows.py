"""Follows: what can be followed, each term once; who hears of it, and what is said where nothing comes."""

from datetime import timedelta
from typing import Any, get_args

import pytest

from bot.circulate import unasked as when
from bot.circulate.follows import service as following
from bot.circulate.follows import views
from bot.circulate.follows.listeners import read
from bot.circulate.follows.service import Silence, Wanted
from bot.errors import Refused
from bot.texts import say
from storage import conversations, digests, follows, questions, synonyms, unasked
from storage.database import Database
from storage.records import DigestRhythm, FollowRhythm, Language, Viewer
from tests.conftest import FrozenClock
from tests.rounds import AYA, BEN, CHIE, MONDAY, TUESDAY_NOON, Rounds, begun, follow, shared, tick
from tests.storage.steps import TEAM, everything, hashed, owned_by, take_name_off
from tests.storage.test_open_questions import asked

NOTICE = "New of what you follow"
FIRST = "New for you (1)"


@pytest.fixture
def rounds(db: Database, clock: FrozenClock) -> Rounds:
    return begun(db, clock, {BEN: frozenset({"C1"}), CHIE: frozenset()})


def test_what_cannot_be_followed_is_refused_with_a_sentence(rounds: Rounds) -> None:
    for kind, name in (("person", BEN), ("person", "U0NOBODY"), ("topic", "!!"), ("topic", "x" * 61)):
        with pytest.raises(Refused):
            follow(rounds, BEN, name, kind=kind)
    with pytest.raises(Refused):
        following.unfollow(rounds.world(), TEAM, BEN, Wanted("topic", "Excel"))
    follow(rounds, BEN, "エクセル")
    assert following.unfollow(rounds.world(), TEAM, BEN, Wanted("tool", "Excel")).label == "エクセル"
    for number in range(follows.MOST):
        follow(rounds, BEN, f"topic {number}")
    with pytest.raises(Refused):
        follow(rounds, BEN, "one more")


def test_a_term_is_followed_once_whichever_kind_and_name_it_has(rounds: Rounds, clock: FrozenClock) -> None:
    for number in range(follows.MOST - 1):
        follow(rounds, BEN, f"topic {number}")
    follow(rounds, BEN, "Excel", kind="tool")
    follow(rounds, BEN, "エクセル", "at_once")
    assert [one.target for one in follows.of_person(rounds.db, TEAM, BEN)].count("excel") == 1
    clock.advance(minutes=1)
    shared(rounds.db, "1.1", tools=("Excel",))
    tick(rounds, clock)
    assert len(rounds.to(BEN)) == 1
    following.unfollow(rounds.world(), TEAM, BEN, Wanted("topic", "excel"))
    shared(rounds.db, "1.2", tools=("Excel",))
    tick(rounds, clock)
    assert len(rounds.to(BEN)) == 1


def test_names_that_hosts_made_one_are_one_follow_until_they_are_parted(rounds: Rounds) -> None:
    def followed() -> list[tuple[str, str]]:
        return sorted((one.label, one.rhythm) for one in follows.of_person(rounds.db, TEAM, BEN))

    for number in range(follows.MOST - 2):
        follow(rounds, CHIE, f"topic {number}")
    for user in (BEN, CHIE):
        follow(rounds, user, "会議のまとめ")
        follow(rounds, user, "議事録", kind="tool")
    merged = synonyms.merge(rounds.db, TEAM, "会議のまとめ", "議事録")
    assert len(followed()) == 1
    follow(rounds, CHIE, "Excel")
    follow(rounds, BEN, "minutes", "daily")
    synonyms.undo(rounds.db, TEAM, merged.key)
    assert followed() == [("会議のまとめ", "daily"), ("議事録", "daily")]
    synonyms.merge(rounds.db, TEAM, "会議のまとめ", "議事録")
    following.unfollow(rounds.world(), TEAM, BEN, Wanted("topic", "会議のまとめ"))
    synonyms.undo(rounds.db, TEAM, merged.key)
    assert followed() == []


@pytest.mark.parametrize(("digest", "texts"), [("weekly", ["New for you (3)"]), ("off", [f"{NOTICE} (3)"])])
def test_what_is_too_much_at_once_comes_later_also_to_who_wants_no_digest(
    rounds: Rounds, clock: FrozenClock, digest: DigestRhythm, texts: list[str]
) -> None:
    follow(rounds, CHIE, "Excel", "at_once")
    unasked.change_rhythm(rounds.db, TEAM, CHIE, digest=digest)
    clock.advance(minutes=1)
    for number in range(8):
        shared(rounds.db, f"1.{number}", title=f"tip {number}", tools=("Excel",))
    tick(rounds, clock)
    tick(rounds, clock)
    assert rounds.to(CHIE) == [f"{NOTICE} (5)"]
    for day in range(14):
        tick(rounds, clock, TUESDAY_NOON + timedelta(days=day))
    assert rounds.to(CHIE)[1:] == texts
    assert all(rounds.blocks(CHIE).count(f"*tip {number}*") == 1 for number in range(8))


SILENT: list[tuple[dict[str, Any], FollowRhythm, str | None]] = [
    ({}, "weekly", None),
    ({"digest": "off"}, "weekly", "home.settings"),
    ({"digest": "off"}, "daily", None),
    ({"is_muted": True}, "at_once", "digest.unmute"),
]


@pytest.mark.parametrize(("wish", "rhythm", "way"), SILENT)
@pytest.mark.parametrize("language", get_args(Language))
def test_who_would_hear_nothing_of_what_they_follow_is_told_so(
    rounds: Rounds, wish: dict[str, Any], rhythm: FollowRhythm, way: str | None, language: Language
) -> None:
    unasked.change_rhythm(rounds.db, TEAM, BEN, **wish)
    chosen = following.follow(rounds.world(), TEAM, BEN, [Wanted("tool", "Excel")], rhythm)
    silence = following.silence(rounds.world(), TEAM, BEN, chosen)
    said = views.followed(chosen, silence, language)
    assert "Excel" in said.text
    shown = [str(said.blocks), str(views.listed(chosen, silence, language).blocks)]
    shown.append(str(views.home(chosen, (), language, silence=silence)))
    if way is None:
        assert said.text == say(language, f"follows.now_{rhythm}", names="Excel")
        assert not any(say(language, f"follows.silent_{one}") in each for each in shown for one in get_args(Silence))
    else:
        assert say(language, f"follows.now_{rhythm}", names="Excel") not in said.text
        assert way in shown[0]
        assert all(say(language, f"follows.silent_{silence}") in each for each in shown)


def test_promise_3_who_was_told_of_a_tip_is_not_told_again_when_its_name_is_taken_off(
    rounds: Rounds, clock: FrozenClock
) -> None:
    """Nor is anybody else, its author least of all: who was told, and who was not, would say whose it is."""
    rounds.channels = dict.fromkeys((AYA, BEN, CHIE), frozenset({"C1"}))
    question = asked(rounds.db, "議事録の用語集はどう作りますか")
    for user in (AYA, BEN, CHIE):
        follow(rounds, user, "Excel", "at_once" if user == BEN else "weekly")
        follow(rounds, user, question.id, kind="question")
    digests.switch(rounds.db, when.first_of_channel(rounds.world(), TEAM, "C1", rounds.people[BEN]))
    clock.advance(minutes=1)
    tip = shared(rounds.db, "1.1", tools=("Excel",), private=True)
    tick(rounds, clock)
    assert rounds.to(BEN) == [f"{NOTICE} (1)"]
    take_name_off(rounds.db, Viewer(TEAM, AYA, is_full_member=True), tip.id, owned_by(AYA))
    questions.matched(rounds.db, question, [tip.id], 0)
    for week in range(14):
        tick(rounds, clock, MONDAY + timedelta(weeks=week))
    assert len(rounds.posts) == 1
    about = [row for row in everything(rounds.db) if row.startswith("news:") and tip.id in row]
    assert not [row for row in about for user in (AYA, BEN, CHIE) if user in row]


def test_a_tip_of_which_nobody_was_told_is_news_without_its_name_for_everybody(
    rounds: Rounds, clock: FrozenClock
) -> None:
    """Also for its author, as any other that was shared without one; not for who follows the author alone."""
    for user in (AYA, BEN):
        follow(rounds, user, "Excel")
    follow(rounds, CHIE, AYA, kind="person")
    clock.advance(minutes=1)
    tip = shared(rounds.db, "1.1", tools=("Excel",))
    tick(rounds, clock)
    take_name_off(rounds.db, Viewer(TEAM, AYA, is_full_member=True), tip.id, owned_by(AYA))
    tick(rounds, clock)
    tick(rounds, clock, MONDAY)
    assert {user: rounds.to(user) for user in (AYA, BEN, CHIE)} == {AYA: [FIRST], BEN: [FIRST], CHIE: []}
    assert AYA not in rounds.blocks(BEN)


def test_promise_3_a_digest_that_a_crash_left_tells_nobody_whose_a_tip_was(rounds: Rounds, clock: FrozenClock) -> None:
    follow(rounds, CHIE, AYA, kind="person")
    clock.advance(minutes=1)
    tip = shared(rounds.db, "1.1")
    tick(rounds, clock)
    mine = tuple(follows.untold(rounds.db, TEAM, CHIE))
    left = digests.prepare(rounds.db, digests.Prepared(TEAM, CHIE, "digest", "2026-11-30", mine))
    take_name_off(rounds.db, Viewer(TEAM, AYA, is_full_member=True), tip.id, owned_by(AYA))
    tick(rounds, clock, MONDAY)
    digests.end(rounds.db, left, is_sent=True)
    follows.note_news(rounds.db, mine)
    assert rounds.to(CHIE) == []
    assert not [row for row in everything(rounds.db) if tip.id in row and AYA in row]


def test_one_is_offered_what_one_asked_and_shared_about(rounds: Rounds) -> None:
    own = [shared(rounds.db, "1.1", topics=("契約書",)), shared(rounds.db, "1.2", topics=("秘密",), anonymously=True)]
    answer = shared(rounds.db, "1.3", by=BEN, tools=("エクセル", "Word"))
    asked = {"team_id": TEAM, "question_id": hashed("q").digest, "asker_id": AYA, "text": "表計算"}
    conversations.ask(rounds.db, **asked, language="ja", channel_id="D1", thread_ts="1.0")  # type: ignore[arg-type]
    conversations.note_answer(rounds.db, TEAM, hashed("q").digest, "answered", [answer.id])
    follow(rounds, AYA, "ワード")
    viewer = Viewer(TEAM, AYA, is_full_member=True)
    mine = follows.of_person(rounds.db, TEAM, AYA)
    assert set(following.suggested(rounds.world(), viewer, own, mine, "en")) == {"Contracts", "Excel"}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("follow Excel", ("follow", "Excel")),
        ("Follow meeting minutes.", ("follow", "meeting minutes")),
        ("Excelをフォロー", ("follow", "Excel")),
        ("「議事録」をフォローしてください。", ("follow", "議事録")),
        ("unfollow <@U0AYA>", ("unfollow", "<@U0AYA>")),
        ("Excelのフォローをやめる", ("unfollow", "Excel")),
        ("Excelのフォローを解除してください", ("unfollow", "Excel")),
        ("フォロー一覧", ("list", "")),
        ("follows", ("list", "")),
        ("follow up on the contract", None),
        ("How do others follow Excel?", None),
        ("Excelをフォローするには?", None),
        ("議事録はどう作りますか", None),
    ],
)
def test_what_words_to_the_bot_mean(text: str, wanted: tuple[str, str] | None) -> None:
    assert read(text) == wanted
