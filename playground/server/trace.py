"""What an act or a message brought about, as far as one person may see it."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from playground.server.conversation import Json
from playground.server.delivery import Delivery
from playground.server.host import Call, Host
from playground.server.ledger import Act, spoken_of
from playground.server.team import Team, User

_MOST = 200


def of_acts(host: Host, user: User, numbers: Iterable[int]) -> Json:
    """These acts with the deliveries and the calls that followed from them, each oldest first."""
    wanted = set(numbers)
    acts = [act for act in host.ledger if act.number in wanted]
    deliveries = [each for each in host.outbox.deliveries if each.act in wanted and not each.duplicate]
    calls = [each for each in host.calls if each.act in wanted]
    own = {act.number for act in acts if act.user_id == user.id}
    return {
        "acts": [_act_json(host.team, act) for act in acts if _sees(host.team, user, act.arguments, act.number in own)],
        "deliveries": [
            _delivery_json(each) for each in deliveries if _sees(host.team, user, _told(each), each.act in own)
        ][-_MOST:],
        "calls": [asdict(each) for each in calls if _sees(host.team, user, each.arguments, each.act in own)][-_MOST:],
    }


def of_message(host: Host, user: User, channel: str, ts: str) -> Json:
    """The same for the acts that spoke of one message, and for those that made the app write it."""
    conversation = host.team.seen_by(user, channel)
    spoke = {act.number for act in host.ledger.of_message(conversation.id, ts)}
    wrote = {each.act for each in host.calls if each.act is not None and _names(each, conversation.id, ts)}
    return of_acts(host, user, spoke | wrote)


def _names(call: Call, channel: str, ts: str) -> bool:
    return ts in (call.ts, call.arguments.get("ts")) and call.arguments.get("channel") in (channel, None)


def _sees(team: Team, user: User, said: Mapping[str, Any], is_own: bool) -> bool:
    """What names a conversation is for its readers, what names people for themselves, the rest for who did it."""
    places, _ = spoken_of(said)
    conversations = [team.conversations[each] for each in places if each in team.conversations]
    if conversations:
        return all(team.may_see(user, each) for each in conversations)
    people = {each for each in places if each in team.users}
    return people <= {user.id} if people else is_own


def _told(delivery: Delivery) -> Mapping[str, Any]:
    body = delivery.body
    said: Mapping[str, Any] = body.get("event") or body
    return said


def _act_json(team: Team, act: Act) -> Json:
    who = team.users[act.user_id].handle
    return {"number": act.number, "at": act.at, "who": who, "verb": act.verb, "arguments": dict(act.arguments)}


def _delivery_json(delivery: Delivery) -> Json:
    keys = ("act", "at", "ended_at", "kind", "type", "attempts", "acked", "given_up", "latency")
    return {**{key: getattr(delivery, key) for key in keys}, "payload": delivery.body}
