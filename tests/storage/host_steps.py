"""What the tests of the hosts' queue share: an old tip, a host's tap, what a host sees."""

from dataclasses import replace

from bot.circulate.hosting import service
from storage import requests
from storage.records import Request, Tip, Viewer
from tests.conftest import FrozenClock
from tests.rounds import CHIE, Rounds, shared
from tests.storage.steps import TEAM, request

EVERYBODY = Viewer(TEAM, CHIE, is_full_member=True)


def old_tip(rounds: Rounds, clock: FrozenClock, ts: str = "1.1", *, anonymously: bool = False) -> Tip:
    tip = shared(rounds.db, ts, title=f"知恵 {ts} " + "長い題" * 20, tools=("Claude 2.1",), anonymously=anonymously)
    clock.advance(days=203)
    return tip


def accepted(rounds: Rounds, event: str, user: str = CHIE, **payload: object) -> Request:
    found = requests.accept(rounds.db, replace(request(event, user=user), payload=payload), lambda *_: None)
    assert found is not None
    return found


def decide(rounds: Rounds, user: str, choice: str, kind: str, key: str) -> Request:
    """A host's tap, as it is accepted and done."""
    tap = f"{user}:{choice}:{kind}:{key}:{rounds.db.now()}"
    taken = accepted(rounds, tap, user, choice=choice, kind=kind, key=key)
    service.decide(rounds.world(), taken)
    return taken


def entries(rounds: Rounds, viewer: Viewer = EVERYBODY) -> tuple[service.Entry, ...]:
    return service.queue_for(rounds.world(), viewer).entries


def kinds(rounds: Rounds, viewer: Viewer = EVERYBODY) -> list[str]:
    return [entry.item.kind for entry in entries(rounds, viewer)]
