"""Tips: published, found again, edited, withdrawn, exported. Every read takes a viewer."""

from storage.tips._rows import (
    HIDDEN,
    LIVE,
    MERGED,
    OBSOLETE,
    WAITING,
    IsOwner,
    is_own,
    new_id,
    now_for,
    own_row,
    tip_of,
)
from storage.tips.finding import are_fewer, export, get, is_of, many, of_owner, of_thread, own, rests_on
from storage.tips.publishing import come_out, publish_anonymously, publish_named
from storage.tips.writing import edit, put, take_out, withdraw, withdraw_resting_on

__all__ = [
    "HIDDEN",
    "LIVE",
    "MERGED",
    "OBSOLETE",
    "WAITING",
    "IsOwner",
    "are_fewer",
    "come_out",
    "edit",
    "export",
    "get",
    "is_of",
    "is_own",
    "many",
    "new_id",
    "now_for",
    "of_owner",
    "of_thread",
    "own",
    "own_row",
    "publish_anonymously",
    "publish_named",
    "put",
    "rests_on",
    "take_out",
    "tip_of",
    "withdraw",
    "withdraw_resting_on",
]
