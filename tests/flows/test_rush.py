"""Many ask in the same instant, and every acknowledgement comes too late: Slack gives up, the bot does not."""

from collections.abc import Iterator

import pytest

from playground.company.small import small_company
from playground.person import eventually
from playground.server import LocalSlack
from tests.flows.conftest import MANIFEST
from tests.flows.steps import BOT, words

pytestmark = [
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
    pytest.mark.usefixtures("plain_bot"),
]

ASKERS = ("aya", "ben", "chie") * 4


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(
        small_company(), manifest=MANIFEST, redelivery_seconds=(0.0, 0.0), ack_timeout=0.001, rate_limits=False
    ) as running:
        yield running


def test_promise_4_what_slack_gave_up_on_is_answered_once(slack: LocalSlack) -> None:
    asking = [slack.act(who, "post", channel=BOT, text="社内旅行の計画、みんなはどうやってる？") for who in ASKERS]
    asked = [(who, str(each.result(10))) for who, each in zip(ASKERS, asking, strict=True)]

    def answers() -> list[int]:
        threads = [slack.person(who).thread(BOT, ts)[1:] for who, ts in asked]
        return [sum("I found nothing" in words(m) or "何も見つかりません" in words(m) for m in one) for one in threads]

    eventually(lambda: all(answers()), 60)
    slack.wait_idle()
    assert answers() == [1] * len(ASKERS)
    given_up = [each for each in slack.deliveries if each.type == "message" and each.given_up]
    assert len(given_up) >= len(ASKERS)
