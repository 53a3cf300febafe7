"""Other speakers' say: when somebody is asked about their words, and what an answer does."""

from datetime import timedelta
from typing import Literal

from bot.ports import World
from bot.texts.dates import working_days_after
from storage import settings, speakers
from storage.speakers import Record, Speaker

REQUESTS_A_WEEK = 5
"""About so many drafts a person is asked in seven days; further ones wait, and end unasked after too long a wait."""

_WEEK = timedelta(days=7)
_ON_ITS_WAY = timedelta(minutes=10)

Answer = Literal["ok", "leave_out", "never"]


def reserve(world: World, speaker: Speaker) -> Speaker | None:
    """Takes a place in somebody's week. None when there is none, or there is nothing to ask them any more."""
    if speaker.state == "asked":
        return speaker
    now = world.clock.now()
    return speakers.reserve(
        world.db,
        speaker.team_id,
        speaker.draft_id,
        speaker.user_id,
        since=now - _WEEK,
        at_most=REQUESTS_A_WEEK,
        due_at=working_days_after(now, world.rules.card_working_days),
    )


def answer(world: World, team_id: str, draft_id: str, user_id: str, said: Answer) -> Record | None:
    """Does what somebody said about their words. None when it is over; "never" holds all the same."""
    if said == "never":
        settings.change_person(world.db, team_id, user_id, never_capture=True, words_ok=False)
    return speakers.answer(world.db, team_id, draft_id, user_id, agrees=said == "ok")


def may_be_on_its_way(world: World, speaker: Speaker) -> bool:
    """Whether the message that asks may yet be posted: it has to be closed then, too."""
    return speaker.asked_at is not None and world.clock.now() - speaker.asked_at < _ON_ITS_WAY
