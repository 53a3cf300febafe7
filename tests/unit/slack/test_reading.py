"""Reading Slack: what is asked once for a while, and what is asked anew when Slack says that it changed."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.slack.calls import call, reading_client
from bot.slack.reading import SlackReading
from playground.person import Impossible
from playground.server import LocalSlack


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


def test_a_channels_newest_messages_are_read_page_by_page_without_what_stands_in_threads(
    slack: LocalSlack, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = reading_client(slack.bot_token, slack.api_url)
    reading = SlackReading(client, team_id="T0SMALL", domain="small-company", default_language="en")
    aya, ben = slack.person("aya"), slack.person("ben")
    before = datetime.now(UTC)
    roots = [aya.post("#ai-tips", f"message {number} of <!date^1^{{date}}|today>") for number in range(3)]
    ben.post("#ai-tips", "a reply", thread_ts=roots[2])
    ben.react("#ai-tips", roots[2], "pray")
    since = before - timedelta(seconds=2)
    found = reading.recent("C0AITIPS", since=since, pages=1)
    assert [one.message.ts for one in found] == roots[::-1]
    assert found[0].repliers == (ben.id,)
    assert found[0].reactions == {"pray": (ben.id,)}
    assert not found[0].has_more_repliers
    monkeypatch.setattr("bot.slack.reading.PAGE", 1)
    assert [one.message.ts for one in reading.recent("C0AITIPS", since=since, pages=2)] == [roots[2], roots[1]]
