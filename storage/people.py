"""Forgetting somebody: all that is theirs, in one transaction."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import (
    _talks,
    _themed,
    audit,
    changing,
    deliveries,
    digests,
    drafts,
    follows,
    keepers,
    policies,
    proposals,
    questions,
    reports,
    shown,
    speakers,
    thanks,
    tips,
    tries,
    turns,
    unasked,
)
from storage._feed import announce
from storage._tables import (
    AuthorQuestionRow,
    CaptureRow,
    DeliveryRow,
    DraftRow,
    EvidenceRow,
    FeedbackRow,
    PersonRow,
    QuestionRow,
    RequestRow,
    RoutingRow,
    ShownRow,
    SourceRow,
    SpeakerRow,
    ThreadRow,
    TipRow,
    TrialRow,
    WorkspaceRow,
)
from storage.database import Database
from storage.records import OPEN_STATES, DraftState, KeyedHash, TipContent, Visibility
from storage.tips import IsOwner

__all__ = ["Forgotten", "KeyedHash", "forget", "tips_of"]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much went, and how many tips stay without a name."""

    tips: int
    staying: int
    drafts: int
    questions: int


def tips_of(db: Database, team_id: str, user_id: str, is_owner: IsOwner) -> list[tuple[str, Visibility]]:
    """Which tips are somebody's, and who can see each, so that they can say what becomes of them."""
    with db.reading() as session:
        return [(row.id, Visibility(row.visible_channel_id)) for row in _shared(session, team_id, user_id, is_owner)]


def forget(
    db: Database,
    team_id: str,
    user_id: str,
    is_owner: IsOwner,
    *,
    staying: Collection[str] = (),
    without_names: Callable[[TipContent], TipContent] = lambda content: content,
    by_operator: bool = False,
) -> Forgotten:
    """Withdraws a person's tips (anonymous ones by `is_owner`), deletes their drafts, captures and settings.

    `staying`: ids of tips that stay, without a name and without an owner, in words that `without_names` (which does
    nothing else) makes of theirs. Questions that they asked colleagues end, those without a name too, and lose their
    words; talks about worries end. What they said of tips and answers goes too, and what they follow, what was new for
    them, and when they wanted to hear of it. What rests on their words goes out of other people's drafts and named
    tips. The trail of decisions keeps what was decided, not who.

    What they chose stays in one point: somebody who never wants to be captured is still not captured.
    """
    with db.writing() as session:
        audit.forget_person(session, team_id, user_id)
        audit.note(db, session, team_id, "person.forgotten", kind="operator" if by_operator else "person")
        theirs = _shared(session, team_id, user_id, is_owner)
        stay = [row for row in theirs if row.id in staying and row.state != tips.HIDDEN]
        for row in theirs:
            if row in stay:
                _leave_to_nobody(db, session, row, without_names)
            else:
                tips.take_out(db, session, row)
        keepers.forget(session, team_id, user_id)
        policies.forget(session, team_id, is_owner)
        of_theirs = sa.select(DraftRow).where(DraftRow.team_id == team_id, DraftRow.author_id == user_id)
        open_drafts = list(session.scalars(of_theirs.where(DraftRow.state.in_(list(OPEN_STATES)))))
        for draft in open_drafts:
            draft.state = DraftState.DISCARDED
            drafts.empty(db, session, draft)
        direct = _direct_channels(session, team_id, user_id)
        for place in (ShownRow, ThreadRow):
            session.execute(sa.delete(place).where(place.team_id == team_id, place.channel_id.in_(direct)))
        speakers.forget(db, session, team_id, user_id)
        for subject in (unasked, follows, digests, tries, thanks, reports, turns, _talks):
            subject.forget(session, team_id, user_id)
        deliveries.forget_person(session, team_id, user_id)
        opened = questions.forget(session, team_id, user_id, is_owner, db.now())
        about_theirs = sa.select(QuestionRow.id).where(QuestionRow.team_id == team_id, QuestionRow.asker_id == user_id)
        session.execute(
            sa.delete(FeedbackRow).where(
                FeedbackRow.team_id == team_id,
                sa.or_(FeedbackRow.user_id == user_id, FeedbackRow.question_id.in_(about_theirs)),
            )
        )
        session.execute(sa.delete(TrialRow).where(TrialRow.team_id == team_id, TrialRow.user_id == user_id))
        of_authors = session.scalars(
            sa.select(AuthorQuestionRow).where(
                AuthorQuestionRow.team_id == team_id, AuthorQuestionRow.asker_id == user_id
            )
        )
        for one in of_authors:
            deliveries.forget_author_question(session, team_id, one.id)
            session.delete(one)
        asked = session.execute(
            sa.delete(QuestionRow).where(QuestionRow.team_id == team_id, QuestionRow.asker_id == user_id)
        )
        session.execute(sa.delete(CaptureRow).where(CaptureRow.team_id == team_id, CaptureRow.user_id == user_id))
        session.execute(
            sa.update(EvidenceRow)
            .where(EvidenceRow.team_id == team_id, EvidenceRow.speaker_id == user_id)
            .values(speaker_id=None)
        )
        session.execute(
            sa.update(RequestRow)
            .where(RequestRow.team_id == team_id, RequestRow.user_id == user_id, RequestRow.state != "accepted")
            .values(user_id=None, payload={})
        )
        rules = session.get(WorkspaceRow, team_id, with_for_update=True)
        if rules is not None and user_id in rules.host_ids:
            rules.host_ids = [host for host in rules.host_ids if host != user_id]
        chosen = session.get(PersonRow, (team_id, user_id))
        if chosen is not None and chosen.never_capture:
            chosen.language = chosen.emoji_confirmed_at = None
            chosen.may_be_asked = chosen.words_ok = False
        elif chosen is not None:
            session.delete(chosen)
        _themed.forget(db, session, team_id, user_id)
        return Forgotten(
            len(theirs) - len(stay), len(stay), len(open_drafts), opened + int(getattr(asked, "rowcount", 0))
        )


def _shared(session: Session, team_id: str, user_id: str, is_owner: IsOwner) -> list[TipRow]:
    shared = sa.select(TipRow).where(TipRow.team_id == team_id, TipRow.state.in_(tips.LIVE))
    return [
        row
        for row in session.scalars(shared.where(tips.may_be_of(user_id)).order_by(TipRow.id))
        if tips.is_own(row, user_id, is_owner)
    ]


def _leave_to_nobody(
    db: Database, session: Session, row: TipRow, without_names: Callable[[TipContent], TipContent]
) -> None:
    """A tip stays without its author: not even a keyed hash by which they could be recognised."""
    if not row.is_anonymous:
        changing.take_name_off(db, session, row)
    proposals.forget(session, row.team_id, "tip", row.id)
    # nobody is left to talk to
    _talks.end_of_worry(session, row.team_id, row.id)
    before = TipContent.model_validate(row.content)
    after = without_names(before)
    if after != before:
        row.content = after.model_dump(mode="json")
        shown.outdate(session, row.team_id, row.id, "changed")
    session.execute(sa.delete(SourceRow).where(SourceRow.team_id == row.team_id, SourceRow.tip_id == row.id))
    row.owner_hash = row.owner_pepper_version = None
    announce(db, session, row.team_id, row.id, at=tips.now_for(db, row))


def _direct_channels(session: Session, team_id: str, user_id: str) -> list[str]:
    """Their DM with the bot, as far as anything of theirs says which it is."""
    receipts = [
        deliveries.of_author_question(question_id, "receipt")
        for question_id in session.scalars(
            sa.select(AuthorQuestionRow.id).where(
                AuthorQuestionRow.team_id == team_id, AuthorQuestionRow.asker_id == user_id
            )
        )
    ]
    posted = sa.or_(DeliveryRow.key.in_(receipts), DeliveryRow.key.endswith(f":{user_id}", autoescape=True))
    places: sa.CompoundSelect[str | None] = sa.union(
        sa.select(QuestionRow.channel_id).where(QuestionRow.team_id == team_id, QuestionRow.asker_id == user_id),
        sa.select(RoutingRow.post_channel_id).where(RoutingRow.team_id == team_id, RoutingRow.user_id == user_id),
        sa.select(SpeakerRow.channel_id).where(SpeakerRow.team_id == team_id, SpeakerRow.user_id == user_id),
        sa.select(DeliveryRow.channel_id).where(DeliveryRow.team_id == team_id, posted),
    )
    return [place for place in session.scalars(places) if place is not None and place.startswith("D")]
