"""The form: opened while the trigger lives, filled in from the database, checked when it is sent."""

from collections.abc import Callable
from typing import Any

from slack_sdk import WebClient

from bot.capture import decisions, filling, form, form_views, replaced, replaced_views, sources, themed
from bot.errors import Refused
from bot.ports import Accept, Step, World
from bot.slack.failures import language_of_reader, sentence_of
from bot.slack.modals import open_modal
from bot.slack.outgoing import escape
from bot.slack.taking import Ack, Body, take_form, take_trigger, who
from bot.texts import say
from bot.trust.language import language_of
from bot.trust.redaction import redact
from storage.records import Kind, Language, Request, TipContent

_TITLE = 150


class Forms:
    """Listeners that open the form or take what was written in it."""

    def __init__(self, world: World, accept: Accept) -> None:
        self._world = world
        self._accept = accept

    def share_tip(self, body: Body, client: WebClient, ack: Ack) -> None:
        """`/share-tip`: alone the form, with text the form filled in, with a permalink the capture of that thread."""
        text, person = str(body.get("text") or "").strip(), who(self._world, body)
        link = self._world.reading.parse_permalink(text)
        if link is not None:
            payload = {"channel": link.channel_id, "ts": link.ts, "thread_ts": link.thread_ts}
            take_trigger(self._accept, "capture.link", body, payload, queue="capture", said=True)
            ack()
            return
        if text.removeprefix("<").startswith(("http://", "https://")) and " " not in text:
            ack(response_type="ephemeral", text=escape(say(person.language, "capture.refused_permalink")))
            return
        ack()
        content = _content_of(redact(text).text, self._world.rules.language) if text else None
        running = themed.choices(self._world, person.team_id, person.user_id)
        open_modal(client, body, person, form_views.form(person.language, content, themes=running))

    def share_a_tip(self, body: Body, client: WebClient, ack: Ack) -> None:
        def opened(team_id: str, user_id: str, language: Any) -> dict[str, Any]:
            return form_views.form(language, None, themes=themed.choices(self._world, team_id, user_id))

        self._open(body, client, ack, opened)

    def share_under(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        """The button of a theme's post: the form with the theme."""

        def opened(team_id: str, user_id: str, language: Any) -> dict[str, Any]:
            theme_id = str(action["value"])
            themed.check_choice(self._world, team_id, user_id, theme_id)
            running = themed.choices(self._world, team_id, user_id)
            return form_views.form(language, None, themes=running, theme_id=theme_id)

        self._open(body, client, ack, opened)

    def share_note(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        """What somebody said in a retrospective, as the beginning of a tip."""

        def opened(team_id: str, user_id: str, language: Any) -> dict[str, Any]:
            note = themed.own_note(self._world, team_id, str(action["value"]), user_id)
            kind = (
                Kind.PRACTICE if note.part == "helped" else Kind.PITFALL if note.part == "failed" else Kind.EXPERIMENT
            )
            content = _content_of(note.text, language).model_copy(update={"kind": kind})
            return form_views.form(language, content)

        self._open(body, client, ack, opened)

    def share_said(self, body: Body, client: WebClient, ack: Ack) -> None:
        """After a talk through the bot: one's own words in its thread, and nobody else's, as the beginning of a tip."""
        place = body["container"]

        def opened(team_id: str, user_id: str, language: Any) -> dict[str, Any]:  # noqa: ARG001 - as the others
            thread = self._world.reading.thread(str(place["channel_id"]), str(place["thread_ts"]))
            return form_views.form(language, filling.own_thread(self._world, thread, user_id).content)

        self._open(body, client, ack, opened)

    def edit_draft(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        shown: list[TipContent] = []

        def opened(team_id: str, user_id: str, language: Any) -> dict[str, Any]:
            draft = decisions.own_draft(self._world, team_id, str(action["value"]), user_id)
            if draft.content is None:
                raise Refused("capture.card_gone")
            shown.append(draft.content)
            running = themed.choices(self._world, team_id, user_id)
            return form_views.form(language, draft.content, draft_id=draft.id, themes=running, theme_id=draft.theme_id)

        view_id = self._open(body, client, ack, opened)
        if view_id is not None and replaced.standing(shown[0]).harmless:
            payload = {"draft": str(action["value"]), "view": view_id}
            take_trigger(self._accept, "capture.show_replaced", body, payload)

    def edit_tip(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        def opened(team_id: str, user_id: str, language: Any) -> dict[str, Any]:
            tip = decisions.own_tip(self._world, team_id, str(action["value"]), user_id)
            return form_views.form(language, tip.content, tip_id=tip.id)

        self._open(body, client, ack, opened)

    def edit_update(self, body: Body, action: Body, client: WebClient, ack: Ack) -> None:
        """The form with the words of an update: what is sent is the tip from then on."""

        def opened(team_id: str, user_id: str, language: Any) -> dict[str, Any]:
            proposed = sources.proposal_for(self._world, team_id, str(action["value"]), user_id)
            return form_views.form(language, proposed, tip_id=str(action["value"]))

        self._open(body, client, ack, opened)

    def _put_back_before(self, team_id: str, user_id: str, draft_id: str | None, tip_id: str | None) -> frozenset[str]:
        """What the author of a draft or tip put back earlier stays, without their being asked again."""
        try:
            if draft_id:
                return replaced.put_back_before(decisions.own_draft(self._world, team_id, draft_id, user_id).content)
            if tip_id:
                return replaced.put_back_before(decisions.own_tip(self._world, team_id, tip_id, user_id).content)
        except Refused:
            # the job says so
            return frozenset()
        return frozenset()

    def _open(self, body: Body, client: WebClient, ack: Ack, view: Callable[..., dict[str, Any]]) -> str | None:
        """Opens a form and gives its id; None when it is refused."""
        ack()
        person = who(self._world, body)
        try:
            opened = view(*person)
        except Refused as refused:
            client.chat_postMessage(channel=person.user_id, text=sentence_of(refused, person.language))
            return None
        return open_modal(client, body, person, opened)

    def submitted(self, body: Body, view: Body, ack: Ack) -> None:
        team_id, user_id, language = who(self._world, body)
        sent = form.read(view, language, self._put_back_before(team_id, user_id, *form.about(view)))
        if sent.errors:
            ack(response_action="errors", errors=dict(sent.errors))
            return
        if sent.found:
            again = replaced_views.as_sent(view)
            asked = replaced_views.with_choices(again, replaced_views.FOUND, sent.found, language)
            ack(response_action="update", view=asked)
            return
        payload = {
            "draft": sent.draft_id,
            "tip": sent.tip_id,
            "fields": dict(sent.fields),
            "has_prompt_field": sent.has_prompt_field,
            "restore": list(sent.restore),
            "theme": sent.theme,
        }
        take_form(self._accept, "capture.form", body, view, payload)
        ack()


def show_replaced(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """The form that is open shows what redaction replaced in the draft. Who has closed it meanwhile misses nothing."""
    user_id = request.person()
    draft = decisions.own_draft(world, request.team_id, str(request.payload["draft"]), user_id)
    known = replaced.values(world, draft)
    if draft.content is None or not known:
        return
    language = language_of_reader(world, request.team_id, user_id)
    running = themed.choices(world, request.team_id, user_id)
    view = form_views.form(language, draft.content, draft_id=draft.id, themes=running, theme_id=draft.theme_id)
    shown = replaced_views.with_choices(view, replaced_views.REPLACED, known, language)
    world.speaking.update_view(str(request.payload["view"]), shown)


def _content_of(text: str, default: Language) -> TipContent:
    """What was written behind the command, as the beginning of a tip: a first line, and the rest."""
    first, _, rest = text.partition("\n")
    title = first.strip()[:_TITLE] or "…"
    task = rest.strip() if first.strip() == title else text
    return TipContent(title=title, task=task[:3_000], language=language_of(text, default))
