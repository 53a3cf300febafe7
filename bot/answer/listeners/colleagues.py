"""What arrives when nobody knows: the form is opened and read here, clicks are accepted, each once."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk import WebClient

from bot.answer import colleagues as service
from bot.answer.service import QUESTION
from bot.answer.views import colleagues as views
from bot.conversation import has_words
from bot.errors import Refused
from bot.ports import Accept, World
from bot.slack.failures import sentence_of
from bot.slack.modals import open_modal
from bot.slack.taking import Ack, Body, card_of, take_form, take_trigger, thread_of_click, who
from bot.texts import say
from bot.trust.redaction import redact
from storage.records import Language


class Colleagues:
    """Listeners that accept one request each, or open a modal while its trigger lives."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def ask_colleagues(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        """The form: what will be asked, under which name, and who will see it."""

        def form(team_id: str, user_id: str, language: Language) -> dict[str, Any]:
            asked_as = str(action["value"])
            text = service.asked_by(self._world, team_id, asked_as, user_id)
            about = {"asked_as": asked_as, "reply_to": thread_of_click(body)}
            return self._form(team_id, user_id, language, about, text)

        self._open(body, client, ack, form)

    def _form(
        self, team_id: str, user_id: str, language: Language, about: Mapping[str, Any], text: str
    ) -> dict[str, Any]:
        same = service.similar(self._world, team_id, user_id, text)
        where = service.ways(self._world, team_id, user_id, text)
        place = {
            "asked_as": about["asked_as"],
            "reply_to": about["reply_to"],
            "channel": where.channel.id if where.channel else None,
            "people": [person.id for person in where.people],
        }
        public = not str(about["reply_to"]["channel"] or "").startswith("D")
        return views.ask_form(language, place, text, where, same=same, public=public)

    def asked(self, body: Body, view: Body, ack: Ack) -> None:
        """What was written is redacted and compared before anything is accepted."""
        team_id, user_id, language = who(self._world, body)
        about = json.loads(view["private_metadata"])
        values = view["state"]["values"]
        text = redact(str(values["text"]["value"].get("value") or "").strip()).text
        if not has_words(text) or len(text) > QUESTION:
            ack(response_action="errors", errors={"text": say(language, "questions.form_error_text", limit=QUESTION)})
            return
        same = service.similar(self._world, team_id, user_id, text)
        if same is not None and same.id == about.get("same"):
            ack(response_action="errors", errors={"text": say(language, "questions.form_error_same")})
            return
        if same is not None:
            ack(response_action="update", view=self._form(team_id, user_id, language, about, text))
            return
        payload = {
            "asked_as": about["asked_as"],
            "text": text,
            "named": values["name"]["value"]["selected_option"]["value"] == "named",
            "channel": about["channel"],
            "people": about["people"],
            "reply_to": about["reply_to"],
        }
        take_form(self._accept, "answer.ask_colleagues", body, view, payload)
        ack()

    def answer(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        """The form for a reply, where there is no thread to write in."""

        def form(team_id: str, user_id: str, language: Language) -> dict[str, Any]:
            service.check_asker(self._world, user_id)
            question = service.seen_by(self._world, team_id, str(action["value"]), user_id)
            return views.reply_form(language, question)

        self._open(body, client, ack, form)

    def echo(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        self._click("answer.question_echo", body, {"question": action["value"]}, ack)
        view = body.get("view") or {}
        if view.get("type") == "modal":
            language = who(self._world, body).language
            client.views_update(
                view_id=view["id"], view=views.sentence_modal(language, say(language, "questions.echo_on"))
            )

    def judged(self, body: Body, action: Body, ack: Ack) -> None:
        """*It solved it* or *Not yet*."""
        question_id, _, tip_id = str(action["value"]).partition(":")
        said = {"question": question_id, "tip": tip_id, "solved": action["action_id"] == views.SOLVED}
        self._click("answer.question_judged", body, said, ack)

    def close(self, body: Body, action: Body, ack: Ack) -> None:
        self._click("answer.question_closed", body, {"question": action["value"]}, ack)

    def keep(self, body: Body, action: Body, ack: Ack) -> None:
        self._click("answer.question_kept", body, {"question": action["value"]}, ack)

    def widen(self, body: Body, action: Body, ack: Ack) -> None:
        self._click("answer.question_widened", body, {"question": action["value"]}, ack)

    def _open(self, body: Body, client: WebClient, ack: Ack, form: Callable[..., dict[str, Any]]) -> None:
        """Opens a modal; one that says why not when it is refused."""
        ack()
        asker = who(self._world, body)
        try:
            view = form(*asker)
        except Refused as refused:
            view = views.sentence_modal(asker.language, sentence_of(refused, asker.language))
        open_modal(client, body, asker, view)

    def _click(self, kind: str, body: Body, payload: dict[str, Any], ack: Ack) -> None:
        """A button: where it stands, so that what was done is shown there."""
        if (card := card_of(body)) is not None:
            # beside a post itself: in the thread below it nobody would see it
            place = {"channel": card["channel"], "thread_ts": body["container"].get("thread_ts")}
            payload |= {"card": card, "reply_to": place}
        payload["where"] = (body.get("view") or {}).get("type") or "message"
        take_trigger(self._accept, kind, body, payload)
        ack()
