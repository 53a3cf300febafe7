"""A retrospective whose channel takes no posts of the bot holds up nobody, and ends."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.circulate.themes import clock as themes_clock
from bot.errors import Refused
from bot.ports import Outgoing
from storage import people, theme_notes, themes
from storage.database import Database
from storage.records import MessageRef, Theme
from tests.conftest import FrozenClock
from tests.rounds import AYA, BEN, CHIE, Rounds
from tests.storage.steps import TEAM
from tests.storage.test_theme_life import post, theme

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

READ_ONLY = "C9"


@pytest.fixture
def rounds(db: Database) -> Rounds:
    return Rounds(db, {AYA: frozenset({"C1"}), BEN: frozenset({"C1"}), CHIE: frozenset({"C1"})})


def world(rounds: Rounds, deleted: list[MessageRef]) -> Any:
    made = rounds.world()
    say = made.speaking.post

    def refused(key: str, to: str, message: Outgoing, **more: Any) -> MessageRef:
        if to == READ_ONLY:
            raise Refused("errors.may_not_post")
        ref: MessageRef = say(key, to, message, **more)
        return ref

    made.speaking = SimpleNamespace(
        direct=made.speaking.direct, post=refused, delete=deleted.append, edit=lambda *_: None
    )
    return made


def note(db: Database, of: Theme, note_id: str, *, by: str | None = None) -> None:
    theme_notes.say(
        db,
        team_id=TEAM,
        note_id=note_id,
        theme_id=of.id,
        part="helped",
        text=f"言葉 {note_id}",
        author_id=by,
        post_at=db.now(),
    )


def test_a_note_that_cannot_be_posted_holds_up_neither_others_nor_what_has_to_go(
    db: Database, rounds: Rounds, clock: FrozenClock
) -> None:
    closed, lively = theme(db, channel=READ_ONLY), theme(db, "表計算")
    note(db, closed, "n1")
    clock.advance(minutes=1)
    note(db, lively, "n2")
    note(db, lively, "n3", by=AYA)
    theme_notes.posted(db, TEAM, "n3", MessageRef("C1", "9.3"))
    people.forget(db, TEAM, AYA, lambda *_: False)
    deleted: list[MessageRef] = []
    themes_clock.tick(world(rounds, deleted))
    assert [one.id for one in theme_notes.of_theme(db, TEAM, lively.id)] == ["n2"]
    assert deleted == [MessageRef("C1", "9.3")]
    assert [one.id for one in theme_notes.due(db, db.now())] == ["n1"]


def test_a_retrospective_that_cannot_be_summed_up_ends_all_the_same(
    db: Database, rounds: Rounds, clock: FrozenClock
) -> None:
    started = themes.start(
        db,
        team_id=TEAM,
        theme_id="retro",
        format="retro",
        name="振り返り",
        purpose="持ち寄る",
        question="どうでしたか",
        language="ja",
        owner_id=BEN,
        channel_id=READ_ONLY,
        ends_at=db.now() + timedelta(minutes=30),
        by=BEN,
    )
    post(db, started.id, "kickoff", channel=READ_ONLY)
    themes_clock.theme_posts.linked(db, TEAM, started.id, "https://x")
    note(db, started, "n1")
    clock.advance(hours=1)
    here = world(rounds, [])
    themes_clock.tick(here)
    assert themes.get(db, TEAM, started.id).state == "running"
    clock.advance(days=14, hours=15)
    themes_clock.tick(here)
    assert themes.get(db, TEAM, started.id).state == "closed"
    assert theme_notes.due(db, db.now()) == [], "what nobody will be shown is not kept"
    assert len(rounds.to(BEN)) == 1
