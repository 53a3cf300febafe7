"""The tables. Each key begins with the workspace (team_id); times are UTC."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from typing_extensions import override


class UtcTime(sa.TypeDecorator[datetime]):
    """A moment. SQLite forgets time zones, so moments are stored as UTC and read as UTC."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcTime, dict[str, Any]: sa.JSON, list[str]: sa.JSON}  # noqa: RUF012 - SQLAlchemy's own form


class RequestRow(Base):
    __tablename__ = "requests"
    __table_args__ = (
        sa.UniqueConstraint("team_id", "key"),
        sa.Index("ix_requests_state_accepted_at", "state", "accepted_at"),
        sa.Index("ix_requests_id", "id", unique=True),
    )
    team_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str]
    key: Mapped[str]
    queue: Mapped[str]
    user_id: Mapped[str | None]
    payload: Mapped[dict[str, Any]]
    state: Mapped[str]
    reference: Mapped[str | None]
    accepted_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    swept_at: Mapped[datetime | None]


class DraftRow(Base):
    """`open_key` is the thread while the draft is open, and NULL after: one open draft a thread, by the unique index.

    `thread_hash` stays after the decision, so that the same thread is not captured again.
    """

    __tablename__ = "drafts"
    __table_args__ = (
        sa.UniqueConstraint("team_id", "open_key"),
        sa.Index("ix_drafts_team_id_author_id", "team_id", "author_id"),
        sa.Index("ix_drafts_team_id_thread_hash", "team_id", "thread_hash"),
        sa.Index("ix_drafts_state_card_at", "state", "card_at"),
    )
    team_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    open_key: Mapped[str | None]
    thread_hash: Mapped[str | None]
    author_id: Mapped[str | None]
    source_kind: Mapped[str]
    source_channel_id: Mapped[str | None]
    source_thread_ts: Mapped[str | None]
    source_message_ts: Mapped[str | None]
    source_permalink: Mapped[str | None]
    source_in_public: Mapped[bool]
    visible_channel_id: Mapped[str | None]
    content: Mapped[dict[str, Any] | None]
    made_with: Mapped[str]
    prompt_version: Mapped[str | None]
    card_channel_id: Mapped[str | None]
    card_ts: Mapped[str | None]
    created_at: Mapped[datetime]
    card_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    question_id: Mapped[str | None]
    edited_at: Mapped[datetime | None]


class CaptureRow(Base):
    """Who pointed at a thread, and how: a draft is withdrawn when its last capture goes."""

    __tablename__ = "captures"
    __table_args__ = (
        sa.ForeignKeyConstraint(["team_id", "draft_id"], ["drafts.team_id", "drafts.id"], ondelete="CASCADE"),
        sa.Index("ix_captures_team_id_channel_id_message_ts", "team_id", "channel_id", "message_ts"),
    )
    team_id: Mapped[str] = mapped_column(primary_key=True)
    draft_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str]
    channel_id: Mapped[str | None]
    message_ts: Mapped[str | None]
    emoji: Mapped[str | None]
    captured_at: Mapped[datetime]


class TipRow(Base):
    """`comes_out_at`: shared without a name and not out yet; then the state is "waiting"."""

    __tablename__ = "tips"
    __table_args__ = (
        sa.UniqueConstraint("team_id", "external_id"),
        sa.UniqueConstraint("team_id", "draft_id"),
        sa.Index("ix_tips_team_id_author_id", "team_id", "author_id"),
        sa.Index("ix_tips_comes_out_at", "comes_out_at"),
        sa.Index("ix_tips_team_id_updated_at", "team_id", "updated_at"),
        sa.CheckConstraint(
            "not is_anonymous or (author_id is null and permalink is null and draft_id is null"
            " and source_channel_id is null and source_thread_ts is null)",
            name="anonymous_has_no_trace",
        ),
    )
    team_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    content: Mapped[dict[str, Any] | None]
    visible_channel_id: Mapped[str | None]
    is_anonymous: Mapped[bool]
    author_id: Mapped[str | None]
    owner_hash: Mapped[str | None]
    owner_pepper_version: Mapped[int | None]
    draft_id: Mapped[str | None]
    source_channel_id: Mapped[str | None]
    source_thread_ts: Mapped[str | None]
    permalink: Mapped[str | None]
    made_with: Mapped[str]
    prompt_version: Mapped[str | None]
    external_id: Mapped[str | None]
    published_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    comes_out_at: Mapped[datetime | None]


class ProposalRow(Base):
    """What a draft (`of` = "draft") or a tip (`of` = "tip") would say without its author's name, as they are shown it.

    `base`: the digest of the words that it was made of.
    """

    __tablename__ = "proposals"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    of: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(primary_key=True)
    base: Mapped[str]
    content: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]


class EvidenceRow(Base):
    """Which message supports which field of a draft (`of` = "draft") or a tip (`of` = "tip")."""

    __tablename__ = "evidence"
    __table_args__ = (sa.Index("ix_evidence_team_id_message_hash", "team_id", "message_hash"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    of: Mapped[str] = mapped_column(primary_key=True)
    record_id: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    message_hash: Mapped[str] = mapped_column(primary_key=True)
    pepper_version: Mapped[int]
    speaker_id: Mapped[str | None]


class BorrowedRow(Base):
    """A field of a draft, and of the named tip made of it, that rests on other speakers' words too.

    `field` as it was filled (`steps.1`); what it rests on is evidence `of` = "borrowed". No text: it is gone for good,
    and its row says only that its place is empty.
    """

    __tablename__ = "borrowed"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    draft_id: Mapped[str] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    is_included: Mapped[bool]


class SpeakerRow(Base):
    """Somebody whose words a draft rests on besides its author's, and what they say to it."""

    __tablename__ = "speakers"
    __table_args__ = (
        sa.Index("ix_speakers_team_id_user_id_asked_at", "team_id", "user_id", "asked_at"),
        sa.Index("ix_speakers_state_due_at", "state", "due_at"),
    )
    team_id: Mapped[str] = mapped_column(primary_key=True)
    draft_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    capturer_id: Mapped[str | None]
    links: Mapped[list[str]]
    state: Mapped[str]
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    channel_id: Mapped[str | None]
    ts: Mapped[str | None]


class ShownRow(Base):
    """A message of the bot that shows a tip. `stale`: "withdrawn" or "changed", and the message has to follow."""

    __tablename__ = "shown_tips"
    __table_args__ = (
        sa.Index("ix_shown_tips_team_id_tip_id", "team_id", "tip_id"),
        sa.Index("ix_shown_tips_stale", "stale"),
    )
    team_id: Mapped[str] = mapped_column(primary_key=True)
    channel_id: Mapped[str] = mapped_column(primary_key=True)
    ts: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str]
    stale: Mapped[str | None]
    shown_at: Mapped[datetime]


class DeletionRow(Base):
    """A message was deleted in Slack while a draft was being made of its thread: who fills it has to know."""

    __tablename__ = "deletions"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    message_hash: Mapped[str] = mapped_column(primary_key=True)
    deleted_at: Mapped[datetime]


class SourceRow(Base):
    """What is known of the conversation behind a tip: there ("checked"), edited, missing, or known to be gone.

    `proposal`: the tip's words as the edited conversation reads now, until its author says whether they are to stand.
    Of an anonymous tip at most "edited", without a time, a place, or a word.
    """

    __tablename__ = "sources"
    __table_args__ = (sa.Index("ix_sources_state_checked_at", "state", "checked_at"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    proposal: Mapped[dict[str, Any] | None]
    checked_at: Mapped[datetime | None]
    card_channel_id: Mapped[str | None]
    card_ts: Mapped[str | None]


class KeeperRow(Base):
    """A named tip whose author has left, and who looks after it instead; `user_id` NULL: nobody does yet."""

    __tablename__ = "keepers"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str | None]
    since: Mapped[datetime]


class AuditRow(Base):
    """Who decided what on which record, and who looked; no content, and nothing about anonymous tips."""

    __tablename__ = "audit"
    __table_args__ = (
        sa.Index("ix_audit_team_id_at", "team_id", "at"),
        sa.Index("ix_audit_team_id_record_id", "team_id", "record_id"),
    )
    team_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[str | None]
    action: Mapped[str]
    record_kind: Mapped[str | None]
    record_id: Mapped[str | None]


class ToldRow(Base):
    """Somebody was told in this month that a tool of their draft is not approved: a keyed hash, and nothing else."""

    __tablename__ = "policy_told"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)
    person_hash: Mapped[str] = mapped_column(primary_key=True)
    pepper_version: Mapped[int]


class ChangeRow(Base):
    """The change feed: indexes and caches follow it by `seq`."""

    __tablename__ = "changes"
    seq: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    team_id: Mapped[str]
    tip_id: Mapped[str]
    changed_at: Mapped[datetime]


class FeedRow(Base):
    """The feed's last number, in one row: its lock makes the order of numbers the order of commits."""

    __tablename__ = "feed"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    epoch: Mapped[str]
    last_seq: Mapped[int] = mapped_column(sa.BigInteger)


class QuestionRow(Base):
    __tablename__ = "questions"
    __table_args__ = (sa.Index("ix_questions_team_id_state_asked_at", "team_id", "state", "asked_at"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    asker_id: Mapped[str | None]
    text: Mapped[str]
    tip_ids: Mapped[list[str]]
    language: Mapped[str]
    channel_id: Mapped[str]
    thread_ts: Mapped[str]
    state: Mapped[str]
    asked_at: Mapped[datetime]


class FeedbackRow(Base):
    """Whether an answer helped somebody; the last word wins."""

    __tablename__ = "feedback"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    verdict: Mapped[str]
    reason: Mapped[str | None]
    given_at: Mapped[datetime]


class TrialRow(Base):
    """What came of it when somebody tried a tip; the last word wins."""

    __tablename__ = "trials"
    __table_args__ = (sa.Index("ix_trials_team_id_user_id", "team_id", "user_id"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    outcome: Mapped[str]
    tool: Mapped[str | None]
    model: Mapped[str | None]
    note: Mapped[str]
    tried_at: Mapped[datetime]


class AuthorQuestionRow(Base):
    """What somebody asks a tip's author. It names the tip, never its author: an anonymous one has to come by."""

    __tablename__ = "author_questions"
    __table_args__ = (sa.Index("ix_author_questions_team_id_tip_id", "team_id", "tip_id"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str]
    asker_id: Mapped[str]
    text: Mapped[str]
    state: Mapped[str]
    asked_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class OpenQuestionRow(Base):
    """A question that colleagues are asked. Without a name it keeps only a keyed hash of its asker.

    `feed_seq`: how far the change feed was searched for tips that answer it. `revision` counts what readers of its
    posts have to see; the posts show `drawn_revision`.
    """

    __tablename__ = "open_questions"
    __table_args__ = (
        sa.Index("ix_open_questions_team_id_state_opened_at", "team_id", "state", "opened_at"),
        sa.Index("ix_open_questions_team_id_post_channel_id_post_ts", "team_id", "post_channel_id", "post_ts"),
        sa.CheckConstraint("not is_anonymous or asker_id is null", name="anonymous_has_no_asker"),
    )
    team_id: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    text: Mapped[str]
    language: Mapped[str]
    state: Mapped[str]
    is_anonymous: Mapped[bool]
    asker_id: Mapped[str | None]
    owner_hash: Mapped[str]
    owner_pepper_version: Mapped[int]
    post_channel_id: Mapped[str | None]
    post_ts: Mapped[str | None]
    permalink: Mapped[str | None]
    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    replied_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    feed_seq: Mapped[int] = mapped_column(sa.BigInteger)
    revision: Mapped[int]
    drawn_revision: Mapped[int]


class EchoRow(Base):
    """Somebody has an open question too."""

    __tablename__ = "echoes"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime]


class RoutingRow(Base):
    """Who was asked an open question because they are likely to know."""

    __tablename__ = "routings"
    __table_args__ = (sa.Index("ix_routings_team_id_user_id_asked_at", "team_id", "user_id", "asked_at"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    asked_at: Mapped[datetime]
    post_channel_id: Mapped[str | None]
    post_ts: Mapped[str | None]


class SolutionRow(Base):
    """A tip that came after an open question and may answer it; each asker is told once.

    `told_at`: those who can be written to were. `seen_at`: an asker without a name came by and was shown it.
    """

    __tablename__ = "solutions"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str] = mapped_column(primary_key=True)
    found_at: Mapped[datetime]
    told_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    solved: Mapped[bool | None]


class VectorRow(Base):
    """A tip's meaning by one embedder. `vector`: int8, of unit length before scaling; `seq` counts stored vectors."""

    __tablename__ = "vectors"
    __table_args__ = (sa.Index("ix_vectors_embedder_seq", "embedder", "seq"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    tip_id: Mapped[str] = mapped_column(primary_key=True)
    embedder: Mapped[str] = mapped_column(primary_key=True)
    words_hash: Mapped[str]
    vector: Mapped[bytes]
    seq: Mapped[int] = mapped_column(sa.BigInteger)


class EmbedderRow(Base):
    """How far an embedder (its model and version) followed the change feed; the whole one serves."""

    __tablename__ = "embedders"
    embedder: Mapped[str] = mapped_column(primary_key=True)
    feed_seq: Mapped[int] = mapped_column(sa.BigInteger)
    vector_seq: Mapped[int] = mapped_column(sa.BigInteger)
    is_whole: Mapped[bool]


class ThreadRow(Base):
    """A thread in which the bot has a part: only there are messages without a mention read."""

    __tablename__ = "threads"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    channel_id: Mapped[str] = mapped_column(primary_key=True)
    thread_ts: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    since: Mapped[datetime]
    stopped_at: Mapped[datetime | None]


class PersonRow(Base):
    __tablename__ = "people"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    language: Mapped[str | None]
    never_capture: Mapped[bool]
    may_be_asked: Mapped[bool]
    words_ok: Mapped[bool]
    emoji_confirmed_at: Mapped[datetime | None]


class WorkspaceRow(Base):
    __tablename__ = "workspaces"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    purpose_asked_at: Mapped[datetime | None]
    private_capture: Mapped[bool]
    pointers: Mapped[bool]
    own_knowledge: Mapped[bool]
    questions_channel_id: Mapped[str | None]
    host_ids: Mapped[list[str]]
    retention_days: Mapped[int | None]
    slack_retention_days: Mapped[int | None]
    old_sources: Mapped[str]
    approved_tools: Mapped[list[str]]
    policy: Mapped[str]


class ChannelRow(Base):
    __tablename__ = "channels"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    channel_id: Mapped[str] = mapped_column(primary_key=True)
    capture: Mapped[bool | None]


class DeliveryRow(Base):
    __tablename__ = "deliveries"
    __table_args__ = (sa.Index("ix_deliveries_begun_at", "begun_at"),)
    team_id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    channel_id: Mapped[str]
    ts: Mapped[str | None]
    begun_at: Mapped[datetime]


class SpendingRow(Base):
    __tablename__ = "spending"
    team_id: Mapped[str] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(primary_key=True)
    task: Mapped[str] = mapped_column(primary_key=True)
    model: Mapped[str] = mapped_column(primary_key=True)
    calls: Mapped[int]
    input_tokens: Mapped[int] = mapped_column(sa.BigInteger)
    output_tokens: Mapped[int] = mapped_column(sa.BigInteger)
    cost_usd: Mapped[float]
