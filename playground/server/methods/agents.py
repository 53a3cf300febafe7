"""assistant.threads.* and agents.sessions.*: what an app shows of its work."""

from playground.server import news
from playground.server.arguments import Arguments
from playground.server.conversation import Conversation, Json
from playground.server.errors import SlackError, invalid_arguments
from playground.server.methods.registry import method
from playground.server.team import Team

STATUS_SECONDS = 120
MAX_PROMPTS = 4
LIFECYCLE = ("active", "processing", "suspended", "closed")
"""What an agent session can be; the first is what a stream leaves behind when it ends."""
_MOST_LOADING_MESSAGES = 10


@method("assistant.threads.setStatus", "chat:write", "assistant:write", tier="special")
def set_status(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/assistant.threads.setStatus."""
    conversation, thread_ts = _thread(team, args)
    if "status" not in args.given:
        raise invalid_arguments("missing required field: status")
    loading = args.json("loading_messages") or []
    if len(loading) > _MOST_LOADING_MESSAGES:
        raise invalid_arguments("no more than 10 items allowed [json-pointer:/loading_messages]")
    session = team.screens.session(conversation.id, thread_ts)
    session.status, session.loading_messages = args.text("status"), tuple(str(each) for each in loading)
    session.until = team.clock.now() + STATUS_SECONDS
    news.status(team, conversation, thread_ts)
    return {}


@method("assistant.threads.setTitle", "assistant:write", tier="special")
def set_title(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/assistant.threads.setTitle."""
    conversation, thread_ts = _thread(team, args)
    team.screens.session(conversation.id, thread_ts).title = args.required("title")
    news.status(team, conversation, thread_ts)
    return {}


@method("assistant.threads.setSuggestedPrompts", "assistant:write", tier="special")
def set_suggested_prompts(team: Team, args: Arguments) -> Json:
    """With a `thread_ts` nothing is shown for an agent app, and Slack does not say so.

    https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts
    """
    if not team.app.agent:
        raise SlackError("not_agent_app")
    conversation = team.seen_by_app(args.required("channel_id"))
    prompts = args.objects("prompts", "invalid_arguments") or []
    if not prompts or len(prompts) > MAX_PROMPTS:
        raise invalid_arguments("must provide 1 to 4 items [json-pointer:/prompts]")
    if not all(isinstance(each.get("title"), str) and isinstance(each.get("message"), str) for each in prompts):
        raise invalid_arguments("missing required field: title, message [json-pointer:/prompts]")
    if not args.text("thread_ts"):
        shown = [{"title": each["title"], "message": each["message"]} for each in prompts]
        team.screens.prompts[conversation.id] = {"title": args.text("title"), "prompts": shown}
        for user_id in conversation.members:
            news.screen(team, user_id, "prompts")
    return {}


@method("agents.sessions.setStatus", "chat:write", tier="tier3")
def session_set_status(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/agents.sessions.setStatus."""
    conversation, thread_ts = _session_thread(team, args)
    status = args.required("status")
    if status not in LIFECYCLE:
        raise SlackError("invalid_status")
    session = team.screens.session(conversation.id, thread_ts)
    if not session.agent_status:
        session.title = args.text("title")
    session.agent_status = status
    news.status(team, conversation, thread_ts)
    answer: Json = {"status": status, "agent_status": status, "title": session.title}
    if "agent_session_stopped" not in team.app.events:
        answer["warning"] = "missing_agent_session_stopped_event_subscription"
    return answer


@method("agents.sessions.rename", "chat:write", tier="tier3")
def session_rename(team: Team, args: Arguments) -> Json:
    """See https://docs.slack.dev/reference/methods/agents.sessions.rename."""
    conversation, thread_ts = _session_thread(team, args)
    session = team.screens.session(conversation.id, thread_ts)
    if not session.agent_status:
        raise SlackError("session_not_found")
    session.title = args.required("title")
    news.status(team, conversation, thread_ts)
    return {"title": session.title}


def _thread(team: Team, args: Arguments) -> tuple[Conversation, str]:
    conversation = team.with_app_in(args.required("channel_id"))
    thread_ts = args.required("thread_ts")
    if thread_ts not in conversation.messages:
        raise SlackError("invalid_thread_ts")
    return conversation, thread_ts


def _session_thread(team: Team, args: Arguments) -> tuple[Conversation, str]:
    if not team.app.agent:
        raise SlackError("feature_disabled")
    conversation = team.with_app_in(args.required("channel_id"))
    thread_ts = args.text("thread_ts")
    if thread_ts not in conversation.messages:
        raise SlackError("thread_ts_required")
    return conversation, thread_ts
