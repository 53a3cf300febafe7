"""Who has come by gets digests, also when they shared before they opened Home."""

from typing import Any

import pytest

from bot.circulate import unasked as when
from bot.circulate.digest import sending
from bot.circulate.thanks import listeners as thanking
from storage import unasked
from storage.database import Database
from tests.conftest import FrozenClock
from tests.rounds import AYA, BEN, CHIE, MONDAY, TUESDAY_NOON, Rounds, shared
from tests.storage.steps import TEAM


@pytest.fixture
def rounds(db: Database, clock: FrozenClock) -> Rounds:
    clock.moment = TUESDAY_NOON
    return Rounds(db, {AYA: frozenset({"C1"}), CHIE: frozenset({"C1"})})


def test_who_shared_before_they_opened_home_gets_digests_too(rounds: Rounds, clock: FrozenClock) -> None:
    """Also who was welcomed when that kept them from one: as soon as they come by."""
    shared(rounds.db, "1.1", by=AYA)
    thanking.tick(rounds.world())
    unasked.change_rhythm(rounds.db, TEAM, CHIE, welcomed_at=clock.now())
    when.come_by(rounds.world(), TEAM, CHIE)
    clock.advance(minutes=1)
    shared(rounds.db, "1.2", by=BEN)
    clock.moment = MONDAY
    sending.tick(rounds.world())
    assert "New for you (1)" in rounds.to(AYA)
    assert rounds.to(CHIE) == ["New for you (2)"]


@pytest.mark.parametrize("wish", [{"digest": "off"}, {"is_muted": True}])
def test_who_wants_no_digest_has_none_set_again_by_coming_by(rounds: Rounds, wish: dict[str, Any]) -> None:
    unasked.change_rhythm(rounds.db, TEAM, AYA, **wish)
    shared(rounds.db, "1.1", by=AYA)
    thanking.tick(rounds.world())
    assert when.come_by(rounds.world(), TEAM, AYA).digest_at is None


def test_a_guest_who_shares_is_welcomed_and_gets_no_digest(rounds: Rounds) -> None:
    rounds.change(AYA, is_full_member=False, is_guest=True)
    shared(rounds.db, "1.1", by=AYA)
    thanking.tick(rounds.world())
    assert len(rounds.to(AYA)) == 1
    assert unasked.rhythm(rounds.db, TEAM, AYA).digest_at is None
