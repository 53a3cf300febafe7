"""Other speakers' say about their words in a draft, or in the named tip that was made of it.

Each change holds the draft's row, then the tip's: answers, decisions and deletions come one after another.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import _borrowed, _words, deliveries, tips
from storage._feed import announce
from storage._tables import BorrowedRow, DraftRow, EvidenceRow, PersonRow, SpeakerRow, TipRow
from storage.database import Database
from storage.drafts._rows import draft_of
from storage.proposals import Of
from storage.records import OPEN_STATES, Borrowed, Draft, KeyedHash, MessageRef, Tip, TipContent, Viewer

State = Literal["queued", "asked", "agreed", "left_out", "closed"]
"""queued → asked → agreed | left_out; agreed → left_out; closed: what it was about has ended."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody whose words a draft rests on besides its author's. `ref`: the message that asks them."""

    team_id: str
    draft_id: str
    user_id: str
    state: State
    capturer_id: str | None
    links: tuple[str, ...]
    asked_at: datetime | None
    due_at: datetime
    ref: MessageRef | None


@dataclass(frozen=True, slots=True)
class Record:
    """Where somebody's words are after a change: in an open draft, or in a named tip. `came`: words that came in."""

    draft: Draft | None = None
    tip: Tip | None = None
    came: tuple[str, ...] = ()


def of_draft(db: Database, team_id: str, draft_id: str) -> list[Speaker]:
    with db.reading() as session:
        return [_speaker(row) for row in _borrowed.people(session, team_id, draft_id)]


def find(db: Database, team_id: str, draft_id: str, user_id: str) -> Speaker | None:
    with db.reading() as session:
        row = session.get(SpeakerRow, (team_id, draft_id, user_id))
        return _speaker(row) if row else None


def words_of(db: Database, team_id: str, draft_id: str, user_id: str) -> tuple[Borrowed, ...]:
    """The fields that rest on this person's words, for themselves to see."""
    with db.reading() as session:
        return _borrowed.words_of(session, team_id, draft_id, user_id)


def without_others(db: Database, team_id: str, of: Of, record_id: str, content: TipContent) -> TipContent:
    """What is left of a record's words for people who cannot read it now: others agreed for those who can."""
    with db.reading() as session:
        row = session.get(DraftRow if of == "draft" else TipRow, (team_id, record_id))
        draft_id = row.draft_id if isinstance(row, TipRow) else record_id
        for one in _borrowed.fields(session, team_id, draft_id) if draft_id is not None else ():
            if one.is_included:
                content = _words.take_out(content, one.field, one.text)
    return content


def reserve(
    db: Database, team_id: str, draft_id: str, user_id: str, *, since: datetime, at_most: int, due_at: datetime
) -> Speaker | None:
    """Notes that somebody is asked now; None when they are not to be, or were asked `at_most` times since then.

    Who has been asked about this draft before does not count again: the message that stands is brought up to date.
    """
    with db.writing() as session:
        theirs = session.scalars(
            sa.select(SpeakerRow)
            .where(SpeakerRow.team_id == team_id, SpeakerRow.user_id == user_id)
            .order_by(SpeakerRow.draft_id)
            .with_for_update()
        ).all()
        row = next((one for one in theirs if one.draft_id == draft_id), None)
        if row is None or row.state != "queued":
            return None
        if row.asked_at is None:
            asked = sum(1 for one in theirs if one.asked_at is not None and one.asked_at > since)
            if asked >= at_most:
                return None
            row.asked_at = db.now()
        row.state, row.due_at = "asked", due_at
        return _speaker(row)


def posted(db: Database, team_id: str, draft_id: str, user_id: str, ref: MessageRef) -> None:
    """Notes where the message stands that asks."""
    with db.writing() as session:
        row = session.get(SpeakerRow, (team_id, draft_id, user_id), with_for_update=True)
        if row is not None:
            row.channel_id, row.ts = ref.channel_id, ref.ts


def answer(db: Database, team_id: str, draft_id: str, user_id: str, *, agrees: bool) -> Record | None:
    """Takes somebody's answer, which may come again. None when nothing of it is open any more.

    Agreed: what rests on their words comes in, unless others have to agree as well. Else it goes, for good.
    """
    with db.writing() as session:
        place = _hold(session, team_id, draft_id)
        row = session.get(SpeakerRow, (team_id, draft_id, user_id), with_for_update=True)
        if place is None or row is None or row.state == "closed" or (agrees and row.state == "left_out"):
            return None
        row.state = "agreed" if agrees else "left_out"
        session.flush()
        return _apply(db, session, place, draft_id, without=None if agrees else user_id)


def refuse(db: Database, viewer: Viewer, tip_id: str, user_id: str, is_owner: tips.IsOwner) -> Tip:
    """The tip's owner does not want what came in with somebody's OK. Raises NotFound for anybody else."""
    with db.writing() as session:
        row = tips.own_row(session, viewer, tip_id, is_owner)
        if row.draft_id is not None:
            _apply(db, session, row, row.draft_id, without=user_id)
        return tips.tip_of(row)


def expire(db: Database, team_id: str, draft_id: str, user_id: str) -> Record | None:
    """Silence for too long: what waited for this person goes, and what they were asked is closed."""
    with db.writing() as session:
        place = _hold(session, team_id, draft_id)
        row = session.get(SpeakerRow, (team_id, draft_id, user_id), with_for_update=True)
        if row is None or row.state not in ("queued", "asked") or row.due_at > db.now():
            return None
        return _apply(db, session, place, draft_id, without=user_id) if place is not None else None


def source_deleted(db: Database, team_id: str, hashes: Sequence[KeyedHash]) -> list[Record]:
    """A message was deleted: what rests on it besides the author's words goes. Gives the records that changed."""
    digests = [one.digest for one in hashes]
    with db.writing() as session:
        changed = []
        for draft_id in _resting_on(session, team_id, digests):
            place = _hold(session, team_id, draft_id)
            if place is not None:
                changed.append(_apply(db, session, place, draft_id, digests=digests))
        return changed


def said_in(db: Database, team_id: str, hashes: Sequence[KeyedHash]) -> dict[str, bool]:
    """The drafts that hold other speakers' words from these messages; True: they are part of its words by now."""
    chosen = (
        sa.select(EvidenceRow.record_id, BorrowedRow.is_included)
        .join(
            BorrowedRow,
            sa.and_(
                BorrowedRow.team_id == EvidenceRow.team_id,
                BorrowedRow.draft_id == EvidenceRow.record_id,
                BorrowedRow.field == EvidenceRow.field,
            ),
        )
        .where(_by_others(team_id, hashes))
    )
    found: dict[str, bool] = {}
    with db.reading() as session:
        for draft_id, is_included in session.execute(chosen.order_by(EvidenceRow.record_id)):
            found[draft_id] = found.get(draft_id, False) or is_included
    return found


def said_otherwise(db: Database, team_id: str, draft_id: str, hashes: Sequence[KeyedHash]) -> Record | None:
    """A speaker wrote these messages anew: what rests on them goes for good, for nobody has agreed to other words.

    Coming again changes nothing. None when neither draft nor named tip is there any more.
    """
    with db.writing() as session:
        place = _hold(session, team_id, draft_id)
        if place is None:
            return None
        theirs = sa.select(EvidenceRow.message_hash).where(_by_others(team_id, hashes))
        digests = session.scalars(theirs.where(EvidenceRow.record_id == draft_id)).all()
        return _apply(db, session, place, draft_id, digests=digests)


def _by_others(team_id: str, hashes: Sequence[KeyedHash]) -> sa.ColumnElement[bool]:
    """Evidence that is one of these messages, and not the author's: who has a say is a speaker."""
    has_a_say = sa.exists().where(
        SpeakerRow.team_id == EvidenceRow.team_id,
        SpeakerRow.draft_id == EvidenceRow.record_id,
        SpeakerRow.user_id == EvidenceRow.speaker_id,
    )
    digests = [one.digest for one in hashes]
    return sa.and_(
        EvidenceRow.team_id == team_id, EvidenceRow.of == "borrowed", EvidenceRow.message_hash.in_(digests), has_a_say
    )


def resting_on(db: Database, team_id: str, hashes: Sequence[KeyedHash]) -> list[str]:
    """The drafts that other speakers' words from these messages are part of, or wait for."""
    with db.reading() as session:
        return _resting_on(session, team_id, [one.digest for one in hashes])


def forget(db: Database, session: Session, team_id: str, user_id: str) -> None:
    """Takes somebody's words out of every draft and named tip. For storage's own modules."""
    theirs = sa.and_(SpeakerRow.team_id == team_id, SpeakerRow.user_id == user_id)
    for draft_id in session.scalars(sa.select(SpeakerRow.draft_id).where(theirs).order_by(SpeakerRow.draft_id)).all():
        place = _hold(session, team_id, draft_id)
        if place is not None:
            _apply(db, session, place, draft_id, without=user_id)
        deliveries.forget_speaker(session, team_id, draft_id, user_id)
    session.execute(sa.delete(SpeakerRow).where(theirs))
    for row, column in ((SpeakerRow, "capturer_id"), (EvidenceRow, "speaker_id")):
        of_theirs = sa.and_(row.team_id == team_id, getattr(row, column) == user_id)
        session.execute(sa.update(row).where(of_theirs).values({column: None}))


def queued(db: Database) -> list[Speaker]:
    """Who is still to be asked, and who was to be when the process died; first come, first served."""
    unposted = sa.and_(SpeakerRow.state == "asked", SpeakerRow.ts.is_(None))
    return _where(db, sa.or_(SpeakerRow.state == "queued", unposted))


def due(db: Database) -> list[Speaker]:
    """Whose silence has lasted long enough."""
    return _where(db, SpeakerRow.state.in_(["queued", "asked"]), SpeakerRow.due_at <= db.now())


def decided_beforehand(db: Database) -> list[tuple[Speaker, bool]]:
    """Who has not answered and has set meanwhile what they always answer; True: OK to use."""
    with db.reading() as session:
        chosen = (
            sa.select(SpeakerRow, PersonRow.never_capture)
            .join(PersonRow, sa.and_(PersonRow.team_id == SpeakerRow.team_id, PersonRow.user_id == SpeakerRow.user_id))
            .where(SpeakerRow.state.in_(["queued", "asked"]), sa.or_(PersonRow.never_capture, PersonRow.words_ok))
        )
        return [(_speaker(row), not never) for row, never in session.execute(chosen)]


def closed(db: Database) -> list[Speaker]:
    """Whose question is over, and whose message still says the words."""
    return _where(db, SpeakerRow.state == "closed")


def gone(db: Database, team_id: str, draft_id: str, user_id: str) -> None:
    """Nothing stands any more: neither the message nor that somebody was asked."""
    with db.writing() as session:
        row = session.get(SpeakerRow, (team_id, draft_id, user_id), with_for_update=True)
        if row is not None and row.state == "closed":
            session.delete(row)
            deliveries.forget_speaker(session, team_id, draft_id, user_id)


def _where(db: Database, *conditions: sa.ColumnElement[bool]) -> list[Speaker]:
    chosen = sa.select(SpeakerRow).where(*conditions).order_by(SpeakerRow.created_at, SpeakerRow.draft_id)
    with db.reading() as session:
        return [_speaker(row) for row in session.scalars(chosen.order_by(SpeakerRow.user_id).limit(1_000))]


def _resting_on(session: Session, team_id: str, digests: Sequence[str]) -> list[str]:
    chosen = sa.select(EvidenceRow.record_id).where(
        EvidenceRow.team_id == team_id, EvidenceRow.of == "borrowed", EvidenceRow.message_hash.in_(digests)
    )
    return list(session.scalars(chosen.distinct().order_by(EvidenceRow.record_id)))


def _hold(session: Session, team_id: str, draft_id: str) -> DraftRow | TipRow | None:
    """The open draft, or the named tip that was made of it; None when neither is there any more."""
    draft = session.get(DraftRow, (team_id, draft_id), with_for_update=True, populate_existing=True)
    if draft is None or draft.state in OPEN_STATES:
        return draft
    tip = session.scalar(
        sa.select(TipRow).where(TipRow.team_id == team_id, TipRow.draft_id == draft_id).with_for_update()
    )
    return tip if tip is not None and tip.state == "published" else None


def _apply(
    db: Database,
    session: Session,
    place: DraftRow | TipRow,
    draft_id: str,
    *,
    without: str | None = None,
    digests: Sequence[str] | None = None,
) -> Record:
    """Brings a record's content in line with what was said about its words."""
    team_id = place.team_id
    content = TipContent.model_validate(place.content) if place.content else None
    after, came = content, list[str]()
    if without is not None or digests is not None:
        after = _borrowed.drop(session, team_id, draft_id, content, speaker_id=without, digests=digests)
    if after is not None:
        after, came = _borrowed.settle(session, team_id, draft_id, place.author_id, after)
    if after is not None and after != content:
        place.content = after.model_dump(mode="json")
        if isinstance(place, TipRow):
            place.updated_at = db.now()
            announce(db, session, team_id, place.id)
    session.flush()
    _borrowed.close_idle(session, team_id, draft_id)
    session.flush()
    if isinstance(place, TipRow):
        return Record(tip=tips.tip_of(place), came=tuple(came))
    return Record(draft=draft_of(session, place), came=tuple(came))


def _speaker(row: SpeakerRow) -> Speaker:
    return Speaker(
        row.team_id,
        row.draft_id,
        row.user_id,
        cast("State", row.state),
        row.capturer_id,
        tuple(row.links),
        row.asked_at,
        row.due_at,
        MessageRef(row.channel_id, row.ts) if row.channel_id and row.ts else None,
    )
