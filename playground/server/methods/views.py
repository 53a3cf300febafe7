"""The methods views.*."""

from playground.server import modals
from playground.server.arguments import Arguments
from playground.server.conversation import Json
from playground.server.errors import SlackError, invalid_arguments
from playground.server.methods.registry import method
from playground.server.screens import Trigger
from playground.server.team import Team

TRIGGER_SECONDS = 3
"""See https://docs.slack.dev/interactivity/handling-user-interaction#modal_responses."""


@method("views.open", tier="tier4")
def views_open(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/views.open."""
    content = modals.checked(team, args.json("view"), "modal")
    trigger = _exchange(team, args)
    return {"view": modals.view_json(team, modals.open_modal(team, trigger.user_id, content))}


@method("views.push", tier="tier4")
def views_push(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/views.push."""
    content = modals.checked(team, args.json("view"), "modal")
    trigger = _exchange(team, args)
    if trigger.view_id not in team.screens.stacks.get(trigger.user_id, []):
        raise SlackError("not_found")
    return {"view": modals.view_json(team, modals.push(team, trigger.user_id, content))}


@method("views.update", tier="tier4")
def views_update(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/views.update."""
    view_id, external_id = args.text("view_id"), args.text("external_id")
    if not view_id and not external_id:
        raise invalid_arguments("missing required field: view_id")
    view = team.screens.view(view_id) if view_id else modals.by_external_id(team, external_id)
    if view is None:
        raise SlackError("not_found")
    content = modals.checked(team, args.json("view"), view.content["type"], replacing=view)
    _check_hash(view.content, args)
    return {"view": modals.view_json(team, modals.replace(team, view, content))}


@method("views.publish", tier="tier4")
def views_publish(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/views.publish."""
    user = team.users.get(args.required("user_id"))
    if user is None or user.role == "bot":
        raise invalid_arguments("invalid `user_id`")
    if not team.app.home_tab:
        raise SlackError("not_enabled")
    known = team.screens.homes.get(user.id)
    content = modals.checked(team, args.json("view"), "home", replacing=known)
    if known is not None:
        _check_hash(known.content, args)
    return {"view": modals.view_json(team, modals.publish(team, user.id, content))}


def _exchange(team: Team, args: Arguments) -> Trigger:
    """Uses up a trigger id: once, and within 3 s."""
    trigger = team.screens.triggers.get(args.required("trigger_id"))
    if trigger is None:
        raise SlackError("invalid_trigger_id")
    if team.clock.now() - trigger.at > TRIGGER_SECONDS:
        raise SlackError("expired_trigger_id")
    if trigger.used:
        raise SlackError("exchanged_trigger_id")
    trigger.used = True
    return trigger


def _check_hash(content: Json, args: Arguments) -> None:
    if args.text("hash") and args.text("hash") != content["hash"]:
        raise SlackError("hash_conflict")
