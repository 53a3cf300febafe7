"""A question is opened, goes to a channel or to people, and ends."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import _analysis
from storage._feed import FEED_ID
from storage._tables import (
    FeedbackRow,
    FeedRow,
    OpenQuestionRow,
    PersonRow,
    QuestionRow,
    RequestRow,
    RoutingRow,
    ThreadRow,
)
from storage.database import Database
from storage.errors import NotPossible
from storage.questions._rows import OPEN, end, question_of, row_of
from storage.questions.likeness import similar_row
from storage.records import KeyedHash, Language, OpenQuestion, OpenState

A_WEEK = timedelta(days=7)
MOST_PEOPLE = 3


@dataclass(frozen=True, slots=True)
class Opened:
    """The question as it was opened; or the near-identical one that is open already (`is_joined`)."""

    question: OpenQuestion
    is_joined: bool


def new_id() -> str:
    """An id for a question that is about to be opened: its asker's hash is keyed by it."""
    return secrets.token_hex(16)


def open_question(
    db: Database,
    *,
    team_id: str,
    question_id: str,
    asked_as: str,
    text: str,
    language: Language,
    owner: KeyedHash,
    asker_id: str | None,
    channel_id: str | None,
    people: Sequence[str],
    readable: frozenset[str],
    opens_at: datetime,
    closes_at: datetime,
) -> Opened:
    """Opens a question (redacted) once by its id, unless a near-identical one is open where the asker can read.

    `asker_id` None: without a name, and the asker's record of it, `asked_as`, goes in the same transaction with all
    that hangs on it. `people` are asked when there is no channel: see `claim`. `readable`: channels they read.
    """
    words = _analysis.question(text)
    with db.writing() as session:
        # two who open near-identical questions at once come one after the other by the feed's row
        feed = session.get_one(FeedRow, FEED_ID, with_for_update=True)
        known = session.get(OpenQuestionRow, (team_id, question_id))
        if known is not None:
            return Opened(question_of(session, known), is_joined=False)
        same = similar_row(session, team_id, words, readable)
        if same is not None:
            return Opened(question_of(session, same), is_joined=True)
        row = OpenQuestionRow(
            team_id=team_id,
            id=question_id,
            text=text,
            language=language,
            state="waiting",
            is_anonymous=asker_id is None,
            asker_id=asker_id,
            owner_hash=owner.digest,
            owner_pepper_version=owner.version,
            post_channel_id=channel_id,
            opened_at=opens_at,
            closes_at=closes_at,
            feed_seq=feed.last_seq,
            revision=1,
            drawn_revision=1,
        )
        session.add(row)
        session.flush()
        if channel_id is None:
            claim(session, team_id, question_id, people, opens_at)
        if asker_id is None:
            record = session.get(QuestionRow, (team_id, asked_as), with_for_update=True)
            if record is not None:
                _forget_record(session, record)
        return Opened(question_of(session, row), is_joined=False)


def _forget_record(session: Session, record: QuestionRow) -> None:
    """Nothing stays of who asked: not the record, not what they said of its answer, not their thread in the DM.

    While the answering job is at work the record stays, empty, so that a job that goes on records none anew;
    `requests.sweep` takes it then.
    """
    team_id = record.team_id
    session.execute(sa.delete(FeedbackRow).where(FeedbackRow.team_id == team_id, FeedbackRow.question_id == record.id))
    if record.channel_id.startswith("D"):
        session.execute(
            sa.delete(ThreadRow).where(
                ThreadRow.team_id == team_id,
                ThreadRow.channel_id == record.channel_id,
                ThreadRow.thread_ts == record.thread_ts,
            )
        )
    began = session.get(RequestRow, (team_id, record.id))
    if began is None or began.state != "accepted":
        session.delete(record)
        return
    record.asker_id = None
    record.text = record.channel_id = record.thread_ts = ""
    record.tip_ids = []


def claim(session: Session, team_id: str, question_id: str, people: Iterable[str], at: datetime) -> list[str]:
    """Notes at most three people to be asked, of those who may be and were not within a week. For this package.

    Their rows are held in one order, so that two questions at once cannot both have them.
    """
    wanted = list(dict.fromkeys(people))
    willing = set(
        session.scalars(
            sa.select(PersonRow.user_id)
            .where(PersonRow.team_id == team_id, PersonRow.user_id.in_(wanted), PersonRow.may_be_asked.is_(True))
            .order_by(PersonRow.user_id)
            .with_for_update()
        )
    )
    busy = _busy(session, team_id, wanted, at)
    chosen = [user_id for user_id in wanted if user_id in willing and user_id not in busy][:MOST_PEOPLE]
    session.add_all(
        RoutingRow(team_id=team_id, question_id=question_id, user_id=user_id, asked_at=at) for user_id in chosen
    )
    session.flush()
    return chosen


def free_to_ask(db: Database, team_id: str, people: Sequence[str], at: datetime) -> list[str]:
    """Those of these people who agreed to be asked and were not within a week before `at`, in the order given."""
    with db.reading() as session:
        willing = set(
            session.scalars(
                sa.select(PersonRow.user_id).where(
                    PersonRow.team_id == team_id, PersonRow.user_id.in_(people), PersonRow.may_be_asked.is_(True)
                )
            )
        )
        return [one for one in people if one in willing and one not in _busy(session, team_id, people, at)]


def _busy(session: Session, team_id: str, people: Sequence[str], at: datetime) -> set[str]:
    asked = sa.select(RoutingRow.user_id).where(
        RoutingRow.team_id == team_id, RoutingRow.user_id.in_(people), RoutingRow.asked_at > at - A_WEEK
    )
    return set(session.scalars(asked))


def widen(
    db: Database, team_id: str, question_id: str, *, channel_id: str | None, people: Sequence[str]
) -> tuple[OpenQuestion, int]:
    """Asks more widely: in a channel where it was in none, else three more people. Gives how many were added.

    Repeated by a job that goes on, it adds nobody who was just added.
    """
    with db.writing() as session:
        row = row_of(session, team_id, question_id)
        if row.state not in OPEN:
            return question_of(session, row), 0
        if row.post_channel_id is None and channel_id is not None:
            row.post_channel_id = channel_id
            return question_of(session, row), 1
        asked = sa.select(RoutingRow.user_id).where(
            RoutingRow.team_id == team_id, RoutingRow.question_id == question_id, RoutingRow.post_ts.is_(None)
        )
        added = list(session.scalars(asked)) or claim(session, team_id, question_id, people, db.now())
        return question_of(session, row), len(added)


def keep(db: Database, team_id: str, question_id: str, closes_at: datetime) -> None:
    """Lets a question stay open until then."""
    with db.writing() as session:
        row_of(session, team_id, question_id).closes_at = closes_at


def replied(db: Database, team_id: str, question_id: str) -> None:
    """Somebody replied with something."""
    with db.writing() as session:
        row = row_of(session, team_id, question_id)
        row.replied_at = row.replied_at or db.now()


def reminded(db: Database, team_id: str, question_id: str) -> None:
    """The asker was asked, once, what should become of it."""
    with db.writing() as session:
        row_of(session, team_id, question_id).reminded_at = db.now()


def close(db: Database, team_id: str, question_id: str, state: OpenState) -> OpenQuestion:
    """Ends a question; the first end stays. Gives what it is now."""
    with db.writing() as session:
        row = row_of(session, team_id, question_id)
        if row.state in OPEN:
            end(row, state, db.now())
        return question_of(session, row)


def close_open(db: Database, session: Session, team_id: str, question_id: str) -> None:
    """A host closes a question. Raises NotPossible when it has ended already. For storage's own modules."""
    row = row_of(session, team_id, question_id)
    if row.state not in OPEN:
        raise NotPossible("it has ended already")
    end(row, "closed", db.now())
