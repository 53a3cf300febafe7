"""What becomes of a worry's company when the worry, or somebody, goes. For storage's own modules."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import deliveries
from storage._tables import TalkLineRow, TalkRow, WorryEchoRow, WorryToldRow

OFFERS = ("offered", "shown")


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
    """Only where its threads are stays of a talk, for a while; of an offer nothing."""
    session.execute(_lines(row))
    deliveries.forget_talk(session, row.team_id, row.id)
    if row.talker_ts is None and row.owner_ts is None:
        session.delete(row)
        return
    row.state, row.line, row.by = "ended", "", None
    row.talker_id = row.talker_channel_id = None


def forget(session: Session, team_id: str, user_id: str) -> None:
    """What somebody offered, said and has too. An owner's card about them is closed by the clock."""
    theirs = sa.select(TalkRow).where(TalkRow.team_id == team_id, TalkRow.talker_id == user_id)
    for row in session.scalars(theirs.with_for_update()).all():
        if row.state in OFFERS:
            begin_to_end(row)
            for what in ("receipt", "root", "line:"):
                deliveries.forget_talk(session, team_id, row.id, what)
            row.talker_id = None
        else:
            close(session, row)
    session.execute(sa.delete(WorryEchoRow).where(WorryEchoRow.team_id == team_id, WorryEchoRow.user_id == user_id))


def _of_tip(team_id: str, tip_id: str) -> sa.Select[TalkRow]:
    return sa.select(TalkRow).where(TalkRow.team_id == team_id, TalkRow.tip_id == tip_id).with_for_update()


def _lines(row: TalkRow) -> sa.Delete:
    return sa.delete(TalkLineRow).where(TalkLineRow.team_id == row.team_id, TalkLineRow.talk_id == row.id)
