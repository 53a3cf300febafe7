"""A shared tip changes: with its author's name or without, and who can see it. Each takes the owner."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import (
    _borrowed,
    _merged,
    _talks,
    _tended,
    audit,
    deliveries,
    drafts,
    follows,
    proposals,
    shown,
    tips,
    unasked,
)
from storage._feed import announce
from storage._tables import (
    AuthorQuestionRow,
    ChangeRow,
    DraftRow,
    EvidenceRow,
    KeeperRow,
    SolutionRow,
    SourceRow,
    TipRow,
)
from storage.database import Database
from storage.records import OPEN_STATES, Evidence, KeyedHash, Tip, TipContent, Viewer, Visibility
from storage.tips import IsOwner


def make_anonymous(
    db: Database, viewer: Viewer, tip_id: str, is_owner: IsOwner, *, digest: str, visibility: Visibility | None = None
) -> Tip:
    """Takes the owner's name off a tip, and all that leads to them: link, place, draft, who said what.

    Its keyed hash stays, by which its owner is recognised. Other speakers' open questions end as they do when a draft
    is shared without a name. `digest`: of the words that its owner was shown and confirmed (`proposals.propose`).
    `visibility`: who sees it from now on, where these are others; then what rests on others' words goes.
    Raises NotFound for anybody else, and when the tip says something else by now.
    """
    with db.writing() as session:
        row = tips.own_row(session, viewer, tip_id, is_owner)
        if row.is_anonymous:
            return tips.tip_of(row)
        row.content = proposals.take(session, viewer.team_id, "tip", tip_id, digest, row.content or {})
        if visibility is not None and row.visible_channel_id not in (None, visibility.channel_id):
            _stand_alone(db, session, row)
            row.visible_channel_id = visibility.channel_id
            if row.draft_id is not None:
                _borrowed.drop(session, row.team_id, row.draft_id, None)
        take_name_off(db, session, row)
        return _changed(db, session, row)


def take_name_off(db: Database, session: Session, row: TipRow) -> None:
    """Nothing leads from a named tip to its author any more but its keyed hash. For storage's own modules."""
    _keep_hashes_alone(session, row)
    _leave_questions(db, session, row)
    if row.draft_id is not None:
        _borrowed.end(session, row.team_id, row.draft_id)
        _part(db, session, row)
    for about in (SourceRow, KeeperRow):
        session.execute(sa.delete(about).where(about.team_id == row.team_id, about.tip_id == row.id))
    follows.name_taken_off(db, session, row.team_id, row.id)
    _talks.name_taken_off(session, row.team_id, row.id)
    deliveries.forget_tip(session, row.team_id, row.id)
    unasked.forget_tip(session, row.team_id, row.id)
    _tended.without_name(session, row)
    audit.forget_record(session, row.team_id, row.id)
    if row.state == tips.HIDDEN:
        # it has no source any more that could be missing
        row.state = "published"
    row.is_anonymous = True
    row.published_at = drafts.day_of(row.published_at)
    row.author_id = row.permalink = row.draft_id = row.source_channel_id = row.source_thread_ts = None
    # who saw it there with its name would look for it there
    row.theme_id = None
    shown.outdate(session, row.team_id, row.id, "changed")


def make_named(db: Database, viewer: Viewer, tip_id: str, is_owner: IsOwner) -> Tip:
    """Puts the owner's name on their anonymous tip; what led to its source is not kept. Raises NotFound for others."""
    with db.writing() as session:
        row = tips.own_row(session, viewer, tip_id, is_owner)
        if row.is_anonymous:
            if row.comes_out_at is not None:
                row.state, row.comes_out_at, row.published_at = "published", None, db.now()
            row.is_anonymous, row.author_id = False, viewer.user_id
            audit.note(db, session, viewer.team_id, "tip.named", actor=viewer.user_id, record=("tip", tip_id))
            _changed(db, session, row)
        return tips.tip_of(row)


def set_visibility(db: Database, viewer: Viewer, tip_id: str, visibility: Visibility, is_owner: IsOwner) -> Tip:
    """Lets other people see the owner's tip. Raises NotFound for anybody but the owner.

    Who agreed to the use of their words agreed for those who could see it: where others come to see it, these go.
    """
    with db.writing() as session:
        row = tips.own_row(session, viewer, tip_id, is_owner)
        if row.visible_channel_id == visibility.channel_id:
            return tips.tip_of(row)
        _stand_alone(db, session, row)
        gets_new_readers = row.visible_channel_id is not None
        if gets_new_readers and row.draft_id is not None:
            content = TipContent.model_validate(row.content)
            left = _borrowed.drop(session, row.team_id, row.draft_id, content) or content
            _borrowed.close_idle(session, row.team_id, row.draft_id)
            row.content = left.model_dump(mode="json")
        row.visible_channel_id = visibility.channel_id
        if not row.is_anonymous:
            audit.note(db, session, viewer.team_id, "tip.readers_changed", actor=viewer.user_id, record=("tip", tip_id))
        shown.outdate(session, row.team_id, tip_id, "changed")
        return _changed(db, session, row)


def follow_channel(db: Database, team_id: str, channel_id: str, *, was_missed: bool = False) -> list[str]:
    """A public channel became private: what everybody could see of it is its members' alone from now on.

    Gives the ids of its open drafts. Of an anonymous tip nobody knows where it came from: it stays as it is. Coming
    again changes nothing. `was_missed`: it is found out later; what its owner opened since then stays open.
    """
    with db.writing() as session:
        waiting = session.scalars(
            sa.select(DraftRow)
            .where(
                DraftRow.team_id == team_id,
                DraftRow.source_channel_id == channel_id,
                DraftRow.state.in_(list(OPEN_STATES)),
            )
            .order_by(DraftRow.id)
            .with_for_update()
        ).all()
        for draft in waiting:
            draft.visible_channel_id, draft.source_in_public = channel_id, False
        open_ones = (
            sa.select(TipRow)
            .where(TipRow.team_id == team_id, TipRow.source_channel_id == channel_id, TipRow.state.in_(tips.LIVE))
            .where(TipRow.visible_channel_id.is_(None))
        )
        if was_missed:
            open_ones = open_ones.where(_CAME_IN_PUBLIC)
        for row in session.scalars(open_ones.order_by(TipRow.id).with_for_update()).all():
            _stand_alone(db, session, row)
            row.visible_channel_id = channel_id
            made_of = session.get(DraftRow, (team_id, row.draft_id)) if row.draft_id else None
            if made_of is not None:
                # its owner may open it again, and that is found by no later look
                made_of.source_in_public = False
            audit.note(db, session, team_id, "tip.readers_changed", kind="slack", record=("tip", row.id))
            shown.outdate(session, team_id, row.id, "changed")
            announce(db, session, team_id, row.id)
        return [draft.id for draft in waiting]


def _stand_alone(db: Database, session: Session, row: TipRow) -> None:
    """Others see it from now on than those who see the tips that it was merged with."""
    _merged.release(db, session, row.team_id, row.id)
    _merged.part(db, session, row)


_CAME_IN_PUBLIC = sa.exists().where(
    DraftRow.team_id == TipRow.team_id, DraftRow.id == TipRow.draft_id, DraftRow.source_in_public
)


def public_places(db: Database) -> list[tuple[str, str]]:
    """Team and channel of what everybody may see because it came from a public channel: open drafts, named tips."""
    tips_from = (
        sa.select(TipRow.team_id, TipRow.source_channel_id)
        .where(TipRow.source_channel_id.is_not(None), TipRow.visible_channel_id.is_(None), TipRow.state.in_(tips.LIVE))
        .where(_CAME_IN_PUBLIC)
    )
    drafts_from = sa.select(DraftRow.team_id, DraftRow.source_channel_id).where(
        DraftRow.source_channel_id.is_not(None), DraftRow.source_in_public, DraftRow.state.in_(list(OPEN_STATES))
    )
    with db.reading() as session:
        found = session.execute(tips_from.union(drafts_from))
        return sorted((str(team_id), str(channel_id)) for team_id, channel_id in found)


def _keep_hashes_alone(session: Session, row: TipRow) -> None:
    """Of the evidence only which messages, so that a deletion in Slack finds the tip."""
    theirs = sa.and_(EvidenceRow.team_id == row.team_id, EvidenceRow.of == "tip", EvidenceRow.record_id == row.id)
    rests_on = list(session.scalars(sa.select(EvidenceRow).where(theirs)))
    if row.draft_id is not None:
        rests_on += _borrowed.included_evidence(session, row.team_id, row.draft_id)
    hashes = [KeyedHash(one.message_hash, one.pepper_version) for one in rests_on]
    session.execute(sa.delete(EvidenceRow).where(theirs))
    drafts.add_evidence(session, row.team_id, "tip", row.id, [Evidence("", one) for one in hashes])


def _part(db: Database, session: Session, row: TipRow) -> None:
    """Its draft tells when its thread was marked, and the feed when it was decided on: the day alone stays."""
    draft = session.get(DraftRow, (row.team_id, row.draft_id))
    if draft is not None:
        drafts.part(db, session, draft)
    for change in session.scalars(
        sa.select(ChangeRow).where(ChangeRow.team_id == row.team_id, ChangeRow.tip_id == row.id)
    ):
        change.changed_at = drafts.day_of(change.changed_at)


def _leave_questions(db: Database, session: Session, row: TipRow) -> None:
    """What led from a question to the author: their DM, where a card stands, and that the tip came of their reply."""
    asked = sa.select(AuthorQuestionRow.id).where(
        AuthorQuestionRow.team_id == row.team_id, AuthorQuestionRow.tip_id == row.id
    )
    for question_id in session.scalars(asked).all():
        deliveries.forget_author_question(session, row.team_id, question_id, "card")
    # one that came of a reply was found when it was published; from now on it is like those that the search found
    session.execute(
        sa.update(SolutionRow)
        .where(SolutionRow.team_id == row.team_id, SolutionRow.tip_id == row.id)
        .values(found_at=drafts.day_of(db.now()))
    )


def _changed(db: Database, session: Session, row: TipRow) -> Tip:
    row.updated_at = tips.now_for(db, row)
    announce(db, session, row.team_id, row.id, at=row.updated_at)
    session.flush()
    return tips.tip_of(row)
