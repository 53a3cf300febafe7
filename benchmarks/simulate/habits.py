"""What people do, and how often. A new one is a function and a line in HABITS.

A habit acts as one person through Slack's client alone. What it decides by chance depends on nothing but the seed, the
moment and the person.
"""

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.simulate.company import AI_TIPS, GENERAL, Someone
from benchmarks.simulate.hosting import ask_for_insights, report, tend_lists, work_through_queue
from benchmarks.simulate.inbox import look_into
from benchmarks.simulate.kept import Copied, Started
from benchmarks.simulate.knowhow import know_how, question, topic, worry
from benchmarks.simulate.life import BOT, Json, Life, pressable
from benchmarks.simulate.worries import keep_company, talk

Do = Callable[[Life, Someone, random.Random], None]


@dataclass(frozen=True)
class Habit:
    """`weekly`: how often in a working week, by the kind of person; who is not named there never does it.

    `by_ids`: what is met depends on random ids, so that no two years are alike in it.
    """

    name: str
    weekly: Mapping[str, float]
    do: Do
    hosts_only: bool = False
    by_ids: bool = False


def open_home(life: Life, someone: Someone, chance: random.Random) -> None:
    """Whoever opens Home has come by: from now on they get a digest."""
    home = life.open_home(someone.handle)
    if "home.introduced" in str(home):
        life.press_in_home(someone.handle, "home.introduced")
    if someone.handle not in life.kept.wishes:
        life.wishes(someone)
    if chance.random() < 0.2 and "themes" in str(home) and "capture.share_under" in str(home):  # noqa: PLR2004
        life.press_in_home(someone.handle, "capture.share_under", form=True)
        _fill_in_tip(life, someone, chance)


def share_by_form(life: Life, someone: Someone, chance: random.Random) -> None:
    life.command(someone.handle, "/share-tip", form=True)
    _fill_in_tip(life, someone, chance)


def share_a_worry(life: Life, someone: Someone, chance: random.Random) -> None:
    life.command(someone.handle, "/share-tip", form=True)
    view = life.form(someone.handle)
    if view is not None:
        title, about = worry(someone.language, chance)
        values = {"title": title, "task": about, "kind": "worry"}
        life.send(someone.handle, view, {name: {"value": text} for name, text in values.items()})
        look_into(life, someone, chance)


def _fill_in_tip(life: Life, someone: Someone, chance: random.Random) -> None:
    view = life.form(someone.handle)
    if view is None:
        return
    known = know_how(someone.language, chance)
    values = {
        "title": known.title,
        "prompt": known.prompt,
        "outcome": known.outcome,
        "tools": known.tool,
        "topics": known.topic,
    }
    life.send(someone.handle, view, {name: {"value": text} for name, text in values.items()})
    look_into(life, someone, chance)


def tell_in_channel(life: Life, someone: Someone, chance: random.Random) -> None:
    """Writes what they found out where colleagues read it; some colleague marks it."""
    channel = f"#{chance.choice([AI_TIPS, AI_TIPS, GENERAL])}"
    ts = life.act(someone.handle, "post", channel=channel, text=know_how(someone.language, chance).message)
    marking = [one for one in life.people.values() if one.kind in ("keen", "giving") and one is not someone]
    if marking and chance.random() < 0.7:  # noqa: PLR2004
        reader = chance.choice(marking)
        life.act(reader.handle, "react", channel=channel, ts=ts, name="bulb")
        life.settle()
        for asked in life.see(reader.handle, "dm"):
            if "capture.confirm_emoji" in str(asked.get("blocks")):
                life.press(reader.handle, BOT, asked["ts"], "capture.confirm_emoji")


def ask(life: Life, someone: Someone, chance: random.Random) -> None:
    """Asks the bot, and does with the answer what people do: takes a prompt along, says whether it helped, asks on."""
    ts = life.act(someone.handle, "post", channel=BOT, text=question(someone.language, chance))
    life.settle()
    for message in life.see(someone.handle, "thread", channel=BOT, ts=ts)[1:]:
        drawn = str(message.get("blocks"))
        report(life, someone, chance, message)
        if "answer.copy_prompt" in drawn and chance.random() < 0.5:  # noqa: PLR2004
            copied = _first_prompt(life, someone, message)
            life.press(someone.handle, BOT, message["ts"], "answer.copy_prompt", value=copied.tip, form=True)
            life.kept.copied.append(copied)
            life.close(someone.handle)
        elif "answer.ask_colleagues" in drawn and chance.random() < 0.4:  # noqa: PLR2004
            life.press(someone.handle, BOT, message["ts"], "answer.ask_colleagues", form=True)
            view = life.form(someone.handle)
            if view is not None and life.send(someone.handle, view, {}) not in ("closed", "gone"):
                life.close(someone.handle)


def _first_prompt(life: Life, someone: Someone, message: Json) -> Copied:
    by = ""
    for block in message["blocks"]:
        named = re.findall(r"<@(U\w+)>", str(block))
        by = "" if block["type"] == "divider" else (named or [by])[-1]
        for one in pressable({"blocks": [block]}):
            if one.get("action_id") == "answer.copy_prompt":
                return Copied(life.clock.seconds(), someone.handle, str(one["value"]), by)
    raise AssertionError("its button was seen")


def reply_to_a_question(life: Life, someone: Someone, chance: random.Random) -> None:
    """Answers a colleague's open question in the channel where it was asked."""
    channel = f"#{GENERAL}"
    for post in reversed(life.see(someone.handle, "messages", channel=channel, limit=30)):
        if "questions.echo" in str(post.get("blocks")) and post["ts"] not in life.seen[someone.handle]:
            life.seen[someone.handle].add(post["ts"])
            text = know_how(someone.language, chance).message
            life.act(someone.handle, "post", channel=channel, text=text, thread_ts=post["ts"])
            return


def follow(life: Life, someone: Someone, chance: random.Random) -> None:
    name = topic(someone.language, chance)
    life.act(
        someone.handle, "post", channel=BOT, text=f"{name}をフォロー" if someone.language == "ja" else f"follow {name}"
    )
    life.kept.follows.append((life.clock.seconds(), someone.handle, name))


def choose_when(life: Life, someone: Someone, chance: random.Random) -> None:
    """Changes when, how often and about what the bot may write of its own accord."""
    life.open_home(someone.handle)
    if someone.handle not in life.kept.wishes:
        life.wishes(someone)
    life.press_in_home(someone.handle, "home.settings", form=True)
    view = life.form(someone.handle, "quiet_from")
    if view is None:
        return
    mine = life.wish_of(someone)
    wanted = {
        "digest": chance.choice(["weekly", "weekly", "two_weeks", "off"]),
        "weekday": chance.choice([0, 1, 2, 3, 4, 6]),
        "hour": chance.choice([8, 9, 10, 10, 13, 17]),
        "prompts": chance.choice(["off", "weekly", "weekly", "two_weeks"]),
    }
    quiet = chance.choice([(19, 9), (18, 8), (22, 7), (mine.quiet_from, mine.quiet_to)])
    is_muted, weekends = chance.random() < 0.1, chance.random() < 0.9  # noqa: PLR2004
    values = {name: {"value": str(value)} for name, value in wanted.items()}
    values |= {"quiet_from": {"value": str(quiet[0])}, "quiet_to": {"value": str(quiet[1])}}
    ticked = [name for name, is_on in (("weekends", weekends), ("muted", is_muted)) if is_on]
    if life.send(someone.handle, view, {**values, "quiet": {"value": ticked}}) in ("closed", "gone"):
        changes = {**wanted, "quiet_from": quiet[0], "quiet_to": quiet[1]}
        life.wishes(someone, quiet_weekends=weekends, is_muted=is_muted, **changes)


def start_a_theme(life: Life, someone: Someone, chance: random.Random) -> None:
    """A host starts one when none runs."""
    home = life.open_home(someone.handle)
    if "capture.share_under" in str(home) or "themes.open" not in str(home):
        return
    life.press_in_home(someone.handle, "themes.open", form=True)
    view = life.form(someone.handle)
    if view is None:
        return
    weeks = chance.choice([2, 3, 4]) if "'weeks'" in str(view["blocks"]) else 0
    lasts = {"weeks": {"value": str(weeks)}} if weeks else {}
    if life.send(someone.handle, view, {"channel": {"value": "C0GENERAL"}} | lasts) == "closed":
        life.spent(1.0, "starts a theme")
        life.switched_on("C0GENERAL", "theme:", someone)
        life.kept.themes.append(Started(life.clock.seconds(), someone.handle, weeks))
    else:
        life.close(someone.handle)


def read_messages(life: Life, someone: Someone, chance: random.Random) -> None:
    look_into(life, someone, chance)


HABITS: tuple[Habit, ...] = (
    Habit("opens Home", {"keen": 0.5, "giving": 0.3, "asking": 0.15, "reading": 0.1, "silent": 0.02}, open_home),
    Habit("shares by form", {"keen": 0.3, "giving": 0.1, "asking": 0.01}, share_by_form),
    Habit("tells in a channel", {"keen": 0.3, "giving": 0.15, "asking": 0.04, "reading": 0.01}, tell_in_channel),
    Habit("asks", {"keen": 0.3, "giving": 0.15, "asking": 0.2, "reading": 0.05, "silent": 0.003}, ask),
    Habit("answers a question", {"keen": 0.3, "giving": 0.15, "asking": 0.02}, reply_to_a_question),
    Habit("follows", {"keen": 0.08, "giving": 0.06, "asking": 0.04, "reading": 0.03}, follow),
    Habit("chooses when", {"keen": 0.03, "giving": 0.03, "asking": 0.02, "reading": 0.02}, choose_when),
    Habit("reads messages", {"keen": 4, "giving": 3, "asking": 2, "reading": 1, "silent": 0.2}, read_messages),
    Habit("shares a worry", {"keen": 0.05, "giving": 0.05, "asking": 0.04, "reading": 0.01}, share_a_worry),
    Habit("keeps company", {"keen": 0.3, "giving": 0.2, "asking": 0.06, "reading": 0.02}, keep_company),
    Habit("talks", {"keen": 0.5, "giving": 0.5, "asking": 0.4, "reading": 0.2}, talk),
    Habit("starts a theme", {"keen": 0.3}, start_a_theme, hosts_only=True),
    Habit("works through the queue", {"keen": 1.0}, work_through_queue, hosts_only=True, by_ids=True),
    Habit("tends lists", {"keen": 0.04}, tend_lists, hosts_only=True),
    Habit("asks for insights", {"keen": 0.1}, ask_for_insights, hosts_only=True),
)
