"""What people and admins chose. Without a row the defaults of the records hold."""

from dataclasses import replace
from typing import Any, cast

import sqlalchemy as sa

from storage._tables import ChannelRow, PersonRow, WorkspaceRow
from storage.database import Database
from storage.records import ChannelSettings, Language, PersonSettings, WorkspaceSettings


def person(db: Database, team_id: str, user_id: str) -> PersonSettings:
    with db.reading() as session:
        row = session.get(PersonRow, (team_id, user_id))
        if row is None:
            return PersonSettings(team_id, user_id)
        return PersonSettings(
            team_id, user_id, cast("Language | None", row.language), row.never_capture, row.emoji_confirmed_at
        )


def change_person(db: Database, team_id: str, user_id: str, **changes: Any) -> PersonSettings:
    """Changes some of a person's settings, by the names of PersonSettings."""
    chosen = replace(person(db, team_id, user_id), **changes)
    with db.writing() as session:
        session.merge(
            PersonRow(
                team_id=team_id,
                user_id=user_id,
                language=chosen.language,
                never_capture=chosen.never_capture,
                emoji_confirmed_at=chosen.emoji_confirmed_at,
            )
        )
    return chosen


def workspace(db: Database, team_id: str) -> WorkspaceSettings:
    with db.reading() as session:
        row = session.get(WorkspaceRow, team_id)
        if row is None:
            return WorkspaceSettings(team_id)
        return WorkspaceSettings(
            team_id, row.purpose, row.purpose_asked_at, row.private_capture, row.pointers, tuple(row.host_ids)
        )


def change_workspace(db: Database, team_id: str, **changes: Any) -> WorkspaceSettings:
    """Changes some of a workspace's settings, by the names of WorkspaceSettings."""
    chosen = replace(workspace(db, team_id), **changes)
    with db.writing() as session:
        session.merge(
            WorkspaceRow(
                team_id=team_id,
                purpose=chosen.purpose,
                purpose_asked_at=chosen.purpose_asked_at,
                private_capture=chosen.private_capture,
                pointers=chosen.pointers,
                host_ids=list(chosen.host_ids),
            )
        )
    return chosen


def channel(db: Database, team_id: str, channel_id: str) -> ChannelSettings:
    with db.reading() as session:
        row = session.get(ChannelRow, (team_id, channel_id))
        return ChannelSettings(team_id, channel_id, row.capture if row else None)


def change_channel(db: Database, team_id: str, channel_id: str, *, capture: bool | None) -> ChannelSettings:
    with db.writing() as session:
        session.merge(ChannelRow(team_id=team_id, channel_id=channel_id, capture=capture))
    return ChannelSettings(team_id, channel_id, capture)


def closed_channels(db: Database, team_id: str) -> list[str]:
    """The channels that an admin closed to capture."""
    with db.reading() as session:
        chosen = sa.select(ChannelRow.channel_id).where(ChannelRow.team_id == team_id, ChannelRow.capture.is_(False))
        return sorted(session.scalars(chosen))
