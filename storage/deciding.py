"""A host's one tap: what becomes of tips, item and minutes is one transaction, for a request once (`requests.once`)."""

from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import _tended, care, host_queue, merging, questions, tips
from storage._tables import CareRow, ReportRow
from storage.database import Database
from storage.records import ASKED, CareWhat, Decision, Viewer


def decide(db: Database, viewer: Viewer, one: Decision) -> None:
    """Does what a host chose for an item that they see; that they are a host is the caller's to know.

    Raises NotFound for what is gone, NotPossible when somebody decided about it already, or when two tips are not for
    the same people.
    """
    with db.writing() as session:
        _do(db, session, viewer, one)
        if one.item.kind == "report":
            theirs = sa.and_(ReportRow.team_id == viewer.team_id, ReportRow.tip_id == one.item.tip_id)
            session.execute(sa.delete(ReportRow).where(theirs))
        host_queue.decided(db, session, one.item, until=one.until)
        host_queue.spend(session, viewer.team_id, one.week, one.item.kind, one.minutes)


def _do(db: Database, session: Session, viewer: Viewer, one: Decision) -> None:
    item = one.item
    if one.choice == "close":
        questions.close_open(db, session, viewer.team_id, item.key)
    if item.tip_id is None:
        return
    if one.choice == "merge" and item.other_id is not None:
        stays, goes = (item.tip_id, item.other_id) if item.tip_id == one.stays_id else (item.other_id, item.tip_id)
        merging.merge(db, session, viewer, stays, goes)
    elif one.choice == "verify":
        care.verified(db, session, viewer, tips.seen_row(session, viewer, item.tip_id), "host")
    elif one.choice == "obsolete":
        care.mark_obsolete_as_host(db, session, viewer, item.tip_id)
    elif one.choice == "ask_owner" and item.kind in ASKED:
        care.ask(db, session, viewer, item.tip_id, cast("CareWhat", item.kind), item.about)
    elif one.choice == "fine":
        row = tips.seen_row(session, viewer, item.tip_id)
        asked = session.get(CareRow, (row.team_id, row.id))
        if asked is not None and asked.what == item.kind:
            # a host has answered in the owner's place
            _tended.end(session, row)
