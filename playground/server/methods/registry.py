"""The Web API's methods: name, scopes, rate limit, and the function that answers."""

from collections.abc import Callable
from dataclasses import dataclass

from playground.server.arguments import Arguments
from playground.server.conversation import Conversation, Json
from playground.server.errors import SlackError
from playground.server.rate_limits import Tier
from playground.server.team import Team

Answer = Callable[[Team, Arguments], Json]


@dataclass(frozen=True)
class Method:
    """`scopes`: one of these is needed (none: any token will do). `json`: whether it reads a JSON body."""

    name: str
    answer: Answer
    scopes: tuple[str, ...]
    tier: Tier
    json: bool


METHODS: dict[str, Method] = {}

_READ = {"channel": "channels:", "group": "groups:", "im": "im:", "mpim": "mpim:"}


def method(name: str, *scopes: str, tier: Tier, json: bool = True) -> Callable[[Answer], Answer]:
    """Registers a function under the method's name."""

    def register(answer: Answer) -> Answer:
        METHODS[name] = Method(name, answer, scopes, tier, json)
        return answer

    return register


def need_scope(team: Team, *one_of: str) -> None:
    """Raises SlackError(missing_scope) as Slack words it."""
    if one_of and not team.app.scopes.intersection(one_of):
        raise SlackError("missing_scope", needed=",".join(one_of), provided=",".join(sorted(team.app.scopes)))


def of_every_kind(what: str) -> tuple[str, ...]:
    """The scopes of which a method needs the one for the conversation's kind, such as channels:read."""
    return tuple(prefix + what for prefix in _READ.values())


def need_scope_for(team: Team, conversation: Conversation, what: str) -> None:
    need_scope(team, _READ[conversation.kind] + what)
