"""How much of what must not be stored is found, and how much harmless text is left alone.

The labelled corpus lies in tests/unit/trust/corpus. In `finds*.txt` ⟦…⟧ marks what has to go, `== kind class` begins a
kind, ↵ is a line break, and <alnum:36> is made at run time, so that no scanner takes the corpus for a leak. The lines
of `harmless*.txt` come out as they went in. The `…_held_out` files were
looked at only after the detectors had been measured on them.

    python -m benchmarks.redaction [--misses]
"""

import argparse
import base64
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from bot.trust.redaction import check_digits, redact

CORPUS = Path(__file__).parents[1] / "tests" / "unit" / "trust" / "corpus"
PARTS = ("", "_held_out")

Span = tuple[int, int]
Detector = Callable[[str], list[Span]]

_LOWER, _UPPER, _DIGITS, _HEX = (
    "abcdefghijklmnopqrstuvwxyz",
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "0123456789",
    "0123456789abcdef",
)
_ALPHABETS = {
    "alnum": _LOWER + _UPPER + _DIGITS,
    "az": _LOWER,
    "up": _UPPER + _DIGITS,
    "b32": _UPPER + "234567",
    "b64": _LOWER + _UPPER + _DIGITS + "+/",
    "b64u": _LOWER + _UPPER + _DIGITS + "-_",
    "hex": _HEX,
    "HEX": _HEX.upper(),
    "digits": _DIGITS,
}
_MADE = re.compile(r"<(?P<kind>[A-Za-z0-9]+)(?::(?P<length>\d+))?(?::(?P<group>\d+))?>")


@dataclass(frozen=True, slots=True)
class Line:
    """A text of the corpus. `marked`: the places in it that have to go."""

    text: str
    kind: str
    class_: str
    marked: tuple[Span, ...] = ()

    @property
    def language(self) -> str:
        return "ja" if re.search(r"[\u3041-\u30ff\u4e00-\u9fff]", self.text) else "en"


def finds(part: str = "") -> list[Line]:
    """The lines with something to find in them."""
    lines, kind, class_ = [], "", ""
    for number, line in enumerate((CORPUS / f"finds{part}.txt").read_text("utf-8").splitlines()):
        if line.startswith("== "):
            kind, class_ = line[3:].split()
        elif line:
            lines.append(_line(line, kind, class_, number))
    return lines


def harmless(part: str = "") -> list[Line]:
    """The lines in which nothing may be found."""
    written = (CORPUS / f"harmless{part}.txt").read_text("utf-8").splitlines()
    return [Line(_made(line, number).replace("↵", "\n"), "harmless", "") for number, line in enumerate(written) if line]


def _line(written: str, kind: str, class_: str, seed: int) -> Line:
    pieces = re.split("([⟦⟧])", _made(written, seed).replace("↵", "\n"))
    text, marked, start = "", [], 0
    for piece in pieces:
        if piece == "⟦":
            start = len(text)
        elif piece == "⟧":
            marked.append((start, len(text)))
        else:
            text += piece
    return Line(text, kind, class_, tuple(marked))


def _made(written: str, seed: int) -> str:
    chance = random.Random(seed)  # noqa: S311 - invented values, the same in every run
    return _MADE.sub(lambda match: _value(chance, match), written)


def _value(chance: random.Random, match: re.Match[str]) -> str:  # noqa: PLR0911 - one for each kind of value
    kind, length, group = match["kind"], int(match["length"] or 0), int(match["group"] or 0)
    if kind == "zw":
        return chance.choice("\u200b\u200d\u2060\ufeff")
    if kind in ("card", "wcard"):
        before = re.search(r"[⟦\s]([3-6３-６])$", match.string[: match.start()])
        first = before[1].translate(_NARROW) if before else "4"
        second = {"3": "7", "5": "2"}.get(first, chance.choice(_DIGITS))  # American Express, Mastercard
        digits = first + second + "".join(chance.choice(_DIGITS) for _ in range(length - 3))
        digits += next(d for d in _DIGITS if check_digits.luhn(digits + d))
        return digits[1:].translate(_WIDE) if kind == "wcard" else _grouped(digits, group)[1:]
    if kind == "mynumber":
        digits = "".join(chance.choice(_DIGITS) for _ in range(11))
        digits += next(d for d in _DIGITS if check_digits.my_number(digits + d))
        return _grouped(digits, length)
    if kind == "wdigits":
        return "".join(chance.choice(_DIGITS) for _ in range(length)).translate(_WIDE)
    if kind == "sri":
        return base64.b64encode(chance.randbytes(length)).decode()
    if kind not in _ALPHABETS:
        return match.group()
    alphabet = _ALPHABETS[kind]
    value = [chance.choice(alphabet) for _ in range(length)]
    if kind in ("alnum", "b64", "b64u", "up") and length >= 4:  # noqa: PLR2004 - mixed, as keys are
        value[1:4] = [
            chance.choice(_DIGITS),
            chance.choice(_UPPER),
            value[3] if kind == "up" else chance.choice(_LOWER),
        ]
    return "".join(value)


def _grouped(digits: str, size: int) -> str:
    return " ".join(digits[i : i + size] for i in range(0, len(digits), size)) if size else digits


_WIDE = str.maketrans(_DIGITS, "０１２３４５６７８９")
_NARROW = str.maketrans("０１２３４５６７８９", _DIGITS)


@dataclass(frozen=True, slots=True)
class Score:
    """What detectors made of lines: marked places that are gone, all of them, finds that were right, all finds."""

    found: int
    marked: int
    right: int
    finds: int

    @property
    def recall(self) -> float:
        return self.found / self.marked if self.marked else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.finds if self.finds else 1.0


def score(lines: Iterable[Line], detect: Detector) -> Score:
    """A marked place is found when no letter or digit of it is left; a find is right when it lies within one."""
    found = marked = right = total = 0
    for line in lines:
        spans = detect(line.text)
        found += sum(_is_gone(line.text, place, spans) for place in line.marked)
        marked += len(line.marked)
        right += sum(any(start >= s and end <= e for s, e in line.marked) for start, end in spans)
        total += len(spans)
    return Score(found, marked, right, total)


def _is_gone(text: str, place: Span, spans: Sequence[Span]) -> bool:
    return all(not text[i].isalnum() or any(start <= i < end for start, end in spans) for i in range(*place))


def ours(text: str) -> list[Span]:
    return [(found.start, found.end) for found in redact(text).found]


def others() -> dict[str, Detector]:
    """What a user would take instead, where it is installed."""
    return {
        name: made
        for name, make in (("detect-secrets", _detect_secrets), ("betterleaks", _betterleaks))
        if (made := make())
    }


def _detect_secrets() -> Detector | None:
    try:
        scan = import_module("detect_secrets.core.scan")
        settings = import_module("detect_secrets.settings")
    except ImportError:
        return None

    def detect(text: str) -> list[Span]:
        with settings.default_settings():
            every = {str(one.secret_value) for line in text.splitlines() for one in scan.scan_line(line)}
        return [(at, at + len(value)) for value in every if (at := text.find(value)) >= 0]

    return detect


def _betterleaks() -> Detector | None:
    try:
        betterleaks = import_module("betterleaks")
    except ImportError:
        return None

    def detect(text: str) -> list[Span]:
        values = {one.secret for one in betterleaks.scan_string(text)}
        return [(at, at + len(value)) for value in values if value and (at := text.find(value)) >= 0]

    return detect


def milliseconds(lines: Sequence[Line], detect: Detector) -> float:
    """For 1,000 characters, the best of three."""
    size = sum(len(line.text) for line in lines)
    times = []
    for _ in range(3):
        began = time.perf_counter()
        for line in lines:
            detect(line.text)
        times.append(time.perf_counter() - began)
    return min(times) * 1_000 / size * 1_000


def main() -> None:
    parser = argparse.ArgumentParser(description="Recall and precision of the redaction on the labelled corpus.")
    parser.add_argument(
        "--misses", action="store_true", help="show what was missed or taken wrongly in the part that is not held out"
    )
    args = parser.parse_args()
    all_lines: list[Line] = []
    for part in PARTS:
        positives, negatives = finds(part), harmless(part)
        all_lines += positives + negatives
        print(
            f"\n{'held out' if part else 'the part in sight'}: {len(positives)} lines with "
            f"{sum(len(line.marked) for line in positives)} finds, {len(negatives)} harmless lines"
        )
        _print_scores(positives, negatives)
    print("\nby kind, both parts" + " " * 14 + "found of marked")
    for kind, lines in _grouped_by(all_lines, lambda line: line.kind).items():
        result = score(lines, ours)
        if result.marked:
            print(f"  {kind:28} {result.found:4} {result.marked:4}  {result.recall:6.1%}")
    mine = milliseconds(all_lines, ours)
    print(f"\n{'beside':18} {'recall (secrets)':>17} {'precision':>10} {'ms/1,000 chars':>15} {'× ours':>7}")
    for name, detect in {"this": ours, **others()}.items():
        secrets = score([line for line in all_lines if line.class_ == "secret"], detect)
        everything = score([line for line in all_lines if line.class_ in ("secret", "")], detect)
        took = mine if detect is ours else milliseconds(all_lines, detect)
        print(f"  {name:16} {secrets.recall:17.1%} {everything.precision:10.1%} {took:15.3f} {took / mine:7.2f}")
    if args.misses:
        _print_misses([*finds(), *harmless()])


def _print_scores(positives: Sequence[Line], negatives: Sequence[Line]) -> None:
    both = [*positives, *negatives]
    for name, lines in {
        "secrets": [line for line in positives if line.class_ == "secret"],
        "personal data": [line for line in positives if line.class_ == "personal"],
        "names": [line for line in positives if line.class_ == "name"],
        "Japanese": [line for line in both if line.language == "ja"],
        "English and code": [line for line in both if line.language == "en"],
        "everything": both,
    }.items():
        result = score(lines, ours)
        print(
            f"  {name:18} recall {result.recall:6.1%} ({result.found}/{result.marked})   "
            f"precision {result.precision:6.1%} ({result.right}/{result.finds})"
        )
    changed = sum(bool(ours(line.text)) for line in negatives)
    print(f"  harmless lines changed: {changed} of {len(negatives)}")


def _print_misses(lines: Iterable[Line]) -> None:
    for line in lines:
        spans = ours(line.text)
        missed = [place for place in line.marked if not _is_gone(line.text, place, spans)]
        wrong = [span for span in spans if not any(span[0] >= s and span[1] <= e for s, e in line.marked)]
        if missed or wrong:
            print(f"{line.kind}: {line.text!r}", file=sys.stderr)
            for what, places in (("missed", missed), ("wrong", wrong)):
                for start, end in places:
                    print(f"    {what}: {line.text[start:end]!r}", file=sys.stderr)


def _grouped_by(lines: Iterable[Line], key: Callable[[Line], str]) -> dict[str, list[Line]]:
    grouped: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        grouped[key(line)].append(line)
    return grouped


if __name__ == "__main__":
    main()
