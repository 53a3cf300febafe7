"""What hosts do: their queue, turns, swaps, lists and figures; and what owners answer them."""

import random
from typing import Any

from benchmarks.simulate.company import Someone
from benchmarks.simulate.knowhow import TASKS, TOOLS
from benchmarks.simulate.life import BOT, Json, Life, pressable

_CHOICE = "hosting.choose_"
_MOST_ITEMS = 20
"""More than a week of 15 minutes has."""

_WEIGHTS = {"leave": 1, "close": 2, "obsolete": 2, "merge_other": 1, "merge": 2}
"""How readily a host presses what; anything else: 3."""


def work_through_queue(life: Life, someone: Someone, chance: random.Random) -> None:
    """One tap an item until nothing is left for this week, or the host is called away."""
    drawn = life.open_home(someone.handle)
    home, switch = str(drawn), [one["value"] for one in pressable(drawn) if one.get("action_id") == "hosting.turns"]
    if switch == ["on"] and chance.random() < 0.7:  # noqa: PLR2004
        life.press_in_home(someone.handle, "hosting.turns")
    if "'hosting.swap'" in home and chance.random() < 0.2:  # noqa: PLR2004
        life.press_in_home(someone.handle, "hosting.swap")
    if "'hosting.take_week'" in home and chance.random() < 0.6:  # noqa: PLR2004
        life.press_in_home(someone.handle, "hosting.take_week")
    if "'hosting.queue'" not in home:
        return
    life.press_in_home(someone.handle, "hosting.queue", form=True)
    for _ in range(_MOST_ITEMS):
        choices = _first_item(life, someone)
        if not choices or chance.random() < 0.05:  # noqa: PLR2004
            break
        chosen = chance.choices(choices, weights=[_WEIGHTS.get(_name(one), 3) for one in choices])[0]
        life.press_in_form(someone.handle, chosen["action_id"], value=chosen["value"])
    life.close(someone.handle)


def _first_item(life: Life, someone: Someone) -> list[Json]:
    """The choices for what stands first in the open queue."""
    for view in life.see(someone.handle, "views")[-1:]:
        for block in view["blocks"]:
            if found := [one for one in block.get("elements") or [] if _name(one)]:
                return found
    return []


def _name(element: Json) -> str:
    action_id = str(element.get("action_id") or "")
    return action_id.removeprefix(_CHOICE) if action_id.startswith(_CHOICE) else ""


def tend_lists(life: Life, someone: Someone, chance: random.Random) -> None:
    """A tool goes, or the two languages' names of a task become one."""
    life.open_home(someone.handle)
    if chance.random() < 0.5:  # noqa: PLR2004
        life.press_in_home(someone.handle, "hosting.retired", form=True)
        values = {"list": f"{chance.choice(TOOLS)}, {life.now:%Y-%m-%d}"}
    else:
        life.press_in_home(someone.handle, "hosting.names", form=True)
        name, into = chance.choice(TASKS)
        values = {"name": name, "into": into}
    view = life.form(someone.handle)
    if view is not None:
        life.send(someone.handle, view, {block: {"value": value} for block, value in values.items()})
    life.close(someone.handle)


def ask_for_insights(life: Life, someone: Someone, chance: random.Random) -> None:  # noqa: ARG001 - as every habit
    life.open_home(someone.handle)
    life.press_in_home(someone.handle, "insights.show")


def report(life: Life, someone: Someone, chance: random.Random, message: Json) -> None:
    """Of a tip that somebody reads: mostly nothing; now and then that it is wrong, or that it holds."""
    menus = [each for each in pressable(message) if each.get("action_id") == "hosting.more"]
    if not menus or chance.random() > 0.08:  # noqa: PLR2004
        return
    values: list[Any] = [option["value"] for option in chance.choice(menus)["options"]]
    life.press(someone.handle, BOT, message["ts"], "hosting.more", value=chance.choice(values))


def say_of_own_tip(life: Life, someone: Someone, chance: random.Random, asked: Json) -> None:
    """An owner who is asked about their tip: it holds, it is out of date, they have seen it, or nothing."""
    found = [str(one["action_id"]) for one in pressable(asked) if str(one.get("action_id")).startswith("hosting.own_")]
    if chance.random() < 0.75:  # noqa: PLR2004
        life.press(someone.handle, BOT, asked["ts"], chance.choice([found[0], *found]))


def take_week(life: Life, someone: Someone, chance: random.Random, asked: Json) -> None:
    if chance.random() < 0.6:  # noqa: PLR2004
        life.press(someone.handle, BOT, asked["ts"], "hosting.take_week")
