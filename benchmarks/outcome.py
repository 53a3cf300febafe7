"""What came of a sweep: what people saw, and what the database says."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from benchmarks.seen import Seen, mark
from bot.answer.views.reply import FIRST
from bot.texts import say
from playground.server import LocalSlack
from storage import requests, tips
from storage.database import Database, open_database
from storage.records import Viewer

BOT = "@yoridokoro"
AUTHOR, CAPTURER, ASKER = "aya", "chie", "ben"
_ALL = 1_000_000


@dataclass
class Outcome:
    """What people saw after it all, and what the database says. All lists are empty when all is well.

    `decided_first`: the author had the card and decided while the bot was dead, before the capturer's receipt. Then the
    receipt says just that, in words that cannot be told apart by capture.
    """

    captures: int
    questions: int
    kills: int = 0
    seconds: float = 0.0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    pressed_again: int = 0
    decided_first: int = 0

    @property
    def faults(self) -> list[str]:
        return [*self.lost, *self.doubled, *self.wrong]

    def say(self, database: str) -> str:
        figures = f"{self.kills} kills, {self.captures} captures, {self.questions} questions in {self.seconds:.0f} s"
        told = f"{len(self.lost)} lost, {len(self.doubled)} doubled, {len(self.wrong)} otherwise wrong"
        more = f"{self.pressed_again} buttons pressed again, {self.decided_first} receipts after the decision"
        return f"{database}: {figures}: {told} ({more})"


def answers(slack: LocalSlack, ts: str) -> list[dict[str, Any]]:
    """The answers in the thread of a question that are whole."""
    said = _said_in(slack, ts)
    return [each for each in said if not _is_first(each) and not each.get("streaming_state")]


def _said_in(slack: LocalSlack, ts: str) -> list[dict[str, Any]]:
    thread = slack.act(ASKER, "thread", channel=BOT, ts=ts).result(30)
    return [each for each in thread[1:] if each.get("bot_id")]


def _is_first(message: dict[str, Any]) -> bool:
    """The first tips, which stand before the answer."""
    return any(str(block.get("block_id", "")).startswith(FIRST) for block in message.get("blocks") or ())


def check_seen(slack: LocalSlack, seen: Seen, outcome: Outcome, asked: list[str]) -> None:
    """Exactly one card, one receipt and one answer each; a card that was decided on says so."""
    for number in range(outcome.captures):
        cards = seen.cards.get(number, [])
        _exactly_one(outcome, len(cards), f"card of capture {number}")
        outcome.lost += [f"decision on capture {number}" for ts in cards if seen.is_open(ts)]
    _check_receipts(seen, outcome)
    for ts in asked:
        given = answers(slack, ts)
        _exactly_one(outcome, len(given), f"answer to question {ts}")
        said = _said_in(slack, ts)
        if (first := sum(map(_is_first, said))) > 1:
            outcome.doubled.append(f"first tips of question {ts}: {first} times")
        outcome.wrong += [f"question {ts}: a stream is open" for each in said if each.get("streaming_state")]
        outcome.wrong += [f"question {ts}: {each.get('text')}" for each in given if not each.get("blocks")]
    # a button that was pressed again although the first time had counted is told that the draft is not open any more
    if len(seen.to_author) > outcome.pressed_again:
        outcome.wrong += [f"the author reads: {text}" for text in seen.to_author]


def _check_receipts(seen: Seen, outcome: Outcome) -> None:
    made = {say(language, "capture.receipt_made") for language in ("ja", "en")}
    late = [text for text in seen.to_capturer if text in made]
    missing = [number for number in range(outcome.captures) if not seen.receipts_of(number)]
    outcome.decided_first = min(len(late), len(missing))
    outcome.lost += [f"receipt, perhaps of capture {number}" for number in missing[len(late) :]]
    outcome.doubled += [f"receipt: {text}" for text in late[len(missing) :]]
    outcome.doubled += [
        f"receipt of capture {number}: {times} times"
        for number in range(outcome.captures)
        if (times := seen.receipts_of(number)) > 1
    ]
    outcome.wrong += [f"the capturer reads: {text}" for text in seen.to_capturer if text not in made]


def check_database(url: str, team_id: str, outcome: Outcome) -> None:
    """Each tip is there once, each request is one row that ended well."""
    db = opened(url)
    try:
        # what was shared without a name waits for its moment
        later = opened(url, timedelta(days=8))
        tips.come_out(later)
        later.close()
        viewer = Viewer(team_id, None, is_full_member=True)
        titles = Counter(tip.content.title for tip in tips.export(db, viewer))
        for number in range(outcome.captures):
            there = sum(times for title, times in titles.items() if mark(number) in title)
            _exactly_one(outcome, there, f"tip of capture {number}")
        rows = requests.recent(db, team_id=team_id, limit=_ALL)
    finally:
        db.close()
    kinds = Counter(row.kind for row in rows)
    for kind, expected in (("capture.emoji", outcome.captures + 1), ("answer.question", outcome.questions)):
        if kinds[kind] != expected:
            outcome.wrong.append(f"{kinds[kind]} requests {kind} instead of {expected}")
    outcome.wrong += [f"{times} requests {key}" for key, times in Counter(row.key for row in rows).items() if times > 1]
    outcome.wrong += [f"request {row.id} ({row.kind}) failed" for row in rows if row.state == "failed"]


def _exactly_one(outcome: Outcome, times: int, what: str) -> None:
    if times == 0:
        outcome.lost.append(what)
    elif times > 1:
        outcome.doubled.append(f"{what}: {times} times")


def opened(url: str, later: timedelta = timedelta(0)) -> Database:
    """The database of the bot, from outside; its clock may be ahead."""
    return open_database(url, now=lambda: datetime.now(UTC) + later)
