"""What others read of the thanks for a tip, on every card that shows it."""

from collections.abc import Sequence
from typing import Any

from bot.slack.outgoing import context, fit, plain
from bot.texts import say
from storage.records import Language, Thanks

_SHOWN = 3
_REASON = 200


def thanked(given: Sequence[Thanks], language: Language) -> list[dict[str, Any]]:
    """The newest of the thanks that both want shown, word for word, and how many more there are of these."""
    public = [one for one in given if one.is_public]
    if not public:
        return []
    lines = [
        say(language, "thanks.shown", user=one.user_id, reason=fit(plain(one.reason), _REASON))
        for one in public[:_SHOWN]
    ]
    if len(public) > _SHOWN:
        lines.append(say(language, "thanks.shown_more", count=len(public) - _SHOWN))
    return [context("\n".join(lines))]
