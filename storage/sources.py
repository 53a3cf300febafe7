"""The conversation behind a shared tip: edited, missing, or known to be gone. A deletion is not told of here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import _merged, audit, deliveries, keepers, tips
from storage._feed import announce
from storage._tables import EvidenceRow, SourceRow, TipRow
from storage.database import Database, insert_if_absent
from storage.errors import NotFound
from storage.records import KeyedHash, MessageRef, Tip, TipContent, Viewer
from storage.tips import IsOwner

State = Literal["checked", "edited", "missing", "gone"]
"""checked: it was there. edited: its author is offered an update. missing: the tip is hidden and its author asked.
gone: it is known to be missing, and the tip stays."""


@dataclass(frozen=True, slots=True)
class Rest:
    """A named tip, where its conversation is, and the messages that it rests on.

    `read_until`: when the last message was written that was read for its words; None: not known, of earlier tips.
    `in_own_words`: its author put words of their own in place, before they shared it or since.
    """

    tip: Tip
    channel_id: str
    thread_ts: str
    messages: frozenset[KeyedHash]
    state: State | None = None
    card: MessageRef | None = None
    read_until: datetime | None = None
    in_own_words: bool = False

    @property
    def author_id(self) -> str:
        return str(self.tip.author_id)


def named_resting_on(db: Database, team_id: str, hashes: Sequence[KeyedHash]) -> list[Rest]:
    """The named tips that rest on a message of their author's, for the job that offers an update."""
    with db.reading() as session:
        rows = session.scalars(_resting_on(team_id, hashes).where(TipRow.is_anonymous.is_(False)))
        return [_rest(session, row) for row in rows if row.source_channel_id and row.source_thread_ts]


def of_draft(db: Database, team_id: str, draft_id: str) -> Rest | None:
    """The named tip that came of a draft, out of date or not, for the job of its thread's next capture."""
    chosen = sa.select(TipRow).where(
        TipRow.team_id == team_id,
        TipRow.draft_id == draft_id,
        TipRow.state.in_(["published", tips.OBSOLETE]),
        TipRow.is_anonymous.is_(False),
    )
    with db.reading() as session:
        row = session.scalar(chosen)
        return _rest(session, row) if row is not None and row.source_channel_id and row.source_thread_ts else None


def note_anonymous_edits(db: Database, team_id: str, hashes: Sequence[KeyedHash]) -> None:
    """Of anonymous tips only that something they rest on was edited: no time, no place, no word of it.

    Their owner sees it when they come by.
    """
    with db.writing() as session:
        for row in session.scalars(_resting_on(team_id, hashes).where(TipRow.is_anonymous.is_(True))).all():
            insert_if_absent(session, SourceRow, team_id=team_id, tip_id=row.id, state="edited")


def _resting_on(team_id: str, hashes: Sequence[KeyedHash]) -> sa.Select[TipRow]:
    ids = sa.select(EvidenceRow.record_id).where(
        EvidenceRow.team_id == team_id,
        EvidenceRow.of == "tip",
        EvidenceRow.message_hash.in_([one.digest for one in hashes]),
    )
    return sa.select(TipRow).where(TipRow.team_id == team_id, TipRow.state == "published", TipRow.id.in_(ids))


def offer(
    db: Database, team_id: str, tip_id: str, proposal: TipContent | None, *, read_until: datetime
) -> MessageRef | None:
    """Keeps an update for the author's decision, in place of an earlier one. Gives the card that stands, if any.

    `read_until`: when the last message was written that was read for it.
    """
    with db.writing() as session:
        if _shared_with_name(session, team_id, tip_id, ("published", tips.OBSOLETE)) is None:
            raise NotFound("no such tip any more")
        row = _row(session, team_id, tip_id)
        row.state, row.read_until = "edited", read_until
        row.proposal = proposal.model_dump(mode="json") if proposal else None
        return _card(row)


def card_posted(db: Database, team_id: str, tip_id: str, ref: MessageRef) -> bool:
    """Notes where the card stands that asks the author. False: it was answered before that could be noted."""
    with db.writing() as session:
        row = session.get(SourceRow, (team_id, tip_id), with_for_update=True)
        if row is None or row.state not in ("edited", "missing"):
            return False
        row.card_channel_id, row.card_ts = ref.channel_id, ref.ts
        return True


def proposal(db: Database, viewer: Viewer, tip_id: str, is_owner: IsOwner) -> TipContent | None:
    """The update that waits for the owner's decision; None when there is none, or nothing to put in place."""
    with db.writing() as session:
        tips.own_row(session, viewer, tip_id, is_owner)
        row = session.get(SourceRow, (viewer.team_id, tip_id))
        if row is None or row.state != "edited" or row.proposal is None:
            return None
        return TipContent.model_validate(row.proposal)


def take(db: Database, viewer: Viewer, tip_id: str, content: TipContent, is_owner: IsOwner) -> Tip:
    """Puts the update in place. Coming again changes nothing. Raises NotFound for anybody but the owner."""
    with db.writing() as session:
        tip = tips.own_row(session, viewer, tip_id, is_owner)
        row = session.get(SourceRow, (viewer.team_id, tip_id), with_for_update=True)
        if row is not None and row.state == "edited" and row.proposal is not None:
            tips.put(db, session, viewer, tip, content)
            row.in_own_words = False
            _answered(session, tip, row)
        return tips.tip_of(tip)


def edited_tips(db: Database, viewer: Viewer) -> frozenset[str]:
    """Of the workspace's tips those whose source was edited since; for their owner's Home."""
    with db.reading() as session:
        chosen = sa.select(SourceRow.tip_id).where(SourceRow.team_id == viewer.team_id, SourceRow.state == "edited")
        return frozenset(session.scalars(chosen))


def settle(db: Database, viewer: Viewer, tip_id: str, is_owner: IsOwner) -> MessageRef | None:
    """The owner has said what becomes of an edit of the source. Gives the card that asked, to be replaced."""
    with db.writing() as session:
        tip = tips.own_row(session, viewer, tip_id, is_owner)
        row = session.get(SourceRow, (viewer.team_id, tip_id), with_for_update=True)
        if row is None or row.state != "edited":
            return None
        card = _card(row)
        _answered(session, tip, row)
        return card


def keep(db: Database, viewer: Viewer, tip_id: str, is_owner: IsOwner) -> Tip:
    """The owner keeps a tip whose source is missing: it is shown again, without a link that leads nowhere.

    Raises NotFound for anybody else.
    """
    with db.writing() as session:
        tip = tips.own_row(session, viewer, tip_id, is_owner)
        if tip.state == tips.HIDDEN:
            tip.state, tip.permalink, tip.updated_at = "published", None, db.now()
            row = _row(session, viewer.team_id, tip_id)
            row.state, row.card_channel_id, row.card_ts = "gone", None, None
            deliveries.forget_tip(session, viewer.team_id, tip_id)
            audit.note(db, session, viewer.team_id, "tip.kept", actor=viewer.user_id, record=("tip", tip_id))
            announce(db, session, viewer.team_id, tip_id)
            session.flush()
        return tips.tip_of(tip)


def due(db: Database, *, checked_before: datetime, limit: int) -> list[Rest]:
    """Named tips whose source has not been looked at since then, the longest first."""
    with db.reading() as session:
        rows = session.scalars(
            sa.select(TipRow)
            .join(SourceRow, sa.and_(SourceRow.team_id == TipRow.team_id, SourceRow.tip_id == TipRow.id))
            .where(
                SourceRow.state.in_(["checked", "edited"]),
                SourceRow.checked_at < checked_before,
                TipRow.state == "published",
                TipRow.author_id.is_not(None),
            )
            .order_by(SourceRow.checked_at, SourceRow.tip_id)
            .limit(limit)
        )
        return [_rest(session, row) for row in rows]


def checked(db: Database, team_id: str, tip_id: str) -> None:
    """The source was looked at, and there is nothing to do now."""
    with db.writing() as session:
        _row(session, team_id, tip_id).checked_at = db.now()


def gone(db: Database, team_id: str, tip_id: str) -> None:
    """The source is older than what Slack keeps: the tip stays, and its link, which leads nowhere, goes."""
    with db.writing() as session:
        tip = _shared_with_name(session, team_id, tip_id)
        if tip is None:
            return
        _row(session, team_id, tip_id).state = "gone"
        tip.permalink = None
        announce(db, session, team_id, tip_id)


def hide(db: Database, team_id: str, tip_id: str) -> None:
    """The source is missing, and nobody has said that it was deleted: nobody sees the tip until its owner says so."""
    with db.writing() as session:
        tip = _shared_with_name(session, team_id, tip_id)
        if tip is None:
            return
        _merged.release(db, session, team_id, tip_id)
        tip.state = tips.HIDDEN
        row = _row(session, team_id, tip_id)
        row.state, row.proposal = "missing", None
        row.card_channel_id = row.card_ts = None
        audit.note(db, session, team_id, "tip.source_missing", kind="clock", record=("tip", tip_id))
        announce(db, session, team_id, tip_id)


def withdraw(db: Database, team_id: str, tip_id: str) -> None:
    """The admin's rule for tips whose source is older than what Slack keeps."""
    with db.writing() as session:
        tip = _shared_with_name(session, team_id, tip_id)
        if tip is not None:
            audit.note(db, session, team_id, "tip.outlived", kind="clock", record=("tip", tip_id))
            tips.take_out(db, session, tip)


def unasked(db: Database) -> list[tuple[str, Rest]]:
    """Hidden tips of which nobody was asked yet, with whom to ask: the author, or who looks after it instead."""
    whose = keepers.whose()
    with db.reading() as session:
        rows = session.execute(
            sa.select(whose, TipRow)
            .join(SourceRow, sa.and_(SourceRow.team_id == TipRow.team_id, SourceRow.tip_id == TipRow.id))
            .where(SourceRow.state == "missing", SourceRow.card_ts.is_(None))
            .where(TipRow.state == tips.HIDDEN, whose.is_not(None))
        )
        return [(str(user_id), _rest(session, row)) for user_id, row in rows]


def _answered(session: Session, tip: TipRow, row: SourceRow) -> None:
    """An edit was decided on; of an anonymous tip not even that is kept."""
    deliveries.forget_tip(session, tip.team_id, tip.id)
    if tip.is_anonymous:
        session.delete(row)
        return
    row.state, row.proposal = "checked", None
    row.card_channel_id = row.card_ts = None


def _shared_with_name(
    session: Session, team_id: str, tip_id: str, states: Sequence[str] = ("published",)
) -> TipRow | None:
    """The tip, held, if it is still there and still has a name: what was looked up before may have changed."""
    tip = session.get(TipRow, (team_id, tip_id), with_for_update=True)
    return tip if tip is not None and tip.state in states and not tip.is_anonymous else None


def _row(session: Session, team_id: str, tip_id: str) -> SourceRow:
    insert_if_absent(session, SourceRow, team_id=team_id, tip_id=tip_id, state="checked")
    return session.get_one(SourceRow, (team_id, tip_id), with_for_update=True)


def _card(row: SourceRow) -> MessageRef | None:
    return MessageRef(row.card_channel_id, row.card_ts) if row.card_channel_id and row.card_ts else None


def _rest(session: Session, row: TipRow) -> Rest:
    rests_on = sa.select(EvidenceRow.message_hash, EvidenceRow.pepper_version).where(
        EvidenceRow.team_id == row.team_id, EvidenceRow.of == "tip", EvidenceRow.record_id == row.id
    )
    about = session.get(SourceRow, (row.team_id, row.id))
    return Rest(
        tips.tip_of(row),
        str(row.source_channel_id),
        str(row.source_thread_ts),
        frozenset(KeyedHash(digest, version) for digest, version in session.execute(rests_on)),
        cast("State", about.state) if about else None,
        _card(about) if about else None,
        about.read_until if about else None,
        bool(about and about.in_own_words),
    )
