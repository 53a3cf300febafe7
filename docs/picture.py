"""Draws docs/picture.svg from a real run of the main job: `make picture`."""

import html
import itertools
import re
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

PICTURE = Path(__file__).parent / "picture.svg"
_SHOWN = {"1": (5, 0), "2": (4, 0), "3": (10, 1), "4": (5, 4), "5": (5, 2)}
"""How many of the first and of the last lines of a message are shown, by the number of the part."""
_LINE = 19
_MARGIN = 22
_WIDTH = 1000
_COLUMNS = 118
_QUOTED = re.compile(r"^   │(?! .*  \d\d-\d\d \d\d:\d\d$)")
_STYLES = (
    (re.compile(r"^\d "), "fill:#ffffff;font-weight:700"),
    (re.compile(r"^\s+→"), "fill:#7ee2a8"),
    (re.compile(r"^\s+>"), "fill:#8fd3ff"),
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "playground", "--with-bot", "--once", "--port", "0", "--language", "ja"]
        done = subprocess.run([*command, "--data", folder], check=True, capture_output=True, text=True)  # noqa: S603 - our own program
    lines = _parts(done.stdout.splitlines())
    height = 2 * _MARGIN + _LINE * len(lines)
    drawn = "\n".join(_drawn(line, _MARGIN + _LINE * (place + 0.75)) for place, line in enumerate(lines))
    PICTURE.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img"'
        ' aria-label="make run: an emoji on a thread, the author\'s card, a question and the cited answer">\n'
        '<rect width="100%" height="100%" rx="10" fill="#22272e"/>\n'
        '<g font-family="ui-monospace,Menlo,Consolas,monospace" font-size="13.5" fill="#c9d1d9">\n'
        f"{drawn}\n</g>\n</svg>\n",
        "utf-8",
    )


def _parts(lines: list[str]) -> list[str]:
    """The narration with its messages shortened."""
    shown: list[str] = []
    first, last = 0, 0
    for is_message, group in itertools.groupby(lines[2:], key=lambda line: bool(_QUOTED.match(line))):
        part = list(group)
        if not is_message:
            shown += part
            first, last = next((_SHOWN[line[0]] for line in reversed(part) if line[:1] in _SHOWN), (first, last))
        elif len(part) <= first + last + 1:
            shown += part
        else:
            shown += [*part[:first], "   │ …", *part[len(part) - last :]]
    return shown


def _drawn(line: str, at: float) -> str:
    style = next((style for form, style in _STYLES if form.match(line)), "")
    shown = line
    while sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in shown) > _COLUMNS:
        shown = f"{shown[:-2]}…"
    text = html.escape(shown).replace(" ", "\u00a0")
    return f'<text x="{_MARGIN}" y="{at:.0f}" style="{style}">{text}</text>'


if __name__ == "__main__":
    main()
