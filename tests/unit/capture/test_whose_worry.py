"""A worry can only be shared by who has it: nobody else's edit, emoji or care makes one of somebody's words."""

from types import SimpleNamespace
from typing import Any

import pytest

from bot.capture import decisions, sources
from bot.conversation import Message, Thread
from bot.errors import Refused
from bot.ports import Step
from storage import keepers, tips
from storage.database import Database
from storage.records import Kind, TipContent, Viewer
from tests.storage.steps import AYA, BEN, TEAM, draft, hashed, share

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WORRY = TipContent(title="どこまで直すか迷う", kind=Kind.WORRY)
HOST = Viewer(TEAM, BEN, is_full_member=True)


def world(db: Database) -> Any:
    keys = SimpleNamespace(
        owns=lambda kept, _team, tip_id, user: kept == hashed("owner", tip_id, user),
        messages=lambda *place: (hashed(*place),),
    )
    return SimpleNamespace(db=db, keys=keys)


def test_who_looks_after_a_tip_makes_no_worry_of_it_and_its_author_does(db: Database) -> None:
    tip = share(db, draft(db))
    keepers.left(db, TEAM, AYA)
    keepers.take_over(db, HOST, tip.id)
    with pytest.raises(Refused, match=r"capture\.refused_worry"):
        decisions.edit_tip(world(db), TEAM, tip.id, BEN, WORRY)
    edited, _ = decisions.edit_tip(world(db), TEAM, tip.id, AYA, WORRY)
    assert edited.content.kind is Kind.WORRY
    kept, _ = decisions.edit_tip(world(db), TEAM, tip.id, BEN, WORRY.model_copy(update={"task": "メールで"}))
    assert kept.content.task == "メールで"


def test_an_edit_in_slack_never_decides_that_a_worry_is_one_no_more(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = draft(db, kind="worry")
    tip = share(db, waiting)
    thread = Thread("C1", "1.000001", (Message("1.000001", AYA, "Aya", "直した", is_bot=False),))
    monkeypatch.setattr(sources, "_read", lambda *_: (thread, "1.000001"))
    monkeypatch.setattr(sources, "_as_it_reads_now", lambda *_: TipContent(title="直した", kind=Kind.PRACTICE))
    step: Step = lambda _name, do, **_: do()  # type: ignore[assignment] # noqa: E731 - runs at once
    [(rest, proposal, _)] = sources.updates(world(db), step, TEAM, "C1", "1.000001")
    assert rest.tip.id == tip.id
    assert proposal is not None
    assert (proposal.title, proposal.kind) == ("直した", Kind.WORRY)
    viewer = Viewer(TEAM, AYA, is_full_member=True)
    seen = tips.get(db, viewer, tip.id)
    assert seen is not None
    assert seen.content.kind is Kind.WORRY
