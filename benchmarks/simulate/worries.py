"""Worries: shared, some without a name; others have them too, offer to talk, and talk."""

import random
from itertools import pairwise

from benchmarks.simulate.company import Someone
from benchmarks.simulate.knowhow import LINES, worry
from benchmarks.simulate.life import BOT, Json, Life, pressable


def keep_company(life: Life, someone: Someone, chance: random.Random) -> None:
    """Looks through Home for colleagues' worries and for what came to one's own."""
    home = life.open_home(someone.handle)
    for waiting in _with(home, "company.bring"):
        life.press_in_home(someone.handle, "company.bring", value=waiting["value"])
    for offer in _with(home, "company.yes"):
        if way := _answer(chance):
            life.press_in_home(someone.handle, way, value=offer["value"])
    for told, row in pairwise(home.get("blocks") or []):
        tips = {str(one["value"]) for one in _with({"blocks": [row]}, "company.echo")} - life.seen[someone.handle]
        if not tips:
            continue
        tip = tips.pop()
        life.seen[someone.handle].add(tip)
        # by what is read, because the order of worries of one day is random
        chance = life.chance(life.now.timestamp(), someone.handle, str(told.get("text")))
        if chance.random() < 0.5:  # noqa: PLR2004
            life.press_in_home(someone.handle, "company.echo", value=tip)
        if chance.random() < 0.35 and _with(home, "company.talk", tip):  # noqa: PLR2004
            life.press_in_home(someone.handle, "company.talk", value=tip, form=True)
            view = life.form(someone.handle)
            if view is not None:
                life.send(someone.handle, view, {"line": {"value": chance.choice(LINES[someone.language])}})
            life.close(someone.handle)


def answer_offer(life: Life, someone: Someone, chance: random.Random, card: Json) -> None:
    if way := _answer(chance):
        life.press(someone.handle, BOT, card["ts"], way)


def _answer(chance: random.Random) -> str:
    """Empty: silence."""
    return chance.choices(["company.yes", "company.no", ""], weights=[70, 15, 15])[0]


def talk(life: Life, someone: Someone, chance: random.Random) -> None:
    """Says something in each talk, unless it is the other's turn; gives one's name, or ends it."""
    for root in life.see(someone.handle, "dm"):
        if not _with(root, "company.end"):
            continue
        said = life.see(someone.handle, "thread", channel=BOT, ts=root["ts"])
        way = chance.choices(["talk", "end", "lift"], weights=[80, 10, 10])[0]
        if way == "end":
            life.press(someone.handle, BOT, root["ts"], "company.end")
        elif way == "lift" and _with(root, "company.lift"):
            life.press(someone.handle, BOT, root["ts"], "company.lift", form=True)
            view = life.form(someone.handle)
            if view is not None:
                life.send(someone.handle, view, {})
            life.close(someone.handle)
        elif said[-1].get("user") != someone.id:
            text = chance.choice(LINES[someone.language])
            life.act(someone.handle, "post", channel=BOT, text=text, thread_ts=root["ts"])
            life.settle()


def make_a_tip_of_it(life: Life, someone: Someone, chance: random.Random, offer: Json) -> None:
    """After a talk, of one's own words."""
    if chance.random() < 0.3:  # noqa: PLR2004
        life.press(someone.handle, BOT, offer["ts"], "capture.share_said", form=True)
        view = life.form(someone.handle)
        if view is not None:
            life.send(someone.handle, view, {"title": {"value": worry(someone.language, chance)[0]}})
        life.close(someone.handle)


def _with(drawn: Json, action_id: str, value: str | None = None) -> list[Json]:
    """What can be pressed there under this id, each value once."""
    found = {str(one.get("value")): one for one in pressable(drawn) if one.get("action_id") == action_id}
    return [one for known, one in found.items() if value is None or value == known]
