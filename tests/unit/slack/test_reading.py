"""Reading Slack: what is asked once for a while, and what is asked anew when Slack says that it changed."""

from collections.abc import Iterator

import pytest

from bot.slack.calls import call, reading_client
from bot.slack.reading import SlackReading
from playground.company.small import small_company, small_manifest
from playground.person import Impossible
from playground.server import LocalSlack


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(small_company(), manifest=small_manifest(), rate_limits=False) as running:
        yield running


def test_a_person_has_every_name_that_slack_calls_them_by(slack: LocalSlack) -> None:
    client = reading_client(slack.bot_token, slack.api_url)
    reading = SlackReading(client, team_id="T0SMALL", domain="small-company", default_language="en")
    assert reading.person("U0BEN").name == "Ben"
    assert reading.person("U0BEN").names == ("Ben", "Ben Fischer", "ben")


def test_a_channel_that_became_private_keeps_its_id(slack: LocalSlack) -> None:
    client = reading_client(slack.bot_token, slack.api_url)
    reading = SlackReading(client, team_id="T0SMALL", domain="small-company", default_language="en")
    assert not reading.channel("C0AITIPS").is_private
    with pytest.raises(Impossible, match="cannot_make_private"):
        slack.person("aya").make_private("#ai-tips")
    slack.person("chie").make_private("#ai-tips")
    assert not reading.channel("C0AITIPS").is_private
    reading.forget(channel_id="C0AITIPS")
    assert reading.channel("C0AITIPS").is_private


def test_the_bots_own_channels_are_asked_for_once_until_somebody_comes_or_goes(slack: LocalSlack) -> None:
    client = reading_client(slack.bot_token, slack.api_url)
    team_id = str(call(client.auth_test)["team_id"])
    reading = SlackReading(client, team_id=team_id, domain="small-company", default_language="en")
    before = reading.own_channels()
    assert reading.own_channels() == before
    assert [one.method for one in slack.calls].count("users.conversations") == 1

    slack.person("chie").invite("#secret-project", "yoridokoro")
    reading.forget(user_id="U0BEN")
    assert reading.own_channels() == before
    reading.forget(user_id=slack.bot_user_id, channel_id="C0SECRET")
    assert {one.id for one in reading.own_channels()} - {one.id for one in before} == {"C0SECRET"}

    slack.person("chie").remove("#secret-project", "yoridokoro")
    reading.forget(channel_id="C0SECRET")
    assert reading.own_channels() == before
