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
from storage._tables.company import ChannelRow, PersonRow, WorkspaceRow
from storage._tables.drafts import CaptureRow, DeletionRow, DraftRow, ProposalRow, ShownRow, SpeakerRow
from storage._tables.finding import ChangeRow, EmbedderRow, FeedRow, VectorRow
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
    "ChannelRow",
    "DeletionRow",
    "DeliveryRow",
    "DraftRow",
    "EchoRow",
    "EmbedderRow",
    "EvidenceRow",
    "FeedRow",
    "FeedbackRow",
    "KeeperRow",
    "OpenQuestionRow",
    "PersonRow",
    "ProposalRow",
    "QuestionRow",
    "RequestRow",
    "RoutingRow",
    "ShownRow",
    "SolutionRow",
    "SourceRow",
    "SpeakerRow",
    "SpendingRow",
    "ThemeNoteRow",
    "ThemePostRow",
    "ThemeRow",
    "ThreadRow",
    "TipRow",
    "ToldRow",
    "TrialRow",
    "UtcTime",
    "VectorRow",
    "WorkspaceRow",
]
