"""What people do with what the bot wrote to them: decide, tap, answer, thank, or leave it."""

import random
import re
from collections.abc import Callable, Sequence

from benchmarks.simulate.company import Someone
from benchmarks.simulate.hosting import say_of_own_tip, take_week
from benchmarks.simulate.kept import Shared
from benchmarks.simulate.knowhow import REASONS, WORRIES, know_how
from benchmarks.simulate.life import BOT, Json, Life, pressable
from benchmarks.simulate.worries import answer_offer, make_a_tip_of_it

_LATEST = 12
_SOURCE, _TITLE = re.compile(r"archives/(C\w+)/"), re.compile(r"'divider'.*?'text': [\"']\*(.+?)\*\\n")
"""In a card: where it was told, and what it says first below the line."""

Answer = Callable[[Life, Someone, random.Random, Json], None]


def look_into(life: Life, someone: Someone, chance: random.Random) -> None:
    """Looks at what has come since the last time, once at each message."""
    seen = life.seen[someone.handle]
    for message in life.see(someone.handle, "dm")[-_LATEST:]:
        answer = _answer_to(str(message.get("blocks")))
        if answer is None or message["ts"] in seen:
            continue
        seen.add(message["ts"])
        answer(life, someone, chance, message)


def _answer_to(drawn: str) -> Answer | None:
    return next((answer for marks, answer in ANSWERS if any(mark in drawn for mark in marks)), None)


def decide(life: Life, someone: Someone, chance: random.Random, card: Json) -> None:
    """A draft of what they know waits for their decision."""
    is_worry = any(title in str(card) for one in WORRIES for title in one[::2])
    weights = [40, 45, 5, 10] if is_worry else [60, 12, 8, 20]
    way = chance.choices(["named", "unnamed", "no", "silence"], weights=weights)[0]
    if way == "named":
        life.press(someone.handle, BOT, card["ts"], "capture.share_named")
        source, title = (re.search(looked_for, str(card["blocks"])) for looked_for in (_SOURCE, _TITLE))
        if title is None:
            raise AssertionError("a card has a title")
        channel = source[1] if source else ""
        life.kept.shared.append(Shared(life.clock.seconds(), someone.handle, channel, is_worry, title[1]))
    elif way == "unnamed":
        life.press(someone.handle, BOT, card["ts"], "capture.share_anonymously", form=True)
        view = life.form(someone.handle, "anonymous_form")
        if view is not None:
            ticked = {"looked": {"value": ["looked"]}} if "looked" in str(view["blocks"]) else {}
            life.send(someone.handle, view, ticked)
            life.close(someone.handle)
    elif way == "no":
        life.press(someone.handle, BOT, card["ts"], "capture.discard")


def say_what_came_of_it(life: Life, someone: Someone, chance: random.Random, asked: Json) -> None:
    outcome = chance.choices(["worked", "worked_with_changes", "failed", ""], weights=[40, 20, 10, 30])[0]
    taps = [action for action in _actions(asked) if action.startswith("tried.tap_")]
    if outcome and taps:
        chosen = f"tried.tap_{outcome}"
        life.press(someone.handle, BOT, asked["ts"], chosen if chosen in taps else chance.choice(taps))


def thank(life: Life, someone: Someone, chance: random.Random, digest: Json) -> None:
    if chance.random() > 0.15:  # noqa: PLR2004
        return
    tips = [each["value"] for each in pressable(digest) if each.get("action_id") == "thanks.open"]
    life.press(someone.handle, BOT, digest["ts"], "thanks.open", value=chance.choice(tips), form=True)
    view = life.form(someone.handle)
    if view is not None and "reason" in str(view["blocks"]):
        life.send(someone.handle, view, {"reason": {"value": REASONS[someone.language]}})
    life.close(someone.handle)


def answer_small_question(life: Life, someone: Someone, chance: random.Random, asked: Json) -> None:
    if chance.random() < 0.35:  # noqa: PLR2004
        text = know_how(someone.language, chance).title
        life.act(someone.handle, "post", channel=BOT, text=text, thread_ts=asked["ts"])
        life.settle()
        look_into(life, someone, chance)


def look_after_theme(life: Life, someone: Someone, chance: random.Random, asked: Json) -> None:
    """An owner is asked about their theme: posts the wrap-up, prolongs it, lets it go on, or says nothing."""
    actions = _actions(asked)
    if chance.random() < 0.15:  # noqa: PLR2004
        return
    for wanted, minutes, what in (
        ("themes.post", 2.0, "reads and posts a wrap-up"),
        ("themes.go_on", 0.5, "lets a quiet theme go on"),
        ("themes.close", 0.5, "closes a theme"),
    ):
        if wanted in actions:
            life.press(someone.handle, BOT, asked["ts"], wanted)
            life.spent(minutes, what)
            return


ANSWERS: Sequence[tuple[tuple[str, ...], Answer]] = (
    (("capture.share_named",), decide),
    (("tried.tap_",), say_what_came_of_it),
    (("themes.post", "themes.go_on", "themes.prolong"), look_after_theme),
    (("hosting.take_week",), take_week),
    (("hosting.own_",), say_of_own_tip),
    (("company.yes",), answer_offer),
    (("capture.share_said",), make_a_tip_of_it),
    (("digest.mute",), thank),
    (("'home.share'",), answer_small_question),
)
"""What is done with a message, by what can be pressed in it; the first that fits."""


def _actions(message: Json) -> list[str]:
    return [str(each["action_id"]) for each in pressable(message) if each.get("action_id")]
