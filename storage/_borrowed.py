"""What a draft or a named tip holds of other speakers' words, as rows. For storage's own modules.

Everybody who changes these rows holds the draft's row, or the tip's: two answers and a decision come one after another.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import _words, deliveries
from storage._tables import BorrowedRow, EvidenceRow, SpeakerRow
from storage.records import Borrowed, Evidence, KeyedHash, Kind, TipContent


@dataclass(frozen=True, slots=True)
class NewSpeaker:
    """Whose words a draft rests on besides its author's. `links`: their messages; `has_agreed`: to all, beforehand."""

    user_id: str
    links: tuple[str, ...] = ()
    has_agreed: bool = False


def replace(
    session: Session,
    team_id: str,
    draft_id: str,
    borrowed: Iterable[Borrowed],
    speakers: Iterable[NewSpeaker],
    *,
    capturer_id: str | None,
    now: datetime,
    due_at: datetime,
) -> None:
    """Puts these fields and people in place of those that an earlier filling of the draft had.

    Who said no before is not asked again; who was asked has the one message that stands brought up to date.
    """
    _delete_fields(session, team_id, draft_id)
    for one in borrowed:
        session.add(BorrowedRow(team_id=team_id, draft_id=draft_id, field=one.field, text=one.text, is_included=False))
        for rests_on in {each.message.digest: each for each in one.evidence}.values():
            session.add(
                EvidenceRow(
                    team_id=team_id,
                    of="borrowed",
                    record_id=draft_id,
                    field=one.field,
                    message_hash=rests_on.message.digest,
                    pepper_version=rests_on.message.version,
                    speaker_id=rests_on.speaker_id,
                )
            )
    before = {row.user_id: row for row in people(session, team_id, draft_id)}
    for new in speakers:
        row = before.pop(new.user_id, None)
        if row is None:
            row = SpeakerRow(team_id=team_id, draft_id=draft_id, user_id=new.user_id, created_at=now, state="queued")
            session.add(row)
        row.capturer_id, row.links, row.due_at = capturer_id, list(new.links), due_at
        if row.state != "left_out":
            row.state = "agreed" if new.has_agreed else "queued"
    for row in before.values():
        if row.state != "left_out":
            _close(session, row)
    session.flush()
    said_no = [row.user_id for row in people(session, team_id, draft_id) if row.state == "left_out"]
    for user_id in said_no:
        drop(session, team_id, draft_id, None, speaker_id=user_id)


def settle(
    session: Session, team_id: str, draft_id: str, author_id: str | None, content: TipContent
) -> tuple[TipContent, list[str]]:
    """Puts in what everybody concerned agreed to. The content then, and the words that came in."""
    agreed = {row.user_id for row in people(session, team_id, draft_id) if row.state == "agreed"}
    rows = fields(session, team_id, draft_id)
    came: list[str] = []
    for row in rows:
        if row.is_included or not row.text:
            continue
        concerned = {one.speaker_id for one in evidence(session, team_id, draft_id, row.field)} - {author_id}
        if not concerned <= agreed:
            continue
        name, place = _words.place_of(row.field)
        missing = [
            other
            for other in rows
            if not other.is_included and _words.place_of(other.field)[0] == name and _is_before(other, place)
        ]
        changed = _words.put_in(content, row.field, row.text, before=len(missing))
        if changed is None:
            _empty(session, row)
            continue
        content, row.is_included = changed, True
        came.append(row.text)
    return content, came


def drop(
    session: Session,
    team_id: str,
    draft_id: str,
    content: TipContent | None,
    *,
    speaker_id: str | None = None,
    digests: Collection[str] | None = None,
) -> TipContent | None:
    """Takes out, for good, every field that rests on this person's words, on these messages, or (neither) all."""
    for row in fields(session, team_id, draft_id):
        rests_on = evidence(session, team_id, draft_id, row.field)
        if speaker_id is not None and speaker_id not in {one.speaker_id for one in rests_on}:
            continue
        if digests is not None and not {one.message_hash for one in rests_on} & set(digests):
            continue
        if row.is_included and content is not None:
            content = _words.take_out(content, row.field, row.text)
        _empty(session, row)
    session.flush()
    return content


def close_idle(session: Session, team_id: str, draft_id: str) -> None:
    """Ends what is open with people on whose words nothing rests any more."""
    concerned = {
        one.speaker_id
        for row in fields(session, team_id, draft_id)
        for one in evidence(session, team_id, draft_id, row.field)
    }
    for row in people(session, team_id, draft_id):
        if row.user_id not in concerned and row.state != "left_out":
            _close(session, row)


def follow_edit(
    session: Session, team_id: str, draft_id: str | None, before: TipContent, after: TipContent
) -> TipContent:
    """The author's edit, whose words others still have a say about. A worry holds nothing of others at all."""
    if draft_id is None:
        return after
    if after.kind is Kind.WORRY:
        after = drop(session, team_id, draft_id, after) or after
    for row in fields(session, team_id, draft_id):
        if row.is_included:
            now = _words.followed(before, after, row.field, row.text)
            if now is None:
                _empty(session, row)
            else:
                row.text = now
    close_idle(session, team_id, draft_id)
    return after


def end(session: Session, team_id: str, draft_id: str) -> None:
    """Nothing is kept any more, said or unsaid; the messages that asked are still to be closed."""
    _delete_fields(session, team_id, draft_id)
    for row in people(session, team_id, draft_id):
        _close(session, row)


def fields(session: Session, team_id: str, draft_id: str) -> list[BorrowedRow]:
    """In the order in which they were filled."""
    rows = session.scalars(
        sa.select(BorrowedRow).where(BorrowedRow.team_id == team_id, BorrowedRow.draft_id == draft_id)
    )
    return sorted(rows, key=lambda row: (_words.place_of(row.field)[0], _words.place_of(row.field)[1] or 0))


def evidence(session: Session, team_id: str, draft_id: str, field: str | None = None) -> Sequence[EvidenceRow]:
    chosen = sa.select(EvidenceRow).where(
        EvidenceRow.team_id == team_id, EvidenceRow.of == "borrowed", EvidenceRow.record_id == draft_id
    )
    if field is not None:
        chosen = chosen.where(EvidenceRow.field == field)
    return session.scalars(chosen.order_by(EvidenceRow.field, EvidenceRow.message_hash)).all()


def included_evidence(session: Session, team_id: str, draft_id: str) -> list[EvidenceRow]:
    """What the fields rest on that are part of the content now."""
    included = {row.field for row in fields(session, team_id, draft_id) if row.is_included}
    return [row for row in evidence(session, team_id, draft_id) if row.field in included]


def people(session: Session, team_id: str, draft_id: str) -> Sequence[SpeakerRow]:
    return session.scalars(
        sa.select(SpeakerRow)
        .where(SpeakerRow.team_id == team_id, SpeakerRow.draft_id == draft_id)
        .order_by(SpeakerRow.user_id)
    ).all()


def withheld(session: Session, team_id: str, draft_id: str) -> tuple[Borrowed, ...]:
    return tuple(
        _borrowed(session, row) for row in fields(session, team_id, draft_id) if row.text and not row.is_included
    )


def words_of(session: Session, team_id: str, draft_id: str, user_id: str) -> tuple[Borrowed, ...]:
    """The fields, still there, that rest on this person's words."""
    every = (_borrowed(session, row) for row in fields(session, team_id, draft_id) if row.text)
    return tuple(one for one in every if user_id in {each.speaker_id for each in one.evidence})


def _borrowed(session: Session, row: BorrowedRow) -> Borrowed:
    rests_on = tuple(
        Evidence(one.field, KeyedHash(one.message_hash, one.pepper_version), one.speaker_id)
        for one in evidence(session, row.team_id, row.draft_id, row.field)
    )
    return Borrowed(row.field, row.text, rests_on, row.is_included)


def _is_before(row: BorrowedRow, place: int | None) -> bool:
    other = _words.place_of(row.field)[1]
    return place is not None and other is not None and other < place


def _empty(session: Session, row: BorrowedRow) -> None:
    """The words go with what they rest on; that this place of the list is empty stays."""
    row.text, row.is_included = "", False
    session.execute(
        sa.delete(EvidenceRow).where(
            EvidenceRow.team_id == row.team_id,
            EvidenceRow.of == "borrowed",
            EvidenceRow.record_id == row.draft_id,
            EvidenceRow.field == row.field,
        )
    )


def _delete_fields(session: Session, team_id: str, draft_id: str) -> None:
    session.execute(sa.delete(BorrowedRow).where(BorrowedRow.team_id == team_id, BorrowedRow.draft_id == draft_id))
    session.execute(
        sa.delete(EvidenceRow).where(
            EvidenceRow.team_id == team_id, EvidenceRow.of == "borrowed", EvidenceRow.record_id == draft_id
        )
    )


def _close(session: Session, row: SpeakerRow) -> None:
    """Who was asked has a message that is still to be closed; of anybody else nothing stays."""
    if row.asked_at is None or row.state == "left_out":
        session.delete(row)
        deliveries.forget_speaker(session, row.team_id, row.draft_id, row.user_id)
        return
    row.state, row.links, row.capturer_id = "closed", [], None
