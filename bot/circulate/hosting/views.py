"""The hosts' queue as they see it: in Home the first few, all of the week in a modal; each item is one tap."""

from datetime import datetime
from typing import Any, Literal, cast

from bot.circulate.hosting.service import MINUTES_A_WEEK, Entry, Queue
from bot.slack import outgoing
from bot.slack.outgoing import actions, button, confirm, context, divider, fit, notice, plain, section
from bot.slack.tip import shared
from bot.texts import say
from bot.texts.dates import full_day
from storage.records import Language, ReportReason, Tip, Trials, Turn

Block = dict[str, Any]

OPEN = "hosting.queue"
NAMES = "hosting.names"
RETIRED = "hosting.retired"
TURNS = "hosting.turns"
SWAP = "hosting.swap"
TAKE_WEEK = "hosting.take_week"
QUEUE = "hosting.queue_modal"
CHOOSE = "hosting.choose_"
THREAD = "questions.open_thread"

SHOWN = 3
"""Items in Home; the modal has all of the week."""

_TITLE, _SAID, _ASKED = 150, 160, 300


def home(
    queue: Queue, turn: Turn | None, language: Language, tz: str, now: datetime, *, reader: str, takes_turns: bool
) -> list[Block]:
    """The hosts' part of Home."""
    blocks: list[Block] = [divider(), section(_heading(queue, language))]
    blocks.append(context(" · ".join(_told(queue, turn, language, reader))))
    for entry in queue.entries[:SHOWN]:
        blocks += item(entry, language, tz, now)
    if len(queue.entries) > SHOWN:
        blocks.append(context(say(language, "hosting.more", count=len(queue.entries) - SHOWN)))
    return [*blocks, actions(*_buttons(queue, turn, language, reader, takes_turns=takes_turns))]


def _heading(queue: Queue, language: Language) -> str:
    if not queue.entries:
        return say(language, "hosting.home_empty")
    return say(language, "hosting.home", count=len(queue.entries), minutes=queue.minutes)


def _told(queue: Queue, turn: Turn | None, language: Language, reader: str) -> list[str]:
    told = [_whose(turn, language, reader)]
    if queue.spent:
        told.append(say(language, "hosting.spent", spent=queue.spent, aim=MINUTES_A_WEEK))
    if queue.later:
        told.append(say(language, "hosting.later", count=queue.later))
    return told


def _whose(turn: Turn | None, language: Language, reader: str) -> str:
    if turn is None:
        return say(language, "hosting.turn_nobody")
    if turn.user_id == reader:
        return say(language, "hosting.turn_mine_swap" if turn.wants_swap else "hosting.turn_mine")
    return say(language, "hosting.turn_swap" if turn.wants_swap else "hosting.turn_other", user=turn.user_id)


def _buttons(queue: Queue, turn: Turn | None, language: Language, reader: str, *, takes_turns: bool) -> list[Block]:
    found = [button(say(language, "hosting.show"), OPEN, "queue", style="primary")] if queue.entries else []
    if turn is not None and turn.user_id == reader and not turn.wants_swap:
        found.append(button(say(language, "hosting.swap"), SWAP, turn.week))
    if turn is not None and turn.user_id != reader and turn.wants_swap:
        found.append(button(say(language, "hosting.take_week"), TAKE_WEEK, turn.week))
    switch = "off" if takes_turns else "on"
    return [
        *found,
        button(say(language, f"hosting.turns_{switch}"), TURNS, switch),
        button(say(language, "hosting.names"), NAMES, "names"),
        button(say(language, "hosting.retired"), RETIRED, "retired"),
    ]


def sentence_modal(language: Language, text: str) -> Block:
    return notice(say(language, "hosting.title"), text, say(language, "keeping.close"))


def modal(queue: Queue, language: Language, tz: str, now: datetime) -> Block:
    """All of this week's, to be gone through."""
    blocks: list[Block] = []
    for entry in queue.entries:
        blocks += [*([divider()] if blocks else []), *item(entry, language, tz, now)]
    if not blocks:
        blocks.append(section(say(language, "hosting.refresh_done")))
    told = [say(language, "hosting.spent", spent=queue.spent, aim=MINUTES_A_WEEK)]
    told += [say(language, "hosting.later", count=queue.later)] if queue.later else []
    title, close = say(language, "hosting.title"), say(language, "keeping.close")
    return outgoing.modal(title, [*blocks, context(" · ".join(told))], close=close, callback_id=QUEUE)


def item(entry: Entry, language: Language, tz: str, now: datetime) -> list[Block]:
    """What it is about, and the buttons that decide."""
    if entry.question is not None:
        return _question(entry, language, tz, now)
    if entry.tip is None:
        return []
    if entry.other is not None:
        return _pair(entry, entry.tip, entry.other, language, tz)
    about = plain(entry.item.about)
    lead = say(language, f"hosting.kind_{entry.item.kind}", days=entry.untouched_days, about=about)
    lines = [f"{lead} {_title(entry.tip)}", *_said(entry.tip)]
    notes = [*_reasons(entry, language), *shared(entry.tip, language, tz)]
    if entry.silence is not None:
        notes.append(say(language, f"hosting.{entry.silence}"))
    return [
        section("\n".join(lines)),
        context(" · ".join(notes)),
        actions(*_choices(entry, entry.tip, language)),
    ]


def _question(entry: Entry, language: Language, tz: str, now: datetime) -> list[Block]:
    question = entry.question
    if question is None:
        return []
    days = (now - question.opened_at).days
    quoted = "\n".join(f"> {line}" for line in fit(plain(question.text), _ASKED).splitlines() or ["…"])
    by = f"<@{question.asker_id}>" if question.asker_id else say(language, "hosting.unnamed")
    elements = [
        _choice("close", entry, say(language, "hosting.close")),
        _choice("leave", entry, say(language, "hosting.leave_open")),
    ]
    if question.permalink:
        thread = button(say(language, "questions.open_thread"), THREAD, question.id)
        elements.append({**thread, "url": question.permalink})
    return [
        section(f"{say(language, 'hosting.kind_question', days=days)}\n{quoted}"),
        context(f"{by} · {full_day(question.opened_at, language, tz)}"),
        actions(*elements),
    ]


def _pair(entry: Entry, tip: Tip, other: Tip, language: Language, tz: str) -> list[Block]:
    lines = [say(language, "hosting.kind_duplicate")]
    for sign, one, tried in zip("①②", (tip, other), entry.trials, strict=True):
        notes = shared(one, language, tz)
        notes += [] if tried == Trials() else [_tried(tried, language)]
        lines += [f"{sign} {_title(one)}", *_said(one), " · ".join(notes)]
    sure = _sure("merge", language)
    both = {"①": f"duplicate:{tip.id}:{other.id}", "②": f"duplicate:{other.id}:{tip.id}"}
    return [
        section("\n".join(lines)),
        actions(
            button(say(language, "hosting.merge_first"), f"{CHOOSE}merge", both["①"], confirm=sure),
            button(say(language, "hosting.merge_second"), f"{CHOOSE}merge_other", both["②"], confirm=sure),
            button(say(language, "hosting.not_same"), f"{CHOOSE}not_same", both["①"]),
        ),
    ]


def _choices(entry: Entry, tip: Tip, language: Language) -> list[Block]:
    is_report, is_thin = entry.item.kind == "report", entry.item.kind == "thin"
    found = []
    if not tip.is_imported and entry.silence is None:
        found.append(_choice("ask_owner", entry, say(language, "hosting.ask_owner")))
    if is_report:
        found.append(_choice("fine", entry, say(language, "hosting.nothing_wrong")))
    elif is_thin:
        found.append(_choice("fine", entry, say(language, "hosting.fine")))
    else:
        found.append(_choice("verify", entry, say(language, "hosting.verify")))
    if entry.may_end:
        label = say(language, "hosting.put_away" if is_report else "hosting.obsolete")
        found.append({**_choice("obsolete", entry, label), "confirm": _sure("obsolete", language)})
    if not (is_report or is_thin):
        found.append(_choice("leave", entry, say(language, "hosting.leave")))
    return found


def _choice(choice: str, entry: Entry, label: str) -> Block:
    return button(label, f"{CHOOSE}{choice}", f"{entry.item.kind}:{entry.item.key}")


def _sure(what: Literal["merge", "obsolete"], language: Language) -> Block:
    return confirm(
        say(language, f"hosting.sure_{what}_title"),
        say(language, f"hosting.sure_{what}_text"),
        say(language, f"hosting.sure_{what}_yes"),
        say(language, "hosting.cancel"),
    )


def _reasons(entry: Entry, language: Language) -> list[str]:
    """Why it was reported; how often is not known any more of one whose owner was asked."""
    if entry.report is None:
        about = cast("ReportReason", entry.item.about)
        return [say(language, f"hosting.reason_{about}")] if entry.item.kind == "report" else []
    return [
        say(language, "hosting.report_count", reason=say(language, f"hosting.reason_{reason}"), count=count)
        for reason, count in entry.report.reasons
    ]


def _title(tip: Tip) -> str:
    return f"*{fit(plain(tip.content.title), _TITLE)}*"


def _said(tip: Tip) -> list[str]:
    content = tip.content
    said = content.outcome or content.task or "".join(content.steps[:1] or content.prompts[:1])
    return [fit(" ".join(plain(said).split()), _SAID)] if said and said != content.title else []


def _tried(tried: Trials, language: Language) -> str:
    return say(language, "hosting.tried", worked=tried.worked, changed=tried.changed, failed=tried.failed)
