"""The text as detectors see it: half-width, one kind of dash, nothing invisible, one mark for each placeholder.

Every character knows where it stood in the text before, so that finds are cut out of what was really written.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.trust.redaction.kinds import PLACEHOLDER, Span

MARK = "\ue000"
"""Stands where something was found: a character that no detector takes for a part of anything."""

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\u2043"
_HALF_WIDTH = (
    {0xFF01 + i: 0x21 + i for i in range(94)}
    | {0x3000: " ", 0xA0: " ", 0x202F: " ", 0xFFE5: "¥"}
    | {ord(dash): "-" for dash in _DASHES}
    # variants of surnames' characters that dictionaries write differently
    | str.maketrans("髙﨑濵栁𠮷德", "高崎浜柳吉徳")
)
_INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e"
    "\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
)
_SKIPPED = re.compile(f"(?P<placeholder>{PLACEHOLDER.pattern})|[{_INVISIBLE}\U000e0000-\U000e007f]+")


@dataclass(frozen=True, slots=True)
class Seen:
    """`starts[i]`, `ends[i]`: where the i-th character of `text` began and ended in the text before."""

    text: str
    starts: list[int]
    ends: list[int]

    @classmethod
    def of(cls, text: str) -> "Seen":
        seen = cls(text.translate(_HALF_WIDTH), list(range(len(text))), list(range(1, len(text) + 1)))
        skipped = ((m.start(), m.end(), MARK if m["placeholder"] else "") for m in _SKIPPED.finditer(seen.text))
        return seen._replaced(skipped)

    def without(self, spans: Iterable[Span]) -> "Seen":
        """The same with a mark for each span; the spans are in order and do not overlap."""
        return self._replaced((span.start, span.end, MARK) for span in spans)

    def place(self, span: Span) -> tuple[int, int]:
        """Where a span stood in the text before."""
        return self.starts[span.start], self.ends[span.end - 1]

    def _replaced(self, parts: Iterable[tuple[int, int, str]] | Iterator[tuple[int, int, str]]) -> "Seen":
        text: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        at = 0
        for start, end, instead in (*parts, (len(self.text), len(self.text), "")):
            text += [self.text[at:start], instead]
            starts += self.starts[at:start]
            ends += self.ends[at:start]
            if instead:
                starts.append(self.starts[start])
                ends.append(self.ends[end - 1])
            at = end
        return Seen("".join(text), starts, ends)
