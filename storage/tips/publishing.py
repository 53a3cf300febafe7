"""A draft becomes a tip: with a name at once, without one at a moment that tells nothing."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import _borrowed, _themed, audit, drafts, proposals, questions
from storage._feed import announce
from storage._tables import (
    DraftRow,
    EvidenceRow,
    SourceRow,
    TipRow,
)
from storage.database import Database, hold_table
from storage.errors import NotFound
from storage.records import (
    OPEN_STATES,
    DraftState,
    Evidence,
    KeyedHash,
    Tip,
    Visibility,
)
from storage.tips._rows import WAITING, tip_of

_BATCH = 500


def publish_named(
    db: Database, *, team_id: str, draft_id: str, tip_id: str, owner: KeyedHash, visibility: Visibility
) -> Tip:
    """Shares a draft under its author's name: the tip, its evidence, the draft's end and the feed in one transaction.

    Idempotent by `tip_id`, which the caller keeps for the job. Raises NotFound when the draft was ended otherwise.
    """
    with db.writing() as session:
        known = session.get(TipRow, (team_id, tip_id))
        if known is not None:
            return tip_of(known)
        draft = _open_draft(session, team_id, draft_id)
        row = _row_from(db, draft, tip_id, owner, visibility)
        row.author_id, row.permalink, row.draft_id = draft.author_id, draft.source_permalink, draft_id
        row.source_channel_id, row.source_thread_ts = draft.source_channel_id, draft.source_thread_ts
        row.theme_id = _themed.theme_for(session, team_id, draft.theme_id)
        session.add(row)
        if row.source_channel_id is not None and row.source_thread_ts is not None:
            about = {"read_until": draft.read_until, "in_own_words": draft.edited_at is not None}
            session.add(SourceRow(team_id=team_id, tip_id=tip_id, state="checked", checked_at=db.now(), **about))
        _take_over_evidence(session, draft, tip_id, with_speakers=True)
        if draft.question_id is not None:
            questions.link(db, session, team_id, draft.question_id, tip_id)
        audit.note(db, session, team_id, "tip.shared", actor=draft.author_id, record=("tip", tip_id))
        draft.state = DraftState.SHARED
        drafts.empty(db, session, draft, keeps_speakers=True)
        announce(db, session, team_id, tip_id)
        session.flush()
        return tip_of(row)


def publish_anonymously(
    db: Database,
    *,
    team_id: str,
    draft_id: str,
    tip_id: str,
    owner: KeyedHash,
    visibility: Visibility,
    comes_out_at: datetime,
    digest: str,
    keeps_theme: bool = False,
) -> Tip:
    """Shares a draft without a name: no author, permalink, or link to the draft; evidence without speakers or fields.

    `digest`: of the words that its author was shown (`proposals.propose`) and confirmed; these are what is shared.
    `visibility`: where it is wider than the draft's, what other speakers agreed to goes, as in `changing`.

    Until `comes_out_at` nobody but its owner sees it (`come_out`); its own times are days. `keeps_theme`: so many
    people read where its theme runs that this tells nothing of its author.
    What other speakers have not agreed to by now is left out for good: nothing is kept by which it could come in later.
    Idempotent by `tip_id`, which the caller keeps for the job. Raises NotFound when the draft was ended otherwise, or
    says something else by now.
    """
    with db.writing() as session:
        known = session.get(TipRow, (team_id, tip_id))
        if known is not None:
            return tip_of(known)
        draft = _open_draft(session, team_id, draft_id)
        row = _row_from(db, draft, tip_id, owner, visibility)
        row.content = proposals.take(session, team_id, "draft", draft_id, digest, draft.content or {})
        row.is_anonymous, row.state, row.comes_out_at = True, WAITING, comes_out_at
        row.published_at = row.updated_at = drafts.day_of(comes_out_at)
        row.theme_id = _themed.theme_for(session, team_id, draft.theme_id) if keeps_theme else None
        session.add(row)
        if draft.visible_channel_id not in (None, visibility.channel_id):
            _borrowed.drop(session, team_id, draft_id, None)
        _take_over_evidence(session, draft, tip_id, with_speakers=False)
        draft.state = DraftState.SHARED
        drafts.part(db, session, draft)
        session.flush()
        return tip_of(row)


def come_out(db: Database) -> int:
    """Publishes what was shared without a name and whose moment has come. Gives how many.

    Each row is written anew: its place in the table would tell between which others it was decided.
    """
    due = sa.select(TipRow).where(TipRow.comes_out_at <= db.now()).order_by(TipRow.id).limit(_BATCH)
    with db.reading() as session:
        if session.scalars(due.limit(1)).first() is None:
            return 0
    with db.writing() as session:
        hold_table(session, TipRow)
        rows = list(session.scalars(due))
        for row in rows:
            values = {column.key: getattr(row, column.key) for column in sa.inspect(TipRow).column_attrs}
            session.delete(row)
            session.flush()
            session.add(TipRow(**{**values, "state": "published", "comes_out_at": None}))
            announce(db, session, row.team_id, row.id, at=row.published_at)
        return len(rows)


def _open_draft(session: Session, team_id: str, draft_id: str) -> DraftRow:
    draft = session.get(DraftRow, (team_id, draft_id), with_for_update=True)
    if draft is None or draft.state not in OPEN_STATES or draft.content is None:
        raise NotFound("this draft is not open any more")
    return draft


def _row_from(db: Database, draft: DraftRow, tip_id: str, owner: KeyedHash, visibility: Visibility) -> TipRow:
    return TipRow(
        team_id=draft.team_id,
        id=tip_id,
        state="published",
        content=draft.content,
        visible_channel_id=visibility.channel_id,
        is_anonymous=False,
        owner_hash=owner.digest,
        owner_pepper_version=owner.version,
        made_with=draft.made_with,
        prompt_version=draft.prompt_version,
        published_at=db.now(),
        updated_at=db.now(),
    )


def _take_over_evidence(session: Session, draft: DraftRow, tip_id: str, *, with_speakers: bool) -> None:
    """The draft's evidence becomes the tip's; without speakers only the hashes of the messages remain."""
    rows = list(
        session.scalars(
            sa.select(EvidenceRow).where(
                EvidenceRow.team_id == draft.team_id, EvidenceRow.of == "draft", EvidenceRow.record_id == draft.id
            )
        )
    )
    if not with_speakers:
        rows += _borrowed.included_evidence(session, draft.team_id, draft.id)
    evidence = [
        Evidence(
            row.field if with_speakers else "",
            KeyedHash(row.message_hash, row.pepper_version),
            row.speaker_id if with_speakers else None,
        )
        for row in rows
    ]
    drafts.add_evidence(session, draft.team_id, "tip", tip_id, evidence)
