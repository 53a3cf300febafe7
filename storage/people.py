"""Forgetting somebody: all that is theirs, in one transaction."""

from dataclasses import dataclass

import sqlalchemy as sa

from storage import drafts, speakers, tips
from storage._tables import (
    CaptureRow,
    DraftRow,
    EvidenceRow,
    PersonRow,
    QuestionRow,
    RequestRow,
    ShownRow,
    ThreadRow,
    TipRow,
)
from storage.database import Database
from storage.records import OPEN_STATES, DraftState, KeyedHash
from storage.tips import IsOwner

__all__ = ["Forgotten", "KeyedHash", "forget"]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much went."""

    tips: int
    drafts: int
    questions: int


def forget(db: Database, team_id: str, user_id: str, is_owner: IsOwner) -> Forgotten:
    """Withdraws a person's tips (anonymous ones by `is_owner`), deletes their drafts, questions, captures and settings.

    What rests on their words goes out of other people's drafts and named tips.

    What they chose stays in one point: somebody who never wants to be captured is still not captured.
    """
    with db.writing() as session:
        published = session.scalars(sa.select(TipRow).where(TipRow.team_id == team_id, TipRow.state == "published"))
        theirs = [row for row in published if tips.is_own(row, user_id, is_owner)]
        for row in theirs:
            tips.take_out(db, session, row)
        of_theirs = sa.select(DraftRow).where(DraftRow.team_id == team_id, DraftRow.author_id == user_id)
        open_drafts = list(session.scalars(of_theirs.where(DraftRow.state.in_(list(OPEN_STATES)))))
        for draft in open_drafts:
            draft.state = DraftState.DISCARDED
            drafts.empty(db, session, draft)
        speakers.forget(db, session, team_id, user_id)
        theirs_alone = sa.select(QuestionRow.channel_id).where(
            QuestionRow.team_id == team_id, QuestionRow.asker_id == user_id, QuestionRow.channel_id.like("D%")
        )
        session.execute(sa.delete(ShownRow).where(ShownRow.team_id == team_id, ShownRow.channel_id.in_(theirs_alone)))
        session.execute(
            sa.delete(ThreadRow).where(ThreadRow.team_id == team_id, ThreadRow.channel_id.in_(theirs_alone))
        )
        questions = session.execute(
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
        chosen = session.get(PersonRow, (team_id, user_id))
        if chosen is not None and chosen.never_capture:
            chosen.language = chosen.emoji_confirmed_at = None
            chosen.words_ok = False
        elif chosen is not None:
            session.delete(chosen)
        return Forgotten(len(theirs), len(open_drafts), int(getattr(questions, "rowcount", 0)))
