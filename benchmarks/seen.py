"""What people see in their DMs with the bot, looked at again and again: a card that changed is not forgotten."""

import re
import threading
from collections import defaultdict
from typing import Any

from playground.server import LocalSlack

_LOOK_SECONDS = 0.1
_MARK = re.compile(r"番号(\d{5})番")
_CARD = re.compile(
    r"'action_id': 'capture\.share_named'.*?'value': '([0-9a-f]{32})'|"
    r"'value': '([0-9a-f]{32})'.*?'action_id': 'capture\.share_named'"
)
_RECEIPT = re.compile(r"'value': '([0-9a-f]{32}):U")


def mark(number: int) -> str:
    """The words by which a capture is known again wherever it shows."""
    return f"番号{number:05d}番"


class Seen:
    """The bot's messages in the DMs of an author (cards) and a capturer (receipts), by capture.

    `to_author`, `to_capturer`: the texts of all its other messages.
    """

    def __init__(self, slack: LocalSlack, *, author: str, capturer: str) -> None:
        self._slack, self._author, self._capturer = slack, author, capturer
        self.cards: dict[int, list[str]] = defaultdict(list)
        self.receipts: dict[str, list[str]] = defaultdict(list)
        self.to_author: list[str] = []
        self.to_capturer: list[str] = []
        self._draft_of: dict[int, str] = {}
        self._known = {str(each["ts"]) for handle in (author, capturer) for each in self._dm(handle)}
        self._open: set[str] = set()
        self._stop = threading.Event()
        self._looking = threading.Lock()
        self._watch = threading.Thread(target=self._look_on, name="watcher", daemon=True)

    def begin(self) -> None:
        self._watch.start()

    def close(self) -> None:
        self._stop.set()
        self._watch.join()

    def look(self) -> None:
        """Looks now."""
        with self._looking:
            cards = self._dm(self._author)
            self._open = {str(each["ts"]) for each in cards if "capture.share_named" in str(each.get("blocks"))}
            for message in self._new(cards):
                self._note_card(message)
            for message in self._new(self._dm(self._capturer)):
                found = _RECEIPT.search(str(message.get("blocks")))
                if found:
                    self.receipts[found[1]].append(str(message["ts"]))
                else:
                    self.to_capturer.append(str(message.get("text")))

    def card(self, number: int) -> str | None:
        """The ts of a capture's card."""
        found = self.cards.get(number)
        return found[0] if found else None

    def is_open(self, ts: str) -> bool:
        """Whether this card still asks for a decision."""
        return ts in self._open

    def receipts_of(self, number: int) -> int:
        return len(self.receipts.get(self._draft_of.get(number, ""), ()))

    def _note_card(self, message: dict[str, Any]) -> None:
        blocks = str(message.get("blocks"))
        number, draft = _MARK.search(blocks), _CARD.search(blocks)
        if number and draft:
            self.cards[int(number[1])].append(str(message["ts"]))
            self._draft_of[int(number[1])] = draft[1] or draft[2]
        else:
            self.to_author.append(str(message.get("text")))

    def _new(self, messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found = [each for each in messages if each.get("bot_id") and str(each["ts"]) not in self._known]
        self._known.update(str(each["ts"]) for each in found)
        return found

    def _dm(self, handle: str) -> list[dict[str, Any]]:
        return list(self._slack.act(handle, "dm").result(30))

    def _look_on(self) -> None:
        while not self._stop.wait(_LOOK_SECONDS):
            self.look()
