"""What arrives: questions in DMs, mentions, follow-ups, `/ask-tip`. Each is accepted once, with its job."""

import logging

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.ports import Accept, World
from bot.slack import incoming
from bot.slack.failures import language_of_reader
from bot.slack.readable import Names, from_mrkdwn
from bot.slack.taking import Ack, Body, take_message, take_trigger, thread_of_click, who
from bot.texts import say
from bot.trust.redaction import redact
from storage import conversations

log = logging.getLogger(__name__)

_LONGEST = 4_000


def is_messages_tab(event: Body) -> bool:
    return event.get("tab") == "messages"


class Arrivals:
    """Listeners that accept one request each. A failed accept raises, so that Slack delivers again."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def question(self, event: Body, body: Body) -> None:
        """A DM, a mention, or a follow-up in a thread the bot has a part in; the door has dropped everything else."""
        channel = str(event["channel"])
        direct = incoming.is_direct(event) or channel.startswith("D")
        names = Names(person=lambda user: user, channel=lambda channel: channel)
        text = redact(from_mrkdwn(incoming.text_of(event), names)[:_LONGEST]).text
        payload = {"text": text, "channel": channel, "thread_ts": incoming.thread_of(event), "direct": direct}
        take_message(self._accept, "answer.question", event, body, payload, queue="answer")

    def ask_tip(self, body: Body, ack: Ack) -> None:
        """Answered in the asker's DM: commands have no thread of their own, and ephemeral answers vanish."""
        language = who(self._world, body).language
        text = str(body.get("text") or "").strip()
        if not text:
            ack(response_type="ephemeral", text=say(language, "answer.slash_help"))
            return
        names = Names(person=lambda user: user, channel=lambda channel: channel)
        payload = {"text": redact(from_mrkdwn(text, names)[:_LONGEST]).text, "direct": True, "command": True}
        take_trigger(self._accept, "answer.question", body, payload, queue="answer", said=True)
        ack(response_type="ephemeral", text=say(language, "answer.slash_accepted"))

    def messages_tab_opened(self, event: Body, body: Body, client: WebClient) -> None:
        """Suggested prompts; workspaces without a paid plan answer with an error, which is fine."""
        language = language_of_reader(self._world, str(body["team_id"]), str(event["user"]))
        prompts = [
            {"title": say(language, f"answer.prompt_title_{n}"), "message": say(language, f"answer.prompt_text_{n}")}
            for n in (1, 2, 3)
        ]
        try:
            client.assistant_threads_setSuggestedPrompts(channel_id=event["channel"], prompts=prompts)
        except SlackApiError as error:
            log.debug("no suggested prompts here: %s", error.response.get("error"))

    def reading_chosen(self, body: Body, action: Body, ack: Ack) -> None:
        """One of the readings that the bot asked back: a follow-up like any other."""
        place = thread_of_click(body)
        payload = {
            **place,
            "text": redact(str(action["value"])[:_LONGEST]).text,
            "direct": str(place["channel"]).startswith("D"),
            "chosen": True,
            "reply_to": place,
        }
        take_trigger(self._accept, "answer.question", body, payload, queue="answer", said=True)
        ack()

    def see_privately(self, body: Body, action: Body, ack: Ack) -> None:
        """Somebody wants to know in private what more they may see."""
        payload = {"question": str(action["value"]), "reply_to": thread_of_click(body)}
        take_trigger(self._accept, "answer.privately", body, payload, queue="answer")
        ack()

    def stopped(self, event: Body, body: Body) -> None:
        """Somebody pressed stop. It is noted at once: the job that writes looks there, also in another process."""
        conversations.stop(self._world.db, str(body["team_id"]), str(event["channel"]), str(event["thread_ts"]))
