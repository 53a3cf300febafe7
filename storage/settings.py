"""What people and admins chose. Without a row the defaults of the records hold."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import audit
from storage._tables import ChannelRow, PersonRow, WorkspaceRow
from storage.database import Database, insert_if_absent
from storage.records import ChannelSettings, Language, OldSources, OpenTo, PersonSettings, WorkspaceSettings


def person(db: Database, team_id: str, user_id: str) -> PersonSettings:
    with db.reading() as session:
        row = session.get(PersonRow, (team_id, user_id))
        return _person(row) if row else PersonSettings(team_id, user_id)


def change_person(db: Database, team_id: str, user_id: str, **changes: Any) -> PersonSettings:
    """Changes some of a person's settings, by the names of PersonSettings."""
    with db.writing() as session:
        insert_if_absent(
            session,
            PersonRow,
            team_id=team_id,
            user_id=user_id,
            never_capture=False,
            may_be_asked=False,
            words_ok=False,
        )
        row = session.get_one(PersonRow, (team_id, user_id), with_for_update=True)
        chosen = replace(_person(row), **changes)
        row.language, row.never_capture = chosen.language, chosen.never_capture
        row.may_be_asked, row.emoji_confirmed_at = chosen.may_be_asked, chosen.emoji_confirmed_at
        row.words_ok = chosen.words_ok
        return chosen


def _person(row: PersonRow) -> PersonSettings:
    language = cast("Language | None", row.language)
    return PersonSettings(
        row.team_id, row.user_id, language, row.never_capture, row.may_be_asked, row.emoji_confirmed_at, row.words_ok
    )


def never_captured(db: Database, team_id: str, user_ids: Collection[str]) -> frozenset[str]:
    """Those of these people who never want to be captured."""
    with db.reading() as session:
        chosen = sa.select(PersonRow.user_id).where(
            PersonRow.team_id == team_id, PersonRow.user_id.in_(sorted(user_ids)), PersonRow.never_capture
        )
        return frozenset(session.scalars(chosen))


def workspace(db: Database, team_id: str) -> WorkspaceSettings:
    with db.reading() as session:
        row = session.get(WorkspaceRow, team_id)
        return _workspace(row) if row else WorkspaceSettings(team_id)


def change_workspace(db: Database, team_id: str, *, by: str | None = None, **changes: Any) -> WorkspaceSettings:
    """Changes some of a workspace's settings, by the names of WorkspaceSettings. `by`: the admin who decided it."""
    usual = WorkspaceSettings(team_id)
    with db.writing() as session:
        insert_if_absent(
            session,
            WorkspaceRow,
            team_id=team_id,
            purpose=usual.purpose,
            private_capture=usual.private_capture,
            pointers=usual.pointers,
            own_knowledge=usual.own_knowledge,
            host_ids=[],
            old_sources=usual.old_sources,
            approved_tools=[],
            policy=usual.policy,
            unasked_a_week=usual.unasked_a_week,
            open_to=usual.open_to,
            capture_emoji=[],
        )
        row = session.get_one(WorkspaceRow, team_id, with_for_update=True)
        chosen = replace(_workspace(row), **changes)
        row.purpose, row.purpose_asked_at = chosen.purpose, chosen.purpose_asked_at
        row.private_capture, row.pointers = chosen.private_capture, chosen.pointers
        row.own_knowledge, row.questions_channel_id = chosen.own_knowledge, chosen.questions_channel_id
        row.host_ids = list(chosen.host_ids)
        row.retention_days, row.slack_retention_days = chosen.retention_days, chosen.slack_retention_days
        row.old_sources = chosen.old_sources
        row.approved_tools, row.policy = list(chosen.approved_tools), chosen.policy
        row.unasked_a_week, row.open_to = chosen.unasked_a_week, chosen.open_to
        row.capture_emoji = list(chosen.capture_emoji)
        if by is not None:
            audit.note(db, session, team_id, "rules.changed", actor=by, record=("workspace", team_id))
        return chosen


def _workspace(row: WorkspaceRow) -> WorkspaceSettings:
    return WorkspaceSettings(
        team_id=row.team_id,
        purpose=row.purpose,
        purpose_asked_at=row.purpose_asked_at,
        private_capture=row.private_capture,
        pointers=row.pointers,
        own_knowledge=row.own_knowledge,
        questions_channel_id=row.questions_channel_id,
        host_ids=tuple(row.host_ids),
        retention_days=row.retention_days,
        slack_retention_days=row.slack_retention_days,
        old_sources=cast("OldSources", row.old_sources),
        approved_tools=tuple(row.approved_tools),
        policy=row.policy,
        unasked_a_week=row.unasked_a_week,
        open_to=cast("OpenTo", row.open_to),
        capture_emoji=tuple(row.capture_emoji),
    )


def workspaces(db: Database) -> list[WorkspaceSettings]:
    """Every workspace whose admins chose anything."""
    with db.reading() as session:
        return [_workspace(row) for row in session.scalars(sa.select(WorkspaceRow))]


def channel(db: Database, team_id: str, channel_id: str) -> ChannelSettings:
    with db.reading() as session:
        row = session.get(ChannelRow, (team_id, channel_id))
        return _channel(row) if row else ChannelSettings(team_id, channel_id)


def change_channel(
    db: Database, team_id: str, channel_id: str, *, by: str | None = None, **changes: Any
) -> ChannelSettings:
    """Changes some of a channel's settings, by the names of ChannelSettings. `by`: the admin who decided it."""
    with db.writing() as session:
        if by is not None:
            audit.note(db, session, team_id, "rules.changed", actor=by, record=("channel", channel_id))
        off = {"shared_capture": False, "shared_answers": False}
        insert_if_absent(session, ChannelRow, team_id=team_id, channel_id=channel_id, **off)
        row = session.get_one(ChannelRow, (team_id, channel_id), with_for_update=True)
        chosen = replace(_channel(row), **changes)
        row.capture, row.shared_capture = chosen.capture, chosen.shared_capture
        row.shared_answers = chosen.shared_answers
        return chosen


def _channel(row: ChannelRow) -> ChannelSettings:
    return ChannelSettings(row.team_id, row.channel_id, row.capture, row.shared_capture, row.shared_answers)


def answers_shared(db: Database, team_id: str) -> frozenset[str]:
    """The channels in which an admin lets people of other companies read answers."""
    with db.reading() as session:
        chosen = sa.select(ChannelRow.channel_id).where(ChannelRow.team_id == team_id, ChannelRow.shared_answers)
        return frozenset(session.scalars(chosen))


def closed_channels(db: Database, team_id: str) -> list[str]:
    """The channels that an admin closed to capture."""
    with db.reading() as session:
        chosen = sa.select(ChannelRow.channel_id).where(ChannelRow.team_id == team_id, ChannelRow.capture.is_(False))
        return sorted(session.scalars(chosen))


def forget(session: Session, team_id: str, user_id: str) -> None:
    """Deletes what somebody chose, and that they are a host; who is never captured stays so. For storage's modules."""
    rules = session.get(WorkspaceRow, team_id, with_for_update=True)
    if rules is not None and user_id in rules.host_ids:
        rules.host_ids = [host for host in rules.host_ids if host != user_id]
    chosen = session.get(PersonRow, (team_id, user_id))
    if chosen is not None and chosen.never_capture:
        chosen.language = chosen.emoji_confirmed_at = None
        chosen.may_be_asked = chosen.words_ok = False
    elif chosen is not None:
        session.delete(chosen)
