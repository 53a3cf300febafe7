"""Themes' doors: every Slack id on one screen; forms are opened and read here, clicks accepted, each once."""

import re
from collections.abc import Callable
from typing import Any, cast

from slack_bolt import App
from slack_sdk import WebClient

from bot.circulate.themes import form_views, owner_views, posts, retro, retro_views, service, views, wrapup
from bot.circulate.themes.jobs import JOBS
from bot.conversation import has_words
from bot.errors import Refused
from bot.ports import Accept, World
from bot.slack import incoming
from bot.slack.failures import sentence_of
from bot.slack.modals import open_modal, refusal
from bot.slack.taking import Ack, Body, take_click, take_form, take_message, who
from bot.texts import say
from bot.trust import hosts
from bot.trust.redaction import redact
from storage.records import Language, NotePart, Theme

__all__ = ["JOBS", "register"]

_THEME = re.compile(
    r"^\s*(?:(?:new |start a )?(?:theme|campaign)s?|(?:新しい)?(?:テーマ|キャンペーン))\s*[。.!！]?\s*$", re.IGNORECASE
)

DECISIONS = re.compile(r"^themes\.(post|not_now|close|wrap|go_on|merge|prolong:\d)$")
SAY = re.compile(rf"^{re.escape(views.SAY)}:(helped|failed|unused)$")


def register(app: App, world: World, accept: Accept) -> None:
    listen = Themes(world, accept)
    app.event("message", matchers=[asks_for_theme])(listen.asked)
    app.action(views.OPEN)(listen.open)
    app.action(views.OPEN_FIRST)(listen.open)
    app.action(form_views.FORMAT)(listen.format_chosen)
    app.view(form_views.FORM)(listen.started)
    app.action(DECISIONS)(listen.decided)
    app.action(owner_views.EDIT)(listen.open_edit)
    app.view(owner_views.WRAP_UP_FORM)(listen.edited)
    app.action(SAY)(listen.open_note)
    app.view(retro_views.NOTE_FORM)(listen.said)
    app.action(views.COLLECT)(listen.collected)


def asks_for_theme(event: Body) -> bool:
    said = str(event.get("text") or "")
    return incoming.is_direct(event) and incoming.is_from_person(event) and bool(_THEME.match(said))


class Themes:
    """Listeners that accept one request each, or open a modal while its trigger lives."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def asked(self, event: Body, body: Body) -> None:
        take_message(self._accept, "circulate.theme_asked", event, body, {})

    def open(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        def form(team_id: str, user_id: str, language: Language) -> dict[str, Any]:
            hosts.check_host(self._world, team_id, user_id)
            return self._form(team_id, user_id, language, str(action["value"]))

        self._open(body, client, ack, form)

    def format_chosen(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        """Another format or proposal: the open form is filled in anew."""
        ack()
        team_id, user_id, language = who(self._world, body)
        try:
            hosts.check_host(self._world, team_id, user_id)
            view = self._form(team_id, user_id, language, str(action["selected_option"]["value"]))
        except Refused as refused:
            view = refusal("themes.home_title", refused, language)
        client.views_update(view_id=body["view"]["id"], view=view)

    def _form(self, team_id: str, user_id: str, language: Language, key: str) -> dict[str, Any]:
        formats, ideas = service.formats(language), service.ideas(self._world, team_id, language)
        chosen = next((one for one in [*formats, *ideas] if one.key == key), formats[0])
        channel = service.usual_place(self._world, team_id, user_id)
        return form_views.start_form(language, chosen, formats, ideas, owner=user_id, channel=channel)

    def started(self, body: Body, view: Body, ack: Ack) -> None:
        team_id, _, language = who(self._world, body)
        told = form_views.written(view)
        wrong = form_views.errors(told, language)
        place, owner = told.fields["channel"], told.fields["owner"]
        try:
            service.check_place(self._world, team_id, place, owner)
        except Refused as refused:
            at = "owner" if refused.text_key == "themes.refused_owner" else "channel"
            wrong[at] = sentence_of(refused, language)
        if wrong:
            ack(response_action="errors", errors=wrong)
            return
        texts = {name: redact(told.fields[name]).text for name in ("name", "purpose", "question")}
        payload = {
            **texts,
            "format": view["private_metadata"],
            "channel": place,
            "owner": owner,
            "weeks": told.fields.get("weeks") or "0",
            "language": language,
        }
        take_form(self._accept, "circulate.theme_start", body, view, payload)
        ack()

    def decided(self, body: Body, action: Body, ack: Ack) -> None:
        what = str(action["action_id"]).removeprefix("themes.").partition(":")[0]
        option = action.get("selected_option")
        theme_id, _, more = str(option["value"] if option else action["value"]).partition(":")
        payload = {"theme": theme_id, "what": what, "more": more}
        take_click(self._accept, "circulate.theme_decided", body, payload)
        ack()

    def open_edit(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        def form(team_id: str, user_id: str, language: Language) -> dict[str, Any]:
            theme = service.managed(self._world, team_id, str(action["value"]), user_id)
            if theme.state != "wrapping":
                raise Refused("themes.refused_over")
            return owner_views.wrap_up_form(posts.told(theme, posts.tips_shown(self._world, theme)), language)

        self._open(body, client, ack, form)

    def edited(self, body: Body, view: Body, ack: Ack) -> None:
        text = str(view["state"]["values"]["learned"]["value"].get("value") or "").strip()
        payload = {"theme": view["private_metadata"], "text": self._redacted(body, view["private_metadata"], text)}
        take_form(self._accept, "circulate.theme_edited", body, view, payload)
        ack()

    def _redacted(self, body: Body, theme_id: str, text: str) -> str:
        """The names of who shared with theirs may stand; the job refuses what is not theirs to edit."""
        try:
            theme = service.managed(self._world, str(body["team"]["id"]), theme_id, str(body["user"]["id"]))
            return wrapup.redacted(self._world, theme, text, posts.tips_shown(self._world, theme))
        except Refused:
            return redact(text).text

    def open_note(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        def form(team_id: str, user_id: str, language: Language) -> dict[str, Any]:
            theme_id, _, part = str(action["value"]).partition(":")
            theme = self._retro(team_id, theme_id, user_id)
            unnamed = retro.may_be_unnamed(self._world, theme)
            return retro_views.note_form(theme, cast("NotePart", part), language, unnamed=unnamed)

        self._open(body, client, ack, form)

    def said(self, body: Body, view: Body, ack: Ack) -> None:
        """What is said without a name is accepted as nobody's: whether it can be posted is looked at here."""
        team_id, user_id, language = who(self._world, body)
        theme_id, _, part = str(view["private_metadata"]).partition(":")
        values = view["state"]["values"]
        text = redact(str(values["text"]["value"].get("value") or "").strip()).text
        unnamed = "name" in values and values["name"]["value"]["selected_option"]["value"] == "unnamed"
        wrong = self._wrong_with(team_id, theme_id, user_id, text, language, unnamed=unnamed)
        if wrong is not None:
            ack(response_action="errors", errors={"text": wrong})
            return
        payload = {"theme": theme_id, "part": part, "text": text}
        take_form(self._accept, "circulate.theme_note", body, view, payload, nameless=unnamed)
        if unnamed:
            ack(response_action="update", view=retro_views.sentence_modal(language, say(language, "themes.note_comes")))
        else:
            ack()

    def _wrong_with(
        self, team_id: str, theme_id: str, user_id: str, text: str, language: Language, *, unnamed: bool
    ) -> str | None:
        """Why a contribution cannot be taken, as a sentence; None when it can."""
        if not has_words(text) or len(text) > retro_views.NOTE:
            return say(language, "themes.error_text", limit=retro_views.NOTE)
        try:
            theme = self._retro(team_id, theme_id, user_id)
        except Refused as refused:
            return sentence_of(refused, language)
        if unnamed and not retro.may_be_unnamed(self._world, theme):
            return say(language, "themes.note_few")
        return None

    def _retro(self, team_id: str, theme_id: str, user_id: str) -> Theme:
        """The retrospective, while it is on, for full members who read its channel. Raises Refused."""
        theme = service.found(self._world, team_id, theme_id)
        retro.check_on(theme)
        service.check_reads(self._world, theme, user_id)
        return theme

    def collected(self, body: Body, action: Body, ack: Ack) -> None:
        take_click(self._accept, "circulate.theme_collect", body, {"theme": str(action["value"])})
        ack()

    def _open(self, body: Body, client: WebClient, ack: Ack, form: Callable[..., dict[str, Any]]) -> None:
        """Opens a modal; one that says why not when it is refused."""
        ack()
        person = who(self._world, body)
        try:
            view = form(*person)
        except Refused as refused:
            view = refusal("themes.home_title", refused, person.language)
        open_modal(client, body, person, view)
