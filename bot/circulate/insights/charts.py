"""The pictures: figures → PNG or SVG, the same on every machine, in Japanese without a font of the machine's.

Colours are Okabe and Ito's, which the colour-blind tell apart (jfly.uni-koeln.de/color); each also has a pattern or a
word of its own. A PNG stands on its own paper, readable in light and dark; an SVG takes the viewer's side by itself.
"""

import io
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import distribution
from typing import Literal
from xml.sax.saxutils import escape

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.ft2font import FT2Font
from matplotlib.layout_engine import ConstrainedLayoutEngine

from bot.circulate.insights import words
from bot.circulate.insights.service import AIM, GOOD, TYPICAL, Shown
from bot.circulate.insights.words import Picture, PictureName
from bot.slack.outgoing import fit
from bot.texts import say
from storage.records import Answering, Language

Format = Literal["png", "svg"]

INK, SOFT, LINE, PAPER = "#1d1c1d", "#55524f", "#d9d6d0", "#fbfaf8"
_DARK = {INK: "#f2f0ec", SOFT: "#b9b5ae", LINE: "#45484d", PAPER: "#1a1d21"}
BLUE, SKY, ORANGE, GREEN, RED = "#0072B2", "#56B4E9", "#E69F00", "#009E73", "#D55E00"
WHITE = "#ffffff"

_INCHES, _DPI = (8.4, 5.2), 160
_GETA = "〓"
"""What Japanese print sets where a character is missing."""
_LABEL = 26
_SMALL = 8
_FEW = 4
_WIDE = 55
"""Percent of a bar that has room for words inside."""

# the fonts that come with packages alone: what the machine has differs from one to the next
_JAPANESE = str(distribution("matplotlib-fontja").locate_file("matplotlib_fontja/fonts/ipaexg.ttf"))
fontManager.addfont(_JAPANESE)
mpl.rcParams.update(
    {
        "font.family": [FontProperties(fname=_JAPANESE).get_name(), "DejaVu Sans"],
        "font.size": 11,
        "text.parse_math": False,
        "text.color": INK,
        "axes.labelcolor": INK,
        "axes.edgecolor": LINE,
        "axes.facecolor": PAPER,
        "figure.facecolor": PAPER,
        "xtick.color": SOFT,
        "ytick.color": SOFT,
        "hatch.color": PAPER,
        "hatch.linewidth": 1.6,
        "svg.hashsalt": "yoridokoro",
    }
)


def draw(shown: Shown, picture: Picture, language: Language, form: Format) -> bytes:
    """A picture as a file. An SVG carries its alternative text; text in it is drawn, and needs no font."""
    figure = Figure(figsize=_INCHES, layout=ConstrainedLayoutEngine(w_pad=0.15, h_pad=0.12, wspace=0.06, hspace=0.06))
    figure.suptitle(picture.title, fontsize=15, x=0.02, ha="left")
    _DRAWN[picture.name](figure, shown, language)
    made = io.BytesIO()
    figure.savefig(made, format=form, dpi=_DPI, metadata={"Date": None} if form == "svg" else {"Title": picture.title})
    return made.getvalue() if form == "png" else _readable(made.getvalue().decode(), picture, language).encode()


def legible(text: str) -> str:
    """The text with a mark where none of the fonts has the character."""
    return "".join(one if ord(one) in _characters() or one.isspace() else _GETA for one in fit(text, _LABEL))


@cache
def _characters() -> frozenset[int]:
    fonts = (_JAPANESE, fontManager.findfont("DejaVu Sans"))
    return frozenset(code for font in fonts for code in FT2Font(font).get_charmap())


def _readable(svg: str, picture: Picture, language: Language) -> str:
    """With a title and a description for those who do not see it, and the colours of a dark page on one."""
    dark = "".join(
        f'[style*="{way}: {light}"]{{{way}:{dark}!important}}'
        for light, dark in _DARK.items()
        for way in ("fill", "stroke")
    )
    head = (
        f'<title id="t">{escape(picture.title)}</title><desc id="d">{escape(picture.alt)}</desc>'
        f"<style>@media (prefers-color-scheme:dark){{{dark}}}</style>"
    )
    start, tag, rest = svg.partition("<svg ")
    attributes, end, inside = rest.partition(">")
    return f'{start}{tag}role="img" lang="{language}" aria-labelledby="t d" {attributes}{end}{head}{inside}'


def _people(figure: Figure, shown: Shown, language: Language) -> None:
    upper, lower = figure.subplots(2, 1, height_ratios=(3, 1))
    weeks = shown.figures.weeks
    _titled(upper, say(language, "insights.people_weeks"))
    _columns(upper, [words.short(week.start, language) for week in weeks], [week.people for week in weeks], language)
    start = words.short(shown.last.start, language)
    _titled(lower, say(language, "insights.people_share", start=start), pad=6)
    percent = shown.percent or 0
    lower.barh([0], [100], color=LINE, height=0.5)
    lower.barh([0], [percent], color=BLUE, height=0.5)
    lower.set(xlim=(0, 100), ylim=(-0.75, 0.75), yticks=[], xticks=[0, TYPICAL, GOOD, 100])
    lower.set_xticklabels([f"{tick}%" for tick in (0, TYPICAL, GOOD, 100)])
    for mark, style in ((TYPICAL, "--"), (GOOD, "-")):
        lower.axvline(mark, color=INK, linestyle=style, linewidth=1.6)
    lower.set_xlabel(say(language, "insights.marks", typical=TYPICAL, good=GOOD), color=SOFT)
    told = words.share(shown, language)
    if percent < _WIDE:
        lower.text(max(percent, GOOD) + 2, 0, told, va="center")
    else:
        lower.text(percent - 2, 0, told, va="center", ha="right", color=WHITE)
    _bare(lower)


def _sharing(figure: Figure, shown: Shown, language: Language) -> None:
    left, right = figure.subplots(1, 2)
    spans = shown.figures.spans
    starts = [words.short(span.start, language) for span in spans]
    _titled(left, say(language, "insights.sharing_people"))
    series = (
        ("insights.sharing_all", [span.authors for span in spans], BLUE, None),
        ("insights.sharing_new", [span.newcomers for span in spans], ORANGE, "///"),
    )
    for at, (name, people, colour, hatch) in zip((-0.2, 0.2), series, strict=True):
        places = [number + at for number in range(len(spans))]
        left.bar(places, people, 0.4, color=colour, hatch=hatch, label=say(language, name))
        for place, count in zip(places, people, strict=True):
            left.text(place, count, _mark(count), ha="center", va="bottom", fontsize=9)
    left.set(xticks=range(len(spans)), ylim=(0, _room(series[0][1])), yticks=[])
    left.set_xticklabels(starts)
    left.legend(loc="upper center", bbox_to_anchor=(0.5, -0.08), ncols=2, frameon=False)
    _bare(left)

    _titled(right, say(language, "insights.sharing_top"), say(language, "insights.sharing_top_hint"))
    percents = [span.top.percent if span.top else None for span in spans]
    _percents(right, starts, percents, ["" if one is None else f"{one}%" for one in percents], RED)
    _explain(right, language, hidden=None in percents)
    _explain(left, language, few=True)


def _answers(figure: Figure, shown: Shown, language: Language) -> None:
    grid = figure.add_gridspec(2, 2, height_ratios=(4, 1))
    left, right = figure.add_subplot(grid[0, 0]), figure.add_subplot(grid[0, 1])
    below = figure.add_subplot(grid[1, :])
    spans = shown.figures.spans
    starts = [words.short(span.start, language) for span in spans]
    _titled(left, say(language, "insights.answers_questions"))
    asked = [span.questions for span in spans]
    percents = [
        round(100 * one.in_time / one.asked) if one and one.in_time is not None and one.asked else None for one in asked
    ]
    labels = [_of_asked(one, language) for one in asked]
    _percents(left, starts, percents, labels, BLUE)
    _explain(left, language, hidden=None in asked)

    _titled(right, say(language, "insights.answers_trials"))
    bottoms = [0] * len(spans)
    came = [span.trials.outcomes if span.trials else None for span in spans]
    for name, colour, hatch in (("worked", GREEN, None), ("changed", SKY, "///"), ("failed", ORANGE, "xxx")):
        counts = [getattr(one, name) if one else 0 for one in came]
        right.bar(
            range(len(spans)), counts, 0.6, bottoms, color=colour, hatch=hatch, label=say(language, f"insights.{name}")
        )
        for place, (count, bottom) in enumerate(zip(counts, bottoms, strict=True)):
            if count:
                box = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.2}
                right.text(place, bottom + count / 2, str(count), ha="center", va="center", fontsize=9, bbox=box)
        bottoms = [bottom + count for bottom, count in zip(bottoms, counts, strict=True)]
    for place, span in enumerate(spans):
        if span.trials is None or span.trials.outcomes is None:
            told = words.tried(span.trials, language) if span.trials else "–"
            right.text(place, 0, told, ha="center", va="bottom", color=SOFT, fontsize=_SMALL if span.trials else None)
    right.set(xticks=range(len(spans)), xlim=(-0.5, len(spans) - 0.5), ylim=(0, _room(bottoms)), yticks=[])
    right.set_xticklabels(starts)
    _explain(right, language, hidden=any(span.trials is None for span in spans))
    right.legend(loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=3, frameon=False, fontsize=10, handlelength=1.5)
    _bare(right)

    _titled(below, say(language, "insights.answers_stale"), pad=6)
    aged = shown.figures.stale
    percent = 100 * aged.stale / aged.tips if aged and aged.stale is not None else 0
    below.barh([0], [100], color=LINE, height=0.6)
    below.barh([0], [percent], color=ORANGE, hatch="///", height=0.6)
    below.text(101, 0, words.stale(aged, language), va="center")
    below.set(xlim=(0, 130), yticks=[], xticks=[])
    _bare(below)
    below.spines["bottom"].set_visible(False)


def _places(figure: Figure, shown: Shown, language: Language) -> None:
    axes = figure.subplots(2, 2)
    figures = shown.figures
    told: Sequence[tuple[str, Sequence[tuple[str, int]], str]] = (
        (
            "insights.places_languages",
            [(words.part_name(one, shown, language, of_channels=False), one.people) for one in figures.languages],
            BLUE,
        ),
        (
            "insights.places_channels",
            [(words.part_name(one, shown, language, of_channels=True), one.people) for one in figures.channels],
            SKY,
        ),
        ("insights.places_themes", [(one.theme, one.people) for one in figures.themes], GREEN),
        ("insights.places_rising", [(one.topic, one.people) for one in figures.rising], ORANGE),
    )
    for place, (name, rows, colour) in zip(axes.flat, told, strict=True):
        _titled(place, say(language, name), pad=6)
        _rows(place, rows, colour, language)
    start = words.short(shown.last.start, language)
    figure.supxlabel(say(language, "insights.places_since", start=start), fontsize=10, color=SOFT)


def _hosts(figure: Figure, shown: Shown, language: Language) -> None:
    place = figure.subplots()
    weeks = sorted(shown.minutes.items())
    starts, minutes = [words.short(week, language) for week, _ in weeks], [count for _, count in weeks]
    _titled(place, say(language, "insights.hosts_minutes"))
    place.bar(range(len(weeks)), minutes, 0.6, color=BLUE)
    place.set(xticks=range(len(weeks)))
    place.set_xticklabels(starts)
    for number, count in enumerate(minutes):
        place.text(number, count, str(count), ha="center", va="bottom")
    place.axhline(AIM, color=INK, linestyle="--", linewidth=1.4)
    place.text(len(weeks) - 0.4, AIM, say(language, "insights.hosts_aim", minutes=AIM), va="bottom", ha="right")
    place.set(ylim=(0, _room([*minutes, AIM])), yticks=[])
    _bare(place)


_DRAWN: dict[PictureName, Callable[[Figure, Shown, Language], None]] = {
    "people": _people,
    "sharing": _sharing,
    "answers": _answers,
    "places": _places,
    "hosts": _hosts,
}


def _columns(place: Axes, names: Sequence[str], people: Sequence[int], language: Language) -> None:
    place.bar(range(len(names)), people, 0.62, color=BLUE)
    place.set(xticks=range(len(names)))
    place.set_xticklabels(names)
    for number, count in enumerate(people):
        place.text(number, count, _mark(count), ha="center", va="bottom", color=INK if count else SOFT)
    place.set(ylim=(0, _room(people)), yticks=[])
    _bare(place)
    _explain(place, language, few=0 in people)


def _of_asked(one: Answering | None, language: Language) -> str:
    """What stands at a span: of how many, how many alone, or nothing."""
    if one is None:
        return ""
    return words.answered(one, language) if one.in_time is None else f"{one.in_time}/{one.asked}"


def _percents(
    place: Axes, names: Sequence[str], percents: Sequence[int | None], labels: Sequence[str], colour: str
) -> None:
    """A line of percents with what it rests on; a gap where there is none, with what can be told instead."""
    there = [float("nan") if one is None else one for one in percents]
    place.plot(range(len(names)), there, color=colour, marker="o", linewidth=2.4, markersize=7)
    for number, (percent, label) in enumerate(zip(percents, labels, strict=True)):
        if percent is None:
            place.text(number, 2, label or "–", ha="center", color=SOFT, fontsize=_SMALL if label else None)
        else:
            place.text(number, percent + 5, label, ha="center", va="bottom")
    place.set(xticks=range(len(names)), ylim=(0, 120), yticks=[0, 50, 100], xlim=(-0.5, len(names) - 0.5))
    place.set_xticklabels(names)
    place.set_yticklabels(["0%", "50%", "100%"])
    place.grid(axis="y", color=LINE, linewidth=0.8)
    _bare(place)


def _rows(place: Axes, rows: Sequence[tuple[str, int]], colour: str, language: Language) -> None:
    """Bars with their names above them, so that long names have room."""
    place.set(yticks=[], xticks=[])
    _bare(place)
    place.spines["bottom"].set_visible(False)
    if not rows:
        place.text(0, 0.9, say(language, "insights.places_none"), color=SOFT, va="top", transform=place.transAxes)
        return
    people = [count for _, count in rows]
    for at, (name, count) in enumerate(rows):
        place.barh(at, count, 0.36, color=colour)
        place.text(0, at - 0.24, legible(name), va="bottom", fontsize=10)
        place.text(count, at, " " + words.people(count, language), va="center", fontsize=10, color=SOFT)
    place.set(xlim=(0, _room(people) * 1.1), ylim=(max(_FEW, len(rows)) - 0.6, -0.75))


def _mark(people: int) -> str:
    return f"{people}+" if people else "–"


def _explain(place: Axes, language: Language, *, few: bool = False, hidden: bool = False) -> None:
    """What a dash means."""
    if few or hidden:
        said = say(language, "insights.few") if few else say(language, "insights.hidden")
        place.text(1, 1.0, f"– {said}", transform=place.transAxes, ha="right", va="bottom", fontsize=9, color=SOFT)


def _titled(place: Axes, title: str, hint: str = "", *, pad: float = 20) -> None:
    place.set_title(title, loc="left", fontsize=12, pad=pad)
    if hint:
        place.text(0, 1.02, hint, transform=place.transAxes, fontsize=9.5, color=SOFT, va="bottom")


def _room(counts: Sequence[int]) -> float:
    return max([5, *counts]) * 1.22


def _bare(place: Axes) -> None:
    for side in ("top", "right", "left"):
        place.spines[side].set_visible(False)
    place.tick_params(length=0)
