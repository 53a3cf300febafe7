"""conversations.history and conversations.replies."""

from bisect import bisect_left, bisect_right

from playground.server.arguments import Arguments
from playground.server.clock import micros, ts_of
from playground.server.conversation import Conversation, Json
from playground.server.errors import SlackError
from playground.server.methods.registry import method, need_scope_for, of_every_kind
from playground.server.paging import decode, encode
from playground.server.shapes import message_json
from playground.server.team import Team

_MOST = 999


@method("conversations.history", *of_every_kind("history"), tier="tier3", json=False)
def conversations_history(team: Team, args: Arguments) -> Json:
    """Newest first (https://docs.slack.dev/reference/methods/conversations.history)."""
    conversation = _readable(team, args)
    limit = args.number("limit", 100, most=_MOST)
    moments = _between(conversation.timeline, args)
    if args.text("cursor"):
        moments = moments[: bisect_right(moments, _cursor(args))]
    shown = moments[-limit:][::-1]
    rest = moments[:-limit]
    answer: Json = {
        "messages": _messages(conversation, shown, args),
        "has_more": bool(rest),
        "pin_count": 0,
        "channel_actions_ts": None,
        "channel_actions_count": 0,
    }
    if args.text("latest"):
        answer["latest"] = args.text("latest")
    if rest:
        answer["response_metadata"] = {"next_cursor": encode("next_ts", str(rest[-1]))}
    return answer


@method("conversations.replies", *of_every_kind("history"), tier="tier3", json=False)
def conversations_replies(team: Team, args: Arguments) -> Json:
    """The root, then its replies, oldest first; of a reply's ts only that reply.

    https://docs.slack.dev/reference/methods/conversations.replies
    """
    conversation = _readable(team, args)
    limit = args.number("limit", 1000, most=1000)
    root_ts = args.text("ts")
    root = conversation.messages.get(root_ts)
    if root is None:
        raise SlackError("thread_not_found")
    if root.get("thread_ts") not in (None, root_ts):
        return {"messages": [message_json(root, metadata=args.flag("include_all_metadata"))], "has_more": False}
    moments = _between([micros(root_ts), *conversation.threads.get(root_ts, ())], args)
    if args.text("cursor"):
        moments = moments[bisect_left(moments, _cursor(args)) :]
    answer: Json = {"messages": _messages(conversation, moments[:limit], args), "has_more": len(moments) > limit}
    if len(moments) > limit:
        answer["response_metadata"] = {"next_cursor": encode("next_ts", str(moments[limit]))}
    return answer


def _readable(team: Team, args: Arguments) -> Conversation:
    conversation = team.seen_by_app(args.required("channel"))
    need_scope_for(team, conversation, "history")
    return team.with_app_in(conversation.id)


def _between(moments: list[int], args: Arguments) -> list[int]:
    """Those after `oldest` and before `latest`, or at them with `inclusive`."""
    oldest = args.moment("oldest", "invalid_ts_oldest")
    latest = args.moment("latest", "invalid_ts_latest")
    inclusive = args.flag("inclusive")
    start, stop = 0, len(moments)
    if oldest is not None:
        start = bisect_left(moments, oldest) if inclusive else bisect_right(moments, oldest)
    if latest is not None:
        stop = bisect_right(moments, latest) if inclusive else bisect_left(moments, latest)
    return moments[start:stop]


def _cursor(args: Arguments) -> int:
    key = decode("next_ts", args.text("cursor"))
    if not key.isdigit():
        raise SlackError("invalid_cursor")
    return int(key)


def _messages(conversation: Conversation, moments: list[int], args: Arguments) -> list[Json]:
    metadata = args.flag("include_all_metadata")
    return [message_json(conversation.messages[ts_of(moment)], metadata=metadata) for moment in moments]
