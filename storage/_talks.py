"""What becomes of a worry's company when the worry, or somebody, goes. For storage's own modules."""

from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import deliveries
from storage._tables import TalkLineRow, TalkRow, WorryEchoRow, WorryToldRow
from storage.records import KeyedHash

OFFERS = ("offered", "shown")
OVER = ("ended", "told")


def end_of_worry(session: Session, team_id: str, tip_id: str) -> None:
    """There is no worry any more: offers and talks about it end, and nobody has it too."""
    for row in session.scalars(_of_tip(team_id, tip_id)).all():
        if row.state in (*OFFERS, "open"):
            begin_to_end(row)
        row.tip_id = None
        if row.state == "declined":
            session.delete(row)
    for about in (WorryEchoRow, WorryToldRow):
        session.execute(sa.delete(about).where(about.team_id == team_id, about.tip_id == tip_id))


def name_taken_off(session: Session, team_id: str, tip_id: str) -> None:
    """Nothing tells any more in whose DM the offers to talk were shown, or that its owner was told of anything."""
    for row in session.scalars(_of_tip(team_id, tip_id)).all():
        deliveries.forget_talk(session, team_id, row.id, "card")
    session.execute(sa.delete(WorryToldRow).where(WorryToldRow.team_id == team_id, WorryToldRow.tip_id == tip_id))


def begin_to_end(row: TalkRow) -> None:
    """No word passes any more; the clock tells where it stood, and then `close`s it."""
    row.state, row.line, row.by = "ending", "", None


def close(session: Session, row: TalkRow) -> None:
    """Only where its threads and its lines' copies are stays of a talk, for a while; of an offer nothing."""
    session.execute(_lines(row).where(TalkLineRow.copy_ts.is_(None)))
    deliveries.forget_talk(session, row.team_id, row.id)
    if row.talker_ts is None and row.owner_ts is None:
        session.delete(row)
    elif row.state not in OVER:
        row.state, row.line, row.tip_id = "ended", "", None


def sweep(session: Session, ended_before: datetime) -> None:
    """What is left of talks that ended before then goes."""
    old = sa.select(TalkRow).where(TalkRow.state.in_(OVER), TalkRow.at < ended_before)
    for row in session.scalars(old.with_for_update()).all():
        session.execute(_lines(row))
        session.delete(row)


def leave_place(session: Session, row: TalkRow) -> None:
    """The DM of somebody who is forgotten is known no longer than a copy that has to go stands in it."""
    left = sa.select(TalkLineRow.ts).where(
        TalkLineRow.team_id == row.team_id, TalkLineRow.talk_id == row.id, TalkLineRow.side == "owner"
    )
    if row.talker_id is None and session.scalar(left.limit(1)) is None:
        row.talker_channel_id = None


def is_known(row: TalkRow, is_owner: Callable[[str, KeyedHash], bool]) -> bool:
    """Whether somebody is the owner of a talk without a name."""
    return row.owner_hash is not None and is_owner(row.id, KeyedHash(row.owner_hash, row.owner_pepper_version or 0))


def forget(session: Session, team_id: str, user_id: str) -> None:
    """What somebody offered, said and has too. An owner's card about them is closed by the clock.

    The copies of a talk of theirs go from Slack, by the clock and when its owner comes by: what they wrote, and what
    was brought to them, for nothing could follow there any more.
    """
    theirs = sa.select(TalkRow).where(TalkRow.team_id == team_id, TalkRow.talker_id == user_id)
    for row in session.scalars(theirs.with_for_update()).all():
        if row.state in OFFERS:
            begin_to_end(row)
            for what in ("receipt", "root", "line:"):
                deliveries.forget_talk(session, team_id, row.id, what)
            row.talker_id = None
            continue
        close(session, row)
        if row in session.deleted:
            continue
        row.talker_id = None
        session.execute(_copies(row).values(state="gone"))
        leave_place(session, row)
    session.execute(sa.delete(WorryEchoRow).where(WorryEchoRow.team_id == team_id, WorryEchoRow.user_id == user_id))


def forget_owner(session: Session, team_id: str, is_owner: Callable[[str, KeyedHash], bool]) -> None:
    """What somebody said without their name goes from the talkers' DMs, by the clock; nobody is recognised any more."""
    known = sa.select(TalkRow).where(TalkRow.team_id == team_id, TalkRow.owner_hash.is_not(None))
    for row in session.scalars(known.with_for_update()).all():
        if is_known(row, is_owner):
            session.execute(_copies(row).where(TalkLineRow.side == "owner").values(state="gone"))
            row.owner_hash = row.owner_pepper_version = None


def _copies(row: TalkRow) -> sa.Update:
    of_row = sa.and_(TalkLineRow.team_id == row.team_id, TalkLineRow.talk_id == row.id)
    return sa.update(TalkLineRow).where(of_row, TalkLineRow.copy_ts.is_not(None))


def _of_tip(team_id: str, tip_id: str) -> sa.Select[TalkRow]:
    return sa.select(TalkRow).where(TalkRow.team_id == team_id, TalkRow.tip_id == tip_id).with_for_update()


def _lines(row: TalkRow) -> sa.Delete:
    return sa.delete(TalkLineRow).where(TalkLineRow.team_id == row.team_id, TalkLineRow.talk_id == row.id)
