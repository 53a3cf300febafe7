"""What full members did under their own name where every member can see it: what the community's figures count.

A question put to the bot directly counts too, as somebody's and of no channel. What happens where not everybody can
read counts nowhere, nor do worries, nor does who shared or asked without a name.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage._kinds import NO_WORRY
from storage._tables import EchoRow, FeedbackRow, OpenQuestionRow, QuestionRow, ThanksRow, TipRow, TrialRow
from storage._visibility import visible_to
from storage.records import Viewer


@dataclass(frozen=True, slots=True)
class Whose:
    """Whose figures: of a workspace's full members, and of its public channels that the bot is in (their ids)."""

    team_id: str
    public: frozenset[str]
    members: frozenset[str]

    @property
    def everybody(self) -> Viewer:
        """Who sees what every full member does."""
        return Viewer(self.team_id, None, is_full_member=True)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that somebody did, and in which public channel, if it was in one."""

    user_id: str
    at: datetime
    language: str
    channel_id: str | None


@dataclass(frozen=True, slots=True)
class Share:
    """A tip that somebody shared with their name. `began`: when they shared the first one that is still known."""

    author_id: str
    at: datetime
    theme_id: str | None
    began: datetime


Done = TypeVar("Done", Act, Share)


def counted(whose: Whose) -> sa.ColumnElement[bool]:
    """The tips that count."""
    return sa.and_(visible_to(whose.everybody), NO_WORRY)


def acts(session: Session, whose: Whose, since: datetime) -> list[Act]:
    """Who asked, shared, tried, thanked, judged an answer, or had a question too."""
    return [
        Act(user_id, at, language, channel_id if channel_id in whose.public else None)
        for chosen in (*_with_tips(whose, since), *_with_questions(whose, since), *_with_colleagues(whose, since))
        for user_id, at, language, channel_id in session.execute(chosen)
        if user_id in whose.members
    ]


def _with_tips(whose: Whose, since: datetime) -> Sequence[sa.Select[*tuple[Any, ...]]]:
    language, place = TipRow.content["language"].as_string(), TipRow.source_channel_id
    shared = sa.select(TipRow.author_id, TipRow.published_at, language, place).where(
        counted(whose), TipRow.author_id.is_not(None), TipRow.published_at >= since
    )
    of_tips = [
        sa.select(row.user_id, at, language, place)
        .join(TipRow, sa.and_(TipRow.team_id == row.team_id, TipRow.id == row.tip_id))
        .where(counted(whose), at >= since)
        for row, at in ((TrialRow, TrialRow.tried_at), (ThanksRow, ThanksRow.given_at))
    ]
    return [shared, *of_tips]


def _with_questions(whose: Whose, since: datetime) -> Sequence[sa.Select[*tuple[Any, ...]]]:
    """Put to the bot, in a public channel or directly."""
    place = QuestionRow.channel_id
    may_count = sa.or_(place.in_(sorted(whose.public)), place.startswith("D"))
    asked = sa.select(QuestionRow.asker_id, QuestionRow.asked_at, QuestionRow.language, place).where(
        QuestionRow.team_id == whose.team_id, QuestionRow.asker_id.is_not(None), QuestionRow.asked_at >= since
    )
    judged = (
        sa.select(FeedbackRow.user_id, FeedbackRow.given_at, QuestionRow.language, place)
        .join(
            QuestionRow, sa.and_(QuestionRow.team_id == FeedbackRow.team_id, QuestionRow.id == FeedbackRow.question_id)
        )
        .where(FeedbackRow.team_id == whose.team_id, FeedbackRow.given_at >= since)
    )
    return [asked.where(may_count), judged.where(may_count)]


def _with_colleagues(whose: Whose, since: datetime) -> Sequence[sa.Select[*tuple[Any, ...]]]:
    """Put to colleagues, in a public channel or in none: then every member finds it in Home."""
    place = OpenQuestionRow.post_channel_id
    may_count = sa.or_(place.in_(sorted(whose.public)), place.is_(None))
    asked = sa.select(OpenQuestionRow.asker_id, OpenQuestionRow.opened_at, OpenQuestionRow.language, place).where(
        OpenQuestionRow.team_id == whose.team_id,
        OpenQuestionRow.asker_id.is_not(None),
        OpenQuestionRow.opened_at >= since,
    )
    echoed = (
        sa.select(EchoRow.user_id, EchoRow.since, OpenQuestionRow.language, place)
        .join(
            OpenQuestionRow,
            sa.and_(OpenQuestionRow.team_id == EchoRow.team_id, OpenQuestionRow.id == EchoRow.question_id),
        )
        .where(EchoRow.team_id == whose.team_id, EchoRow.since >= since)
    )
    return [asked.where(may_count), echoed.where(may_count)]


def shares(session: Session, whose: Whose, since: datetime) -> list[Share]:
    """Who shared with their name since then.

    When they began is known by their tips in whatever state: merged, out of date, for fewer readers by now.
    """
    named = sa.and_(TipRow.team_id == whose.team_id, TipRow.author_id.is_not(None), NO_WORRY)
    first = sa.select(TipRow.author_id, sa.func.min(TipRow.published_at)).where(named).group_by(TipRow.author_id)
    began = dict(session.execute(first).all())
    chosen = sa.select(TipRow.author_id, TipRow.published_at, TipRow.theme_id).where(
        counted(whose), TipRow.author_id.is_not(None), TipRow.published_at >= since
    )
    return [
        Share(author_id, at, theme_id, began[author_id])
        for author_id, at, theme_id in session.execute(chosen)
        if author_id in whose.members
    ]


def within(found: Sequence[Done], start: datetime, end: datetime) -> list[Done]:
    return [one for one in found if start <= one.at < end]
