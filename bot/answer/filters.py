"""Filters that people write into a question: `tool:Claude`, `kind:pitfall`, `from:#channel`, `theme:`, `since:2w`.

Pure: text and today's date in, filters and what remains of the question out.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from bot.errors import Refused
from storage.records import Kind

_NAMES = {
    "tool": "tool",
    "ツール": "tool",
    "kind": "kind",
    "種類": "kind",
    "from": "from",
    "チャンネル": "from",
    "theme": "theme",
    "テーマ": "theme",
    "since": "since",
    "期間": "since",
    "以降": "since",
}
_KINDS = {
    "practice": Kind.PRACTICE,
    "what worked": Kind.PRACTICE,
    "うまくいったこと": Kind.PRACTICE,
    "やり方": Kind.PRACTICE,
    "pitfall": Kind.PITFALL,
    "what didn't work": Kind.PITFALL,
    "うまくいかなかったこと": Kind.PITFALL,
    "失敗": Kind.PITFALL,
    "experiment": Kind.EXPERIMENT,
    "trying it out": Kind.EXPERIMENT,
    "お試し中": Kind.EXPERIMENT,
    "worry": Kind.WORRY,
    "not sure yet": Kind.WORRY,
    "悩み・迷い": Kind.WORRY,
    "悩み": Kind.WORRY,
    "迷い": Kind.WORRY,
}
_VALUE = r'"[^"\n]*"|「[^」\n]*」|[^\s、。]+'
_FILTER = re.compile(rf"(?:(?<=\s)|^)({'|'.join(_NAMES)})[:：]\s?({_VALUE})", re.IGNORECASE)
_CHANNEL = re.compile(r"<?#([^|>\s]+)(?:\|[^>]*)?>?")
_AGO = re.compile(r"(\d{1,4})\s*(d|w|m|y|日|週間|週|か月|ヶ月|ヵ月|カ月|ケ月|月|年)(?:前|以内|間)?", re.IGNORECASE)
_DATE = re.compile(r"(\d{4})(?:[-/年.](\d{1,2})(?:[-/月.](\d{1,2})日?)?月?)?年?")
_DAYS = {"d": 1, "日": 1, "w": 7, "週": 7, "m": 30, "か": 30, "ヶ": 30, "ヵ": 30, "カ": 30, "ケ": 30, "月": 30}
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Parsed:
    """A question without its filters, and these. `channels` are names or ids as they were written."""

    text: str
    tools: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    channels: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    since: date | None = None


def parse(text: str, today: date) -> Parsed:
    """Reads the filters out of a question. Raises Refused for a value that cannot be understood."""
    found: dict[str, list[str]] = {name: [] for name in _NAMES.values()}

    def take(match: re.Match[str]) -> str:
        if (filter_ := _filter(match)) is None:
            return match.group()
        found[filter_[0]].append(filter_[1])
        return " "

    rest = " ".join(_FILTER.sub(take, text).split()) if _FILTER.search(text) else text
    since = [_since(value, today) for value in found["since"]]
    return Parsed(
        text=rest,
        tools=tuple(found["tool"]),
        kinds=tuple(_kind(value) for value in found["kind"]),
        channels=tuple(match[1] for value in found["from"] if (match := _CHANNEL.fullmatch(value))),
        themes=tuple(found["theme"]),
        since=max(since) if since else None,
    )


def written(text: str) -> tuple[str, ...]:
    """The filters of a question as they were written."""
    return tuple(match.group() for match in _FILTER.finditer(text) if _filter(match))


def _filter(match: re.Match[str]) -> tuple[str, str] | None:
    """What a filter is about and its value; None for what only looks like one."""
    name, value = _NAMES[match[1].casefold()], match[2].strip('"「」').strip()
    # "from: somebody" is a sentence
    return (name, value) if value and (name != "from" or _CHANNEL.fullmatch(value)) else None


def _kind(value: str) -> Kind:
    kind = _KINDS.get(unicodedata.normalize("NFKC", value).casefold().replace("’", "'"))
    if kind is None:
        raise Refused("filters.unknown_kind", value=value[:40])
    return kind


def _since(value: str, today: date) -> date:
    plain = unicodedata.normalize("NFKC", value)
    if ago := _AGO.fullmatch(plain):
        return _days_before(today, int(ago[1]) * _DAYS.get(ago[2][0].casefold(), _YEAR))
    if written := _DATE.fullmatch(plain):
        try:
            return date(int(written[1]), int(written[2] or 1), int(written[3] or 1))
        except ValueError:
            pass
    raise Refused("filters.unknown_date", value=value[:40])


def _days_before(today: date, days: int) -> date:
    return today - timedelta(days=min(days, today.toordinal() - 1))
