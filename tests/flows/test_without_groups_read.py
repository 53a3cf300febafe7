"""An app that was installed without the optional permission to see private channels: promise 2 holds all the same."""

import copy
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from bot.app import Bot
from playground.company.small import small_company
from playground.server import LocalSlack
from storage import tips
from storage.records import TipContent, Viewer
from tests.conftest import FrozenClock
from tests.flows.conftest import MANIFEST
from tests.flows.steps import TEAM, settle, shared


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    manifest = copy.deepcopy(MANIFEST)
    manifest["oauth_config"]["scopes"]["bot_optional"].remove("groups:read")
    with LocalSlack(small_company(), manifest=manifest, rate_limits=False) as running:
        yield running


def test_promise_2_a_channel_that_turned_private_is_found_out_without_the_permission_to_see_it(
    plain_bot: Bot, slack: LocalSlack, clock: FrozenClock
) -> None:
    turned = shared(plain_bot, TipContent(title="用語集を先に渡す"))
    slack.person("chie").make_private("#ai-tips")
    settle(plain_bot, slack)
    # what tells of it is lost
    with plain_bot.world.db.writing() as session:
        session.execute(sa.text("update tips set visible_channel_id = null"))
        session.execute(sa.text("update drafts set source_in_public = true"))
    clock.advance(minutes=11)
    plain_bot.tick()
    everybody = Viewer(TEAM, None, is_full_member=True)
    assert [tip.id for tip in tips.many(plain_bot.world.db, everybody, [turned.id])] == []
