"""Drafts: tips before their author's decision, and who pointed at them."""

from storage._borrowed import NewSpeaker
from storage.drafts._rows import Capture, add_evidence, day_of, empty, part
from storage.drafts.finding import captures, get, is_capture, of_author, pointers, resting_on, waiting
from storage.drafts.writing import (
    begin,
    card_posted,
    close,
    deleted_meanwhile,
    edit,
    fill,
    forget,
    forget_deletions,
    is_preparing,
    postpone,
    put_under,
    reminded,
    start_over,
    uncapture,
)

__all__ = [
    "Capture",
    "NewSpeaker",
    "add_evidence",
    "begin",
    "captures",
    "card_posted",
    "close",
    "day_of",
    "deleted_meanwhile",
    "edit",
    "empty",
    "fill",
    "forget",
    "forget_deletions",
    "get",
    "is_capture",
    "is_preparing",
    "of_author",
    "part",
    "pointers",
    "postpone",
    "put_under",
    "reminded",
    "resting_on",
    "start_over",
    "uncapture",
    "waiting",
]
