"""Tips: published, found again, edited, withdrawn, imported, exported. Every read takes a viewer."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import (
    _borrowed,
    _merged,
    _talks,
    _tended,
    _themed,
    audit,
    deliveries,
    drafts,
    keepers,
    proposals,
    questions,
    shown,
    unasked,
)
from storage._feed import announce
from storage._tables import (
    AuthorQuestionRow,
    DraftRow,
    EvidenceRow,
    KeeperRow,
    NewsRow,
    SourceRow,
    ThanksRow,
    TipRow,
    TrialRow,
    TryRow,
    VectorRow,
)
from storage._visibility import visible_to
from storage.database import Database
from storage.errors import NotFound
from storage.records import (
    OPEN_STATES,
    DraftState,
    Evidence,
    KeyedHash,
    Kind,
    Tip,
    TipContent,
    VerifiedBy,
    Viewer,
    Visibility,
)

_BATCH = 500

WAITING, HIDDEN = "waiting", "hidden"
"""A tip without a name that is not out yet; one whose source is missing in Slack, so that its owner is asked."""

OBSOLETE, MERGED = _tended.OBSOLETE, _merged.MERGED
"""One that is out of date; one that stands behind another."""

LIVE = ("published", WAITING, HIDDEN, OBSOLETE, MERGED)
"""States in which a tip is its owner's to change; others see the published ones alone."""

IsOwner = Callable[[str, KeyedHash], bool]
"""Whether somebody owns the tip of this id, by the hash that was kept with it."""


def new_id() -> str:
    """An id for a tip that is about to be published: its owner's hash is keyed by it."""
    return secrets.token_hex(16)


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
            session.add(SourceRow(team_id=team_id, tip_id=tip_id, state="checked", checked_at=db.now()))
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
    with db.writing() as session:
        due = sa.select(TipRow).where(TipRow.comes_out_at <= db.now()).order_by(TipRow.id).limit(_BATCH)
        rows = list(session.scalars(due.with_for_update(skip_locked=True)))
        for row in rows:
            values = {column.key: getattr(row, column.key) for column in sa.inspect(TipRow).column_attrs}
            session.delete(row)
            session.flush()
            session.add(TipRow(**{**values, "state": "published", "comes_out_at": None}))
            announce(db, session, row.team_id, row.id, at=row.published_at)
        return len(rows)


def get(db: Database, viewer: Viewer, tip_id: str) -> Tip | None:
    """The tip, if the viewer may see it; where it stands behind another one, that one."""
    with db.reading() as session:
        here = _merged.current(session, viewer.team_id, tip_id)
    return next(iter(many(db, viewer, [here])), None)


def many(db: Database, viewer: Viewer, tip_ids: Sequence[str]) -> list[Tip]:
    """Those of the tips that the viewer may see, in the order asked for."""
    with db.reading() as session:
        rows = session.scalars(sa.select(TipRow).where(visible_to(viewer), TipRow.id.in_(list(tip_ids))))
        found = {row.id: tip_of(row) for row in rows}
    return [found[tip_id] for tip_id in tip_ids if tip_id in found]


def of_thread(db: Database, viewer: Viewer, channel_id: str, thread_ts: str) -> list[Tip]:
    """The named tips that came from a thread and that the viewer may see."""
    with db.reading() as session:
        rows = session.scalars(
            sa.select(TipRow).where(
                visible_to(viewer), TipRow.source_channel_id == channel_id, TipRow.source_thread_ts == thread_ts
            )
        )
        return [tip_of(row) for row in rows]


def of_owner(db: Database, viewer: Viewer, is_owner: IsOwner) -> list[Tip]:
    """The viewer's own tips, newest first: named ones by name, anonymous ones by `is_owner(tip_id, hash)`.

    They see their own whatever its visibility. Of others' anonymous tips the hash alone is read, not the words.
    """
    live = sa.and_(TipRow.team_id == viewer.team_id, TipRow.state.in_(LIVE))
    unnamed = sa.select(TipRow.id, TipRow.owner_hash, TipRow.owner_pepper_version).where(
        live, TipRow.is_anonymous.is_(True), TipRow.owner_hash.is_not(None)
    )
    with db.reading() as session:
        own_ids = [
            tip_id
            for tip_id, digest, version in session.execute(unnamed)
            if is_owner(tip_id, KeyedHash(digest or "", version or 0))
        ]
        mine = sa.or_(
            sa.and_(TipRow.author_id == viewer.user_id, TipRow.is_anonymous.is_(False)),
            TipRow.id.in_(own_ids),
            keepers.keeps(viewer),
        )
        rows = session.scalars(sa.select(TipRow).where(live, mine).order_by(TipRow.published_at.desc()))
        return [tip_of(row) for row in rows]


def own(db: Database, viewer: Viewer, tip_id: str, is_owner: IsOwner) -> Tip | None:
    """The viewer's own tip, or one that they look after, out or not; None when it is not theirs, or there is none."""
    with db.reading() as session:
        row = session.get(TipRow, (viewer.team_id, tip_id))
        return tip_of(row) if row is not None and _is_theirs(session, row, viewer, is_owner) else None


def is_of(db: Database, viewer: Viewer, tip_id: str, is_owner: IsOwner) -> bool:
    """Whether a published tip is the viewer's own; of one that stands behind another, whether that one is."""
    with db.reading() as session:
        row = session.get(TipRow, (viewer.team_id, _merged.current(session, viewer.team_id, tip_id)))
        return row is not None and row.state == "published" and is_own(row, viewer.user_id, is_owner)


def edit(db: Database, viewer: Viewer, tip_id: str, content: TipContent, is_owner: IsOwner) -> Tip:
    """Puts the owner's new words in place. Raises NotFound for anybody else."""
    with db.writing() as session:
        row = own_row(session, viewer, tip_id, is_owner)
        put(db, session, viewer, row, content)
        return tip_of(row)


def put(db: Database, session: Session, viewer: Viewer, row: TipRow, content: TipContent) -> None:
    """Puts words into the owner's row, which is held. For storage's own modules."""
    before = tip_of(row).content
    if before.kind is Kind.WORRY and content.kind is not Kind.WORRY:
        _talks.end_of_worry(session, viewer.team_id, row.id)
    content = _borrowed.follow_edit(session, viewer.team_id, row.draft_id, before, content)
    row.content = content.model_dump(mode="json")
    row.updated_at = now_for(db, row)
    # what was verified were other words; what was out of date is not any more
    row.verified_at = row.verified_by = None
    if row.state == OBSOLETE:
        row.state = "published"
    if row.state != MERGED:
        _tended.settle(session, row)
    if not row.is_anonymous:
        audit.note(db, session, viewer.team_id, "tip.edited", actor=viewer.user_id, record=("tip", row.id))
    announce(db, session, viewer.team_id, row.id, at=row.updated_at)


def withdraw(db: Database, viewer: Viewer, tip_id: str, is_owner: IsOwner) -> Tip:
    """Takes the owner's tip back, everywhere. Raises NotFound for anybody else. Gives what it was."""
    with db.writing() as session:
        row = own_row(session, viewer, tip_id, is_owner)
        before = tip_of(row)
        if not row.is_anonymous:
            audit.note(db, session, viewer.team_id, "tip.withdrawn", actor=viewer.user_id, record=("tip", tip_id))
        take_out(db, session, row)
        return before


def withdraw_resting_on(db: Database, team_id: str, hashes: Sequence[KeyedHash]) -> int:
    """Withdraws the tips that rest on a message which was deleted. Gives how many."""
    with db.writing() as session:
        ids = sa.select(EvidenceRow.record_id).where(
            EvidenceRow.team_id == team_id,
            EvidenceRow.of == "tip",
            EvidenceRow.message_hash.in_([one.digest for one in hashes]),
        )
        rows = list(
            session.scalars(
                sa.select(TipRow).where(TipRow.team_id == team_id, TipRow.state.in_(LIVE), TipRow.id.in_(ids))
            )
        )
        for row in rows:
            if not row.is_anonymous:
                audit.note(db, session, team_id, "tip.source_deleted", kind="slack", record=("tip", row.id))
            take_out(db, session, row)
        return len(rows)


def rests_on(db: Database, team_id: str, hashes: Sequence[KeyedHash]) -> bool:
    """Whether any draft or tip rests on a message."""
    with db.reading() as session:
        found = sa.select(EvidenceRow.record_id).where(
            EvidenceRow.team_id == team_id, EvidenceRow.message_hash.in_([one.digest for one in hashes])
        )
        thread = sa.select(DraftRow.id).where(
            DraftRow.team_id == team_id,
            DraftRow.open_key.is_not(None),
            DraftRow.thread_hash.in_([one.digest for one in hashes]),
        )
        return session.scalar(found.limit(1)) is not None or session.scalar(thread.limit(1)) is not None


def export(db: Database, viewer: Viewer) -> Iterator[Tip]:
    """Every tip that the viewer may see, in an order that stays, page by page."""
    last = ""
    while True:
        with db.reading() as session:
            rows = list(
                session.scalars(
                    sa.select(TipRow).where(visible_to(viewer), TipRow.id > last).order_by(TipRow.id).limit(_BATCH)
                )
            )
            page = [tip_of(row) for row in rows]
        if not page:
            return
        yield from page
        last = page[-1].id


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


def is_own(row: TipRow, user_id: str | None, is_owner: IsOwner) -> bool:
    """Whether a row is this person's. For storage's own modules."""
    if not row.is_anonymous:
        return row.author_id is not None and row.author_id == user_id
    return row.owner_hash is not None and is_owner(row.id, KeyedHash(row.owner_hash, row.owner_pepper_version or 0))


def own_row(session: Session, viewer: Viewer, tip_id: str, is_owner: IsOwner) -> TipRow:
    """The owner's row, held. Raises NotFound for anybody else. For storage's own modules."""
    row = session.get(TipRow, (viewer.team_id, tip_id), with_for_update=True)
    if row is None or not _is_theirs(session, row, viewer, is_owner):
        raise NotFound("no such tip of this person")
    return row


def _is_theirs(session: Session, row: TipRow, viewer: Viewer, is_owner: IsOwner) -> bool:
    """Whether a tip is the viewer's to change: their own, or one that they look after."""
    if row.state not in LIVE:
        return False
    return is_own(row, viewer.user_id, is_owner) or row.id in keepers.kept_by(session, viewer)


def now_for(db: Database, row: TipRow) -> datetime:
    """When something happens to a tip, as it may be kept: of one without a name only the day. For storage's modules."""
    return drafts.day_of(db.now()) if row.is_anonymous else db.now()


def take_out(db: Database, session: Session, row: TipRow) -> None:
    """A tombstone stays, so that indexes and a second import know; the words, the person and the place do not."""
    if row.draft_id is not None:
        _borrowed.end(session, row.team_id, row.draft_id)
    proposals.forget(session, row.team_id, "tip", row.id)
    _tended.take_out(db, session, row)
    shown.outdate(session, row.team_id, row.id, "withdrawn")
    for about in (SourceRow, KeeperRow, NewsRow, TryRow, ThanksRow):
        session.execute(sa.delete(about).where(about.team_id == row.team_id, about.tip_id == row.id))
    _talks.end_of_worry(session, row.team_id, row.id)
    deliveries.forget_tip(session, row.team_id, row.id)
    unasked.forget_tip(session, row.team_id, row.id)
    row.state = "withdrawn"
    row.content = row.author_id = row.owner_hash = row.owner_pepper_version = None
    row.permalink = row.source_channel_id = row.source_thread_ts = row.visible_channel_id = row.comes_out_at = None
    row.theme_id = None
    row.updated_at = now_for(db, row)
    session.execute(
        sa.delete(EvidenceRow).where(
            EvidenceRow.team_id == row.team_id, EvidenceRow.of == "tip", EvidenceRow.record_id == row.id
        )
    )
    session.execute(sa.delete(VectorRow).where(VectorRow.team_id == row.team_id, VectorRow.tip_id == row.id))
    session.execute(sa.delete(TrialRow).where(TrialRow.team_id == row.team_id, TrialRow.tip_id == row.id))
    session.execute(
        sa.update(AuthorQuestionRow)
        .where(AuthorQuestionRow.team_id == row.team_id, AuthorQuestionRow.tip_id == row.id)
        .values(text="", state="withdrawn", ended_at=db.now())
    )
    announce(db, session, row.team_id, row.id, at=row.updated_at)


def tip_of(row: TipRow | sa.Row[*tuple[Any, ...]]) -> Tip:
    """A row as a value. For storage's own modules."""
    content: Any = row.content
    return Tip(
        team_id=row.team_id,
        id=row.id,
        content=TipContent.model_validate(content),
        visibility=Visibility(row.visible_channel_id),
        author_id=row.author_id,
        is_anonymous=row.is_anonymous,
        permalink=row.permalink,
        made_with=row.made_with,
        external_id=row.external_id,
        published_at=row.published_at,
        updated_at=row.updated_at,
        comes_out_at=row.comes_out_at,
        is_hidden=row.state == HIDDEN,
        is_obsolete=row.state == OBSOLETE,
        is_merged=row.state == MERGED,
        verified_at=row.verified_at,
        verified_by=cast("VerifiedBy | None", row.verified_by),
    )
