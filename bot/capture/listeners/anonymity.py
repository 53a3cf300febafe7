"""Before a tip is shared without a name, its author sees what exactly: the modal opens at once, and a job fills it."""

import json
from collections.abc import Mapping
from typing import Any, cast

from slack_sdk import WebClient

from bot.capture import anonymity, anonymity_views, views
from bot.errors import Refused
from bot.ports import Accept, Step, World
from bot.slack.failures import language_of_reader, sentence_of
from bot.slack.modals import open_modal
from bot.slack.taking import Ack, Body, card_of, take_form, take_trigger, who
from bot.texts import say
from storage import settings
from storage.proposals import Of
from storage.records import Language, Request

_MOST = 20


class Anonymity:
    """Listeners that open the modal, take out more, or accept one request."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def draft(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        self._open("draft", body, action, client, ack)

    def tip(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        self._open("tip", body, action, client, ack)

    def _open(self, of: Of, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        ack()
        author = who(self._world, body)
        view_id = open_modal(client, body, author, anonymity_views.reading(author.language))
        if view_id is None:
            return
        payload: dict[str, Any] = {"of": of, "id": str(action["value"]), "view": view_id}
        if (card := card_of(body)) is not None:
            payload["card"] = card
        take_trigger(self._accept, "capture.propose", body, payload)

    def named_instead(self, body: Body, view: Body, ack: Ack) -> None:
        """Among a few people, with a name: as by the card's own button."""
        about = json.loads(view["private_metadata"])
        payload = {"draft": about["id"], "decision": "share_named"} | _card_of(about)
        take_form(self._accept, "capture.decide", body, view, payload)
        ack()

    def wider(self, body: Body, client: WebClient, ack: Ack) -> None:
        """Who could read it then is told before anything is looked at."""
        ack()
        view, (team_id, _, language) = body["view"], who(self._world, body)
        people = self._world.reading.known_members()
        about = json.loads(view["private_metadata"])
        open_to = settings.workspace(self._world.db, team_id).open_to
        client.views_update(view_id=view["id"], view=anonymity_views.wider(language, about, people, open_to))

    def wider_yes(self, body: Body, client: WebClient, ack: Ack) -> None:
        ack()
        view, language = body["view"], who(self._world, body).language
        about = json.loads(view["private_metadata"])
        client.views_update(view_id=view["id"], view=anonymity_views.reading(language))
        payload = {"of": about["of"], "id": about["id"], "view": view["id"], "to_all": True} | _card_of(about)
        take_trigger(self._accept, "capture.propose", body, payload)

    def submitted(self, body: Body, view: Body, ack: Ack) -> None:
        """What shall be taken out besides stays here: it is in no job."""
        team_id, user_id, language = who(self._world, body)
        about, values = json.loads(view["private_metadata"]), view["state"]["values"]
        written = str(values[anonymity_views.more_id(about["digest"])]["value"].get("value") or "")
        more = [line.strip() for line in written.splitlines() if line.strip()]
        if more:
            self._take_out(team_id, user_id, language, about, more[:_MOST], ack)
            return
        looked = values["looked"]["value"].get("selected_options") if about["must_look"] else True
        if not looked:
            ack(response_action="errors", errors={"looked": say(language, "anonymity.error_look")})
            return
        payload: dict[str, Any] = {about["of"]: about["id"], "digest": about["digest"], "to_all": about["to_all"]}
        payload |= _card_of(about)
        is_draft = about["of"] == "draft"
        payload |= {"decision": "share_anonymously"} if is_draft else {"named": False}
        kind = "capture.decide" if is_draft else "capture.switch_name"
        take_form(self._accept, kind, body, view, payload)
        ack()

    def _take_out(
        self, team_id: str, user_id: str, language: Language, about: dict[str, Any], more: list[str], ack: Ack
    ) -> None:
        try:
            asked = anonymity.subject(self._world, team_id, about["of"], about["id"], user_id, to_all=about["to_all"])
            proposed = anonymity.without_more(
                self._world, team_id, asked, about["digest"], more, has_model=not about["must_look"]
            )
        except Refused as refused:
            ack(response_action="update", view=anonymity_views.notice(language, sentence_of(refused, language)))
            return
        if proposed is None:
            ack(
                response_action="errors",
                errors={anonymity_views.more_id(about["digest"]): say(language, "anonymity.error_more")},
            )
            return
        kept: dict[str, Any] = {
            name: about[name] for name in ("of", "id", "card", "from_a_thread", "to_all") if name in about
        }
        ack(response_action="update", view=_view(self._world, language, proposed, kept))


def propose(world: World, request: Request, step: Step) -> None:
    """Shows in the modal what would be shared, or why it cannot be."""
    payload, user_id, team_id = request.payload, request.person(), request.team_id
    language = language_of_reader(world, team_id, user_id)
    of, record_id, to_all = cast("Of", payload["of"]), str(payload["id"]), bool(payload.get("to_all"))
    about = {"of": of, "id": record_id, "card": payload.get("card"), "to_all": to_all}
    try:
        asked = anonymity.subject(world, team_id, of, record_id, user_id, to_all=to_all)
        proposed = anonymity.propose(world, step, team_id, asked, user_id)
    except Refused as refused:
        text = sentence_of(refused, language)
        if refused.text_key != "consent.too_few":
            world.speaking.update_view(payload["view"], anonymity_views.notice(language, text))
            return
        world.speaking.update_view(payload["view"], anonymity_views.too_few(language, text, about))
        # counted while the author reads, for the next screen has to be there at once
        world.reading.full_members()
        return
    about |= {"from_a_thread": asked.from_a_thread}
    world.speaking.update_view(payload["view"], _view(world, language, proposed, about))


def _card_of(about: Mapping[str, Any]) -> dict[str, Any]:
    return {"card": about["card"]} if about.get("card") else {}


def _view(world: World, language: Language, proposed: anonymity.Proposed, about: dict[str, Any]) -> dict[str, Any]:
    return anonymity_views.confirm(
        proposed.shown,
        language,
        about={**about, "digest": proposed.digest},
        hours=views.hours(world.rules),
        from_a_thread=bool(about["from_a_thread"]),
        is_shared=about["of"] == "tip",
        has_model=proposed.has_model,
    )
