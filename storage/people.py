"""Forgetting somebody: all that is theirs, in one transaction."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import (
    _talks,
    _themed,
    audit,
    author_questions,
    changing,
    conversations,
    deliveries,
    digests,
    drafts,
    feedback,
    follows,
    keepers,
    policies,
    proposals,
    questions,
    reports,
    requests,
    settings,
    shown,
    speakers,
    thanks,
    tips,
    trials,
    tries,
    turns,
    unasked,
)
from storage._feed import announce
from storage._tables import (
    AuthorQuestionRow,
    DeliveryRow,
    QuestionRow,
    RoutingRow,
    ShownRow,
    SourceRow,
    SpeakerRow,
    ThreadRow,
    TipRow,
)
from storage.database import Database
from storage.records import TipContent, Visibility
from storage.tips import IsOwner


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
        discarded = drafts.forget(db, session, team_id, user_id)
        _forget_direct(session, team_id, user_id)
        speakers.forget(db, session, team_id, user_id)
        for subject in (unasked, follows, digests, tries, thanks, reports, turns, _talks):
            subject.forget(session, team_id, user_id)
        _talks.forget_owner(session, team_id, is_owner)
        deliveries.forget_person(session, team_id, user_id)
        opened = questions.forget(session, team_id, user_id, is_owner, db.now())
        for subject in (feedback, trials, author_questions, requests, settings):
            subject.forget(session, team_id, user_id)
        asked = conversations.forget(session, team_id, user_id)
        _themed.forget(db, session, team_id, user_id)
        return Forgotten(len(theirs) - len(stay), len(stay), discarded, opened + asked)


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


def _forget_direct(session: Session, team_id: str, user_id: str) -> None:
    """What is known of their DM with the bot, as far as anything of theirs says which it is."""
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
    direct = [place for place in session.scalars(places) if place is not None and place.startswith("D")]
    for row in (ShownRow, ThreadRow):
        session.execute(sa.delete(row).where(row.team_id == team_id, row.channel_id.in_(direct)))
