"""What arrives from Slack for capture: parse, accept, ack. The work is done by jobs."""

import re
from collections.abc import Mapping
from typing import Any

from bot.capture.service import emoji_key
from bot.ports import Accept, World
from bot.slack import incoming
from bot.slack.readable import Names, forwarded, readable
from bot.slack.taking import Ack, Body, card_of, take_event, take_message, take_trigger
from bot.trust import consent
from bot.trust.redaction import redact
from storage import drafts, questions, tips

_AS_IDS = Names(person=lambda user: user, channel=lambda channel: channel)

SHARE = re.compile(r"^\s*(?:share|共有)\s*[:：]", re.IGNORECASE)


def is_share(event: Mapping[str, Any]) -> bool:
    """Somebody hands the bot know-how in their DM: "share: …", a forwarded message, or a file."""
    if not (incoming.is_direct(event) and incoming.is_from_person(event)):
        return False
    return bool(SHARE.match(str(event.get("text") or "")) or event.get("files") or forwarded(event, _AS_IDS))


class Arrivals:
    """Listeners that accept one request each. A failed accept raises, so that Slack delivers again."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def reaction_added(self, event: Body, body: Body) -> None:
        self._reaction("capture.emoji", event, body)

    def reaction_removed(self, event: Body, body: Body) -> None:
        self._reaction("capture.emoji_removed", event, body)

    def _reaction(self, kind: str, event: Body, body: Body) -> None:
        """Emoji of direct messages and other emoji are none of the bot's business."""
        item = event.get("item") or {}
        emoji = str(event.get("reaction") or "").split("::")[0]
        if item.get("type") != "message" or str(item["channel"]).startswith("D"):
            return
        captures = emoji in consent.capture_emoji(self._world, str(body["team_id"]))
        if not captures and not (kind == "capture.emoji_removed" and self._has_captured(event, body)):
            return
        payload = {"channel": item["channel"], "ts": item["ts"], "emoji": str(event["reaction"])}
        queue = "capture" if kind == "capture.emoji" else "light"
        take_event(self._accept, kind, body, str(event["user"]), payload, queue=queue)

    def _has_captured(self, event: Body, body: Body) -> bool:
        """Whether this reaction is one that captured, when other emoji did."""
        key = emoji_key(str(event["user"]), event["item"]["channel"], event["item"]["ts"], str(event["reaction"]))
        return drafts.is_capture(self._world.db, str(body["team_id"]), key)

    def share(self, event: Body, body: Body) -> None:
        """One's own words become a draft at once. What somebody else wrote is captured where it stands: they decide."""
        channel, ts, user_id = str(event["channel"]), str(event["ts"]), str(event["user"])
        carried = forwarded(event, _AS_IDS)
        theirs = carried is not None and carried.author_id != user_id
        payload: dict[str, Any] = {"channel": channel, "ts": ts}
        if carried is not None and theirs:
            given = {
                "author": carried.author_id,
                "text": redact(carried.text).text,
                "is_bot": carried.author_id is None,
            }
            payload = {"channel": carried.channel_id, "ts": carried.ts, "thread_ts": None, "given": given}
        elif carried is not None:
            payload["forwarded"] = redact(carried.text).text
        kind, queue = ("capture.link", "capture") if theirs else ("capture.words", "light")
        take_message(self._accept, kind, event, body, payload, queue=queue)

    def message_deleted(self, event: Body, body: Body) -> None:
        """Only deletions of messages that something rests on are taken on."""
        channel, ts = str(event["channel"]), incoming.deleted_ts(event)
        team_id = str(body["team_id"])
        if not ts or not self._rests_on(team_id, channel, ts):
            return
        take_event(self._accept, "capture.deleted", body, None, {"channel": channel, "ts": ts})

    def _rests_on(self, team_id: str, channel: str, ts: str) -> bool:
        """Whether a draft, a tip or an open question goes with this message, or a draft is being made there."""
        db = self._world.db
        if drafts.is_preparing(db, team_id, channel):
            return True
        if tips.rests_on(db, team_id, self._world.keys.messages(team_id, channel, ts)):
            return True
        return questions.of_thread(db, team_id, channel, ts) is not None

    def save_as_tip(self, body: Body, ack: Ack) -> None:
        """The shortcut brings the message itself: it is used where the bot cannot read."""
        raw, channel = body["message"], str(body["channel"]["id"])
        given = readable(raw, name_of=_AS_IDS.person, channel_name_of=_AS_IDS.channel)
        payload = {
            "channel": channel,
            "ts": str(raw["ts"]),
            "thread_ts": raw.get("thread_ts"),
            "given": {"author": given.author_id, "text": redact(given.text).text, "is_bot": given.is_bot},
        }
        take_trigger(self._accept, "capture.shortcut", body, payload, queue="capture")
        ack()

    def decided(self, body: Body, action: Body, ack: Ack) -> None:
        decision = str(action["action_id"]).removeprefix("capture.")
        self._click("capture.decide", body, {"draft": action["value"], "decision": decision}, ack)

    def withdraw_tip(self, body: Body, action: Body, ack: Ack) -> None:
        self._click("capture.withdraw_tip", body, {"tip": action["value"]}, ack)

    def update_answered(self, body: Body, action: Body, ack: Ack) -> None:
        tip_id, _, mark = str(action["value"]).partition(":")
        self._click("capture.update", body, {"tip": tip_id, "take": mark}, ack)

    def tip_kept(self, body: Body, action: Body, ack: Ack) -> None:
        self._click("capture.keep_tip", body, {"tip": action["value"]}, ack)

    def name_switched(self, body: Body, action: Body, ack: Ack) -> None:
        self._click("capture.switch_name", body, {"tip": action["value"], "named": True}, ack)

    def speaker_answered(self, body: Body, action: Body, ack: Ack) -> None:
        answer = str(action["action_id"]).removeprefix("capture.speaker_")
        self._click("capture.speaker", body, {"draft": action["value"], "answer": answer}, ack)

    def words_refused(self, body: Body, action: Body, ack: Ack) -> None:
        self._click("capture.refuse_words", body, {"value": action["value"]}, ack)

    def set_author(self, body: Body, action: Body, ack: Ack) -> None:
        draft_id, _, author_id = str(action["selected_option"]["value"]).partition(":")
        self._click("capture.set_author", body, {"draft": draft_id, "author": author_id}, ack, queue="capture")

    def theme_chosen(self, body: Body, action: Body, ack: Ack) -> None:
        draft_id, _, theme_id = str(action["selected_option"]["value"]).partition(":")
        self._click("capture.choose_theme", body, {"draft": draft_id, "theme": theme_id}, ack)

    def own_chosen(self, body: Body, action: Body, ack: Ack) -> None:
        """One's own thread, out of those that the bot found on request: `about` is where it stands in that message."""
        channel, _, ts = str(action["value"]).partition("|")
        about = str(action.get("block_id") or "").rpartition(".")[0]
        self._click("capture.own", body, {"channel": channel, "ts": ts, "about": about}, ack, queue="capture")

    def emoji_confirmed(self, body: Body, action: Body, ack: Ack) -> None:
        said = {"where": action["value"], "yes": True}
        self._click("capture.emoji_answer", body, said, ack, queue="capture")

    def emoji_declined(self, body: Body, action: Body, ack: Ack) -> None:
        self._click("capture.emoji_answer", body, {"where": action["value"], "yes": False}, ack)

    def _click(self, kind: str, body: Body, payload: dict[str, Any], ack: Ack, *, queue: str = "light") -> None:
        """A button: its message, so that what was decided can stand in its place."""
        if (card := card_of(body)) is not None:
            payload["card"] = card
        take_trigger(self._accept, kind, body, payload, queue=queue)
        ack()
