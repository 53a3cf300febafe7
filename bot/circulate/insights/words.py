"""The figures in words: what each picture is called, and what it tells to those who do not see it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal, cast

from bot.circulate.insights.service import AIM, GOOD, TYPICAL, Shown
from bot.slack.outgoing import fit
from bot.texts import say
from storage.records import Answering, Language, Part, Span, Staleness, Trying

PictureName = Literal["people", "sharing", "answers", "places", "hosts"]

ALT = 1_000
"""Characters of alternative text that Slack takes (docs.slack.dev/reference/methods/files.getUploadURLExternal)."""

_NAMES = (60, 45, 30)
"""Characters of a name, fewer where many long ones would not fit."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is announced. `alt` tells all of its figures."""

    name: PictureName
    title: str
    alt: str


def pictures(shown: Shown, language: Language) -> list[Picture]:
    """The pictures that there is something for, in order."""
    told: dict[PictureName, Callable[[Shown, Language], str]] = {
        "people": _people,
        "sharing": _sharing,
        "answers": _answers,
        "places": _places,
    }
    found = [_picture(name, tell(shown, language), language) for name, tell in told.items()]
    if shown.minutes:
        found.append(_picture("hosts", _hosts(shown, language), language))
    return found


def _picture(name: PictureName, alt: str, language: Language) -> Picture:
    return Picture(name, say(language, f"insights.{name}_title"), alt)


def people(count: int, language: Language) -> str:
    """15+, or under 5."""
    return say(language, "insights.at_least", count=count) if count else say(language, "insights.few")


def short(day: date, language: Language) -> str:
    """11/3, or 3 Nov."""
    return f"{day.month}/{day.day}" if language == "ja" else f"{day.day} {day:%b}"


def part_name(part: Part, shown: Shown, language: Language, *, of_channels: bool) -> str:
    if part.name is None:
        return say(language, "insights.everywhere_else")
    return (
        shown.name_of(part) or "" if of_channels else say(language, f"insights.language_{cast('Language', part.name)}")
    )


def answered(told: Answering | None, language: Language) -> str:
    """12 of 15, 15 asked, or not told."""
    if told is None:
        return say(language, "insights.hidden")
    if told.in_time is None:
        return say(language, "insights.answers_asked", whole=told.asked)
    return say(language, "insights.answers_of", part=told.in_time, whole=told.asked)


def stale(told: Staleness | None, language: Language) -> str:
    if told is None:
        return say(language, "insights.hidden")
    if told.stale is None:
        return say(language, "insights.answers_tips", whole=told.tips)
    return say(language, "insights.answers_of", part=told.stale, whole=told.tips)


def tried(told: Trying | None, language: Language) -> str:
    """How many; what came of it is told apart."""
    return say(language, "insights.answers_tried", whole=told.tried) if told else say(language, "insights.hidden")


def top(span: Span, language: Language) -> str:
    return f"{span.top.percent}%" if span.top else say(language, "insights.hidden")


def share(shown: Shown, language: Language) -> str:
    """How many of the members took part in the last span."""
    if shown.percent is None:
        return people(shown.last.people, language)
    values = {"count": shown.last.people, "members": shown.members, "percent": shown.percent}
    return say(language, "insights.of_members", **values)


def _people(shown: Shown, language: Language) -> str:
    weeks = (
        say(language, "insights.week", start=short(week.start, language), told=people(week.people, language))
        for week in shown.figures.weeks
    )
    start = short(shown.last.start, language)
    values = {"told": share(shown, language), "typical": TYPICAL, "good": GOOD}
    return say(language, "insights.people_alt", weeks=_listed(weeks, language), start=start, **values)


def _sharing(shown: Shown, language: Language) -> str:
    def of(span: Span) -> str:
        start, told = short(span.start, language), people(span.authors, language)
        return say(language, "insights.sharing_span", start=start, told=told, new=people(span.newcomers, language))

    def most(span: Span) -> str:
        start = short(span.start, language)
        return say(language, "insights.sharing_top_span", start=start, percent=top(span, language))

    spans, tops = map(of, shown.figures.spans), map(most, shown.figures.spans)
    return say(language, "insights.sharing_alt", spans=_listed(spans, language), top=_listed(tops, language))


def _answers(shown: Shown, language: Language) -> str:
    def question(span: Span) -> str:
        told = answered(span.questions, language)
        return say(language, "insights.week", start=short(span.start, language), told=told)

    def trial(span: Span) -> str:
        start = short(span.start, language)
        if span.trials is None or span.trials.outcomes is None:
            return say(language, "insights.answers_trial_hidden", start=start, told=tried(span.trials, language))
        came = span.trials.outcomes
        values = {"worked": came.worked, "changed": came.changed, "failed": came.failed}
        return say(language, "insights.answers_trial", start=start, **values)

    told = {
        "questions": _listed(map(question, shown.figures.spans), language),
        "trials": _listed(map(trial, shown.figures.spans), language),
        "stale": stale(shown.figures.stale, language),
    }
    return say(language, "insights.answers_alt", **told)


def _places(shown: Shown, language: Language) -> str:
    """With names as long as they may be for all figures to stand there."""
    told = [_named(shown, language, letters) for letters in _NAMES]
    return next((one for one in told if len(one) <= ALT), told[-1])


def _named(shown: Shown, language: Language, letters: int) -> str:
    def one(name: str, count: int) -> str:
        return f"{fit(name, letters)} {people(count, language)}"

    figures = shown.figures
    told = {
        "languages": [one(part_name(p, shown, language, of_channels=False), p.people) for p in figures.languages],
        "channels": [one(part_name(p, shown, language, of_channels=True), p.people) for p in figures.channels],
        "themes": [one(theme.theme, theme.people) for theme in figures.themes],
        "rising": [one(topic.topic, topic.people) for topic in figures.rising],
    }
    none = say(language, "insights.places_none")
    values = {name: _listed(found, language) or none for name, found in told.items()}
    return say(language, "insights.places_alt", start=short(shown.last.start, language), **values)


def _hosts(shown: Shown, language: Language) -> str:
    weeks = (
        say(language, "insights.week", start=short(week, language), told=minutes)
        for week, minutes in sorted(shown.minutes.items())
    )
    return say(language, "insights.hosts_alt", minutes=AIM, weeks=_listed(weeks, language))


def _listed(told: Iterable[str], language: Language) -> str:
    return say(language, "insights.list").join(told)
