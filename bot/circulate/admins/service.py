"""Who reads workspace tips, what is done in shared channels, the trail as a file, and how the bot itself is."""

import csv
import io
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from bot.conversation import Channel
from bot.errors import Refused
from bot.ports import NewFile, World
from bot.trust import hosts
from storage import audit, meanings, requests, settings, spending
from storage.audit import Entry
from storage.records import Backlog, OpenTo

COLUMNS = ("at", "who_kind", "who", "action", "record_kind", "record")
"""Of the exported trail: ids and fixed words alone, nothing that anybody wrote."""


LATE, OF_LATE = timedelta(minutes=5), timedelta(days=7)
"""What has waited for so long should not have; and failures are told of for so long."""

Meanings = Literal["off", "being_made", "whole"]
"""Whether tips are found by meaning: not at all, not yet, or all of them."""


@dataclass(frozen=True, slots=True)
class Condition:
    """How the bot itself is. `model`: which words it and its endpoint are told by; None: there is none."""

    backlog: Backlog
    model: str | None
    is_over_budget: bool
    meanings: Meanings


@dataclass(frozen=True, slots=True)
class Switches:
    """What is on in a channel that is shared with another company."""

    channel: Channel
    capture: bool
    answers: bool


def condition(world: World, team_id: str) -> Condition:
    """How the bot is now, as far as its database and settings tell; `python -m bot doctor` looks at all the rest."""
    now, budget = world.clock.now(), world.rules.monthly_budget_usd
    is_over = budget is not None and spending.of_month(world.db, team_id, spending.month_of(now)).cost_usd >= budget
    is_whole = meanings.serving(world.db) is not None
    return Condition(
        requests.backlog(world.db, team_id, before=now - LATE, since=now - OF_LATE),
        world.rules.model,
        is_over,
        "off" if world.embedder.key is None else "whole" if is_whole else "being_made",
    )


def open_to(world: World, team_id: str, user_id: str, whom: OpenTo) -> None:
    """Lets guests, or everybody, read tips for the whole workspace. Raises Refused for anybody but an admin."""
    hosts.check_admin(world, user_id)
    settings.change_workspace(world.db, team_id, by=user_id, open_to=whom)


def shared_channels(world: World, user_id: str) -> list[Channel]:
    """The bot's channels that other companies read; of private ones only those that this admin is in (promise 2)."""
    hosts.check_admin(world, user_id)
    theirs = world.reading.channels_of(user_id)
    shared = (one for one in world.reading.own_channels() if one.is_shared)
    return [one for one in shared if not one.is_private or one.id in theirs]


def switches(world: World, team_id: str, user_id: str, channel_id: str) -> Switches:
    """Raises Refused for anybody but an admin, and for a channel that is not one of `shared_channels`."""
    channel = next((one for one in shared_channels(world, user_id) if one.id == channel_id), None)
    if channel is None:
        raise Refused("admins.refused_not_shared")
    chosen = settings.channel(world.db, team_id, channel_id)
    return Switches(channel, chosen.shared_capture, chosen.shared_answers)


def switch(world: World, team_id: str, user_id: str, channel_id: str, *, capture: bool, answers: bool) -> Switches:
    """Switches capture and answers on or off in a channel that is shared. Raises Refused as `switches` does."""
    found = switches(world, team_id, user_id, channel_id)
    settings.change_channel(world.db, team_id, channel_id, by=user_id, shared_capture=capture, shared_answers=answers)
    return Switches(found.channel, capture, answers)


def looked(world: World, team_id: str, user_id: str) -> None:
    """Notes the export before anything is seen. Raises Refused for anybody but an admin."""
    hosts.check_admin(world, user_id)
    audit.looked(world.db, team_id, "audit.exported", actor=user_id)


def trail(world: World, team_id: str, title: str) -> NewFile:
    """The trail of decisions as CSV, oldest first, times in UTC."""
    written = io.StringIO(newline="")
    rows = csv.writer(written)
    rows.writerow(COLUMNS)
    rows.writerows(map(_row, audit.entries(world.db, team_id)))
    return NewFile(f"decisions-{world.clock.now():%Y-%m-%d}.csv", written.getvalue().encode(), title)


def _row(entry: Entry) -> tuple[str, ...]:
    at = entry.at.isoformat(timespec="seconds")
    return (
        at,
        entry.actor_kind,
        entry.actor_id or "",
        entry.action,
        entry.record_kind or "",
        entry.record_id or "",
    )
