"""The tables. Each key begins with the workspace (team_id); times are UTC."""

from storage._tables.answers import (
    AuthorQuestionRow,
    EchoRow,
    FeedbackRow,
    OpenQuestionRow,
    QuestionRow,
    RoutingRow,
    SolutionRow,
    ThreadRow,
)
from storage._tables.base import Base, UtcTime
from storage._tables.circulate import (
    ChannelDigestRow,
    DigestRow,
    FollowedRow,
    FollowRow,
    NewsRow,
    RhythmRow,
    ThanksRow,
    TryRow,
    UnaskedRow,
)
from storage._tables.company import ChannelRow, PersonRow, WorkspaceRow
from storage._tables.drafts import CaptureRow, DeletionRow, DraftRow, ProposalRow, ShownRow, SpeakerRow
from storage._tables.finding import ChangeRow, EmbedderRow, FeedRow, VectorRow
from storage._tables.insights import HollowingRow
from storage._tables.themes import ThemeNoteRow, ThemePostRow, ThemeRow
from storage._tables.tips import BorrowedRow, EvidenceRow, KeeperRow, SourceRow, TipRow, TrialRow
from storage._tables.work import AuditRow, DeliveryRow, RequestRow, SpendingRow, ToldRow

__all__ = [
    "AuditRow",
    "AuthorQuestionRow",
    "Base",
    "BorrowedRow",
    "CaptureRow",
    "ChangeRow",
    "ChannelDigestRow",
    "ChannelRow",
    "DeletionRow",
    "DeliveryRow",
    "DigestRow",
    "DraftRow",
    "EchoRow",
    "EmbedderRow",
    "EvidenceRow",
    "FeedRow",
    "FeedbackRow",
    "FollowRow",
    "FollowedRow",
    "HollowingRow",
    "KeeperRow",
    "NewsRow",
    "OpenQuestionRow",
    "PersonRow",
    "ProposalRow",
    "QuestionRow",
    "RequestRow",
    "RhythmRow",
    "RoutingRow",
    "ShownRow",
    "SolutionRow",
    "SourceRow",
    "SpeakerRow",
    "SpendingRow",
    "ThanksRow",
    "ThemeNoteRow",
    "ThemePostRow",
    "ThemeRow",
    "ThreadRow",
    "TipRow",
    "ToldRow",
    "TrialRow",
    "TryRow",
    "UnaskedRow",
    "UtcTime",
    "VectorRow",
    "WorkspaceRow",
]
