"""Talks about worries: offered, agreed to, passed on by the bot, ended. Of what is said no word is kept.

A talk names its worry, never the owner: without a name they have to come by, as for questions to authors. Where copies
of lines stand is kept for a while after the end, so that a deletion still reaches them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import _talks, deliveries
from storage._kinds import IS_WORRY
from storage._tables import RequestRow, TalkLineRow, TalkRow, TipRow
from storage.database import Database, insert_if_absent, insert_or_replace
from storage.errors import NotFound, NotPossible
from storage.records import KeyedHash, LineState, MessageRef, Side, Talk, TalkCopy, TalkLine, TalkState, Tip, Viewer
from storage.tips import LIVE, IsOwner, is_own, may_be_of, row_of_another, tip_of

_OF_ITS_TIP = sa.and_(TipRow.team_id == TalkRow.team_id, TipRow.id == TalkRow.tip_id)


def offer(db: Database, viewer: Viewer, talk_id: str, tip_id: str, line: str, *, is_owner: IsOwner) -> Talk:
    """The viewer can talk about a worry. `line` is redacted. Idempotent by `talk_id`.

    Raises NotFound for one they do not see or that nobody owns, Own for their own, NotPossible while an earlier offer
    of theirs waits or was declined, or a talk is going on.
    """
    with db.writing() as session:
        known = session.get(TalkRow, (viewer.team_id, talk_id))
        if known is not None:
            return _talk(known)
        tip = row_of_another(session, viewer, tip_id, is_owner, IS_WORRY)
        if tip.author_id is None and tip.owner_hash is None:
            raise NotFound("nobody is known whose worry it is")
        values = {"team_id": viewer.team_id, "id": talk_id, "tip_id": tip.id, "talker_id": viewer.user_id}
        row = TalkRow(**values, line=line, state="offered", at=db.now())
        # the worry is held: of two offers of one person at once the second finds the first
        if session.scalar(sa.select(TalkRow.id).filter_by(**{k: v for k, v in values.items() if k != "id"})):
            raise NotPossible("they have offered it already")
        session.add(row)
        session.flush()
        return _talk(row)


def get(db: Database, team_id: str, talk_id: str) -> Talk | None:
    with db.reading() as session:
        row = session.get(TalkRow, (team_id, talk_id))
        return _talk(row) if row else None


def has_offered(db: Database, viewer: Viewer, tip_id: str) -> bool:
    """Whether an offer of the viewer to talk about this worry waits or was declined, or they talk."""
    theirs = sa.select(TalkRow.id).where(
        TalkRow.team_id == viewer.team_id, TalkRow.tip_id == tip_id, TalkRow.talker_id == viewer.user_id
    )
    with db.reading() as session:
        return session.scalar(theirs) is not None


def of_owner(
    db: Database, viewer: Viewer, is_owner: IsOwner, *, states: Sequence[TalkState], anonymous_only: bool = False
) -> list[tuple[Talk, Tip]]:
    """Offers and talks about the viewer's own worries, with these, oldest first."""
    chosen = (
        sa.select(TalkRow, TipRow)
        .join(TipRow, _OF_ITS_TIP)
        .where(TalkRow.team_id == viewer.team_id, TalkRow.state.in_(list(states)))
        .where(TipRow.state.in_(LIVE), may_be_of(viewer.user_id, anonymous_only=anonymous_only))
        .order_by(TalkRow.at, TalkRow.id)
    )
    with db.reading() as session:
        return [
            (_talk(row), tip_of(tip)) for row, tip in session.execute(chosen) if is_own(tip, viewer.user_id, is_owner)
        ]


def in_thread(db: Database, team_id: str, channel_id: str, thread_ts: str) -> Talk | None:
    """The talk of a thread in somebody's DM, going on or over. Whose side it is, the caller has to ask."""
    talkers = sa.and_(
        TalkRow.talker_ts == thread_ts,
        sa.or_(TalkRow.talker_channel_id == channel_id, TalkRow.talker_channel_id.is_(None)),
    )
    chosen = sa.select(TalkRow).where(TalkRow.team_id == team_id, sa.or_(talkers, TalkRow.owner_ts == thread_ts))
    with db.reading() as session:
        row = session.scalars(chosen.limit(1)).first()
        return _talk(row) if row else None


def claim(db: Database, team_id: str, talk_id: str, request_id: str, *states: TalkState) -> bool:
    """Whether this request is to bring an offer or a talk on from one of these states: of several at once one does."""
    with db.writing() as session:
        row = session.get(TalkRow, (team_id, talk_id), with_for_update=True)
        if row is None or row.state not in states or not _is_free(session, row.by, request_id):
            return False
        row.by = request_id
        return True


def shown(db: Database, team_id: str, talk_id: str) -> None:
    """The owner has seen the offer: who was about to show it need not any more."""
    with db.writing() as session:
        row = session.get(TalkRow, (team_id, talk_id), with_for_update=True)
        if row is not None and row.state == "offered":
            row.state, row.by = "shown", None


def decline(db: Database, viewer: Viewer, talk_id: str, is_owner: IsOwner) -> None:
    """The owner would rather not now; the same person cannot offer it again soon. Raises NotFound for others."""
    with db.writing() as session:
        row = _of_owner(session, viewer, talk_id, is_owner, _talks.OFFERS)
        row.state, row.line, row.by, row.at = "declined", "", None, db.now()
        deliveries.forget_talk(session, viewer.team_id, talk_id)


def agree(db: Database, viewer: Viewer, talk_id: str, is_owner: IsOwner, *, known_by: KeyedHash) -> None:
    """The owner wants to talk through the bot. Raises NotFound for others. Idempotent.

    `known_by`: the keyed hash of the talk's id and the owner, by which they are recognised from now on.
    """
    with db.writing() as session:
        row = _of_owner(session, viewer, talk_id, is_owner, (*_talks.OFFERS, "open"))
        if row.state != "open":
            row.state, row.line, row.at = "open", "", db.now()
            row.owner_hash, row.owner_pepper_version = known_by.digest, known_by.version


def begun(db: Database, team_id: str, talk_id: str, *, talker_thread: MessageRef, owner_ts: str) -> None:
    """Notes where a talk stands; of the owner's DM the thread's ts alone."""
    with db.writing() as session:
        row = session.get(TalkRow, (team_id, talk_id), with_for_update=True)
        if row is not None and row.state == "open":
            row.talker_channel_id, row.talker_ts = talker_thread.channel_id, talker_thread.ts
            row.owner_ts, row.by = owner_ts, None


def is_owner_of(db: Database, viewer: Viewer, talk_id: str, is_owner: IsOwner) -> bool:
    """Whether the worry of a talk is the viewer's."""
    with db.reading() as session:
        row = session.get(TalkRow, (viewer.team_id, talk_id))
        tip = session.get(TipRow, (viewer.team_id, row.tip_id)) if row is not None and row.tip_id else None
        return tip is not None and tip.state in LIVE and is_own(tip, viewer.user_id, is_owner)


def said(db: Database, team_id: str, talk_id: str, side: Side, ts: str) -> bool:
    """Somebody said something in an open talk. Whether it is the first of theirs since the other spoke.

    Raises NotFound when the talk is over.
    """
    with db.writing() as session:
        row = session.get(TalkRow, (team_id, talk_id), with_for_update=True)
        if row is None or row.state != "open":
            raise NotFound("no such talk")
        of_talk = sa.select(TalkLineRow).where(TalkLineRow.team_id == team_id, TalkLineRow.talk_id == talk_id)
        last = session.scalars(of_talk.where(TalkLineRow.ts != ts).order_by(TalkLineRow.ts.desc()).limit(1)).first()
        key = {"team_id": team_id, "talk_id": talk_id, "side": side, "ts": ts}
        insert_if_absent(session, TalkLineRow, **key, state="waiting", copy_ts=None, by=None)
        row.at = db.now()
        return last is None or last.side != side


def lines(db: Database, team_id: str, talk_id: str) -> list[TalkLine]:
    """A talk's messages, oldest first."""
    chosen = sa.select(TalkLineRow).where(TalkLineRow.team_id == team_id, TalkLineRow.talk_id == talk_id)
    with db.reading() as session:
        return [_line(row) for row in session.scalars(chosen.order_by(TalkLineRow.ts, TalkLineRow.side))]


def line_of(db: Database, team_id: str, ts: str) -> TalkLine | None:
    """The line of a talk that a message is."""
    chosen = sa.select(TalkLineRow).where(TalkLineRow.team_id == team_id, TalkLineRow.ts == ts)
    with db.reading() as session:
        row = session.scalars(chosen.limit(1)).first()
        return _line(row) if row else None


def claim_line(db: Database, team_id: str, line: TalkLine, request_id: str) -> bool:
    """Whether this request is to pass a line on, or to bring its copy up to date: of several at once one does."""
    with db.writing() as session:
        row = session.get(TalkLineRow, (team_id, line.talk_id, line.side, line.ts), with_for_update=True)
        if row is None or row.state == "passed" or not _is_free(session, row.by, request_id):
            return False
        row.by = request_id
        return True


def passed(db: Database, team_id: str, line: TalkLine, copy_ts: str) -> None:
    """A line stands in the other's DM, as it reads now; also when the talk ended while it was passed on."""
    key = {"team_id": team_id, "talk_id": line.talk_id, "side": line.side, "ts": line.ts}
    with db.writing() as session:
        if session.get(TalkRow, (team_id, line.talk_id), with_for_update=True) is not None:
            insert_or_replace(session, TalkLineRow, **key, state="passed", copy_ts=copy_ts, by=None)


def changed(db: Database, team_id: str, line: TalkLine) -> TalkLine | None:
    """A message was edited or deleted: its copy has to follow, where there is one. Gives the line as it is now."""
    with db.writing() as session:
        row = session.get(TalkLineRow, (team_id, line.talk_id, line.side, line.ts), with_for_update=True)
        if row is not None and row.state == "passed":
            row.state = "stale"
        return _line(row) if row else None


def drop_line(db: Database, team_id: str, line: TalkLine) -> None:
    """A message is gone, and so is its copy."""
    key = {"team_id": team_id, "talk_id": line.talk_id, "side": line.side, "ts": line.ts}
    with db.writing() as session:
        row = session.get(TalkRow, (team_id, line.talk_id), with_for_update=True)
        session.execute(sa.delete(TalkLineRow).filter_by(**key))
        if row is not None:
            _talks.leave_place(session, row)


def gone(db: Database, limit: int = 100) -> list[TalkCopy]:
    """The copies in talkers' DMs that have to go from Slack, because somebody is forgotten."""
    of_talk = sa.and_(TalkLineRow.team_id == TalkRow.team_id, TalkLineRow.talk_id == TalkRow.id)
    chosen = (
        sa.select(TalkLineRow, TalkRow.talker_channel_id)
        .join(TalkRow, of_talk)
        .where(TalkLineRow.state == "gone", TalkLineRow.side == "owner")
        .order_by(TalkLineRow.talk_id, TalkLineRow.ts)
        .limit(limit)
    )
    with db.reading() as session:
        return [
            TalkCopy(row.team_id, _line(row), MessageRef(channel_id, row.copy_ts))
            for row, channel_id in session.execute(chosen)
            if channel_id is not None and row.copy_ts is not None
        ]


def end(db: Database, team_id: str, talk_id: str) -> None:
    """It is over and told: nothing of it is kept but, for a while, where its threads and its lines' copies are."""
    with db.writing() as session:
        row = session.get(TalkRow, (team_id, talk_id), with_for_update=True)
        if row is not None:
            _talks.close(session, row)


def over_of_owner(db: Database, team_id: str, is_owner: IsOwner) -> list[Talk]:
    """Somebody's talks without a name that are over, and that they have not heard of or whose copies have to follow."""
    due_lines = sa.exists().where(
        TalkLineRow.team_id == TalkRow.team_id,
        TalkLineRow.talk_id == TalkRow.id,
        TalkLineRow.side == "talker",
        TalkLineRow.state.in_(("stale", "gone")),
    )
    chosen = (
        sa.select(TalkRow)
        .where(TalkRow.team_id == team_id, TalkRow.owner_hash.is_not(None))
        .where(sa.or_(TalkRow.state == "ended", sa.and_(TalkRow.state == "told", due_lines)))
        .order_by(TalkRow.at, TalkRow.id)
    )
    with db.reading() as session:
        return [_talk(row) for row in session.scalars(chosen) if _talks.is_known(row, is_owner)]


def told_owner(db: Database, team_id: str, talk_id: str) -> None:
    """The owner, who came by, has seen that it is over."""
    ended = sa.update(TalkRow).where(TalkRow.team_id == team_id, TalkRow.id == talk_id, TalkRow.state == "ended")
    with db.writing() as session:
        session.execute(ended.values(state="told", by=None))


def due(
    db: Database, *, offered_before: datetime, said_before: datetime, declined_before: datetime, ended_before: datetime
) -> list[Talk]:
    """The offers and talks whose end has to be told: too old, silent for too long, or without a worry.

    What is left of others that were declined or ended before then goes.
    """
    with db.writing() as session:
        session.execute(sa.delete(TalkRow).where(TalkRow.state == "declined", TalkRow.at < declined_before))
        _talks.sweep(session, ended_before)
        old = sa.or_(
            sa.and_(TalkRow.state.in_(_talks.OFFERS), TalkRow.at < offered_before),
            sa.and_(TalkRow.state == "open", TalkRow.at < said_before),
        )
        for row in session.scalars(sa.select(TalkRow).where(old).with_for_update()).all():
            _talks.begin_to_end(row)
        session.flush()
        ending = sa.select(TalkRow).where(TalkRow.state == "ending").order_by(TalkRow.at, TalkRow.id)
        return [_talk(row) for row in session.scalars(ending)]


def _of_owner(session: Session, viewer: Viewer, talk_id: str, is_owner: IsOwner, states: Sequence[str]) -> TalkRow:
    """The owner's, held. Raises NotFound for anybody else."""
    row = session.get(TalkRow, (viewer.team_id, talk_id), with_for_update=True)
    tip = session.get(TipRow, (viewer.team_id, row.tip_id)) if row is not None and row.tip_id else None
    if row is None or tip is None or row.state not in states or not is_own(tip, viewer.user_id, is_owner):
        raise NotFound("no such offer for this person")
    return row


def _is_free(session: Session, by: str | None, request_id: str) -> bool:
    """Whether nobody is at it: a request that failed leaves it to the next."""
    if by is None or by == request_id:
        return True
    state = session.scalar(sa.select(RequestRow.state).where(RequestRow.id == by))
    return state != "accepted"


def _talk(row: TalkRow) -> Talk:
    thread = MessageRef(row.talker_channel_id, row.talker_ts) if row.talker_channel_id and row.talker_ts else None
    return Talk(
        team_id=row.team_id,
        id=row.id,
        tip_id=row.tip_id,
        talker_id=row.talker_id,
        line=row.line,
        state=cast("TalkState", row.state),
        at=row.at,
        talker_thread=thread,
        owner_ts=row.owner_ts,
    )


def _line(row: TalkLineRow) -> TalkLine:
    return TalkLine(row.talk_id, cast("Side", row.side), row.ts, cast("LineState", row.state), row.copy_ts)
