"""The strict local Slack, without a bot, for what calls it."""

from collections.abc import Iterator

import pytest

from playground.company.small import small_company, small_manifest
from playground.server import LocalSlack


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    with LocalSlack(small_company(), manifest=small_manifest(), rate_limits=False) as running:
        yield running
