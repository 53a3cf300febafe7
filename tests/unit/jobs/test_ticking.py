"""Things that are due are done one by one: what fails, however it does, holds nobody else up."""

import pytest

from bot.errors import Refused, SlackUnavailable
from bot.jobs.ticking import each


def test_what_slack_refuses_waits_without_a_trace(caplog: pytest.LogCaptureFixture) -> None:
    for waits in (Refused("errors.channel_archived"), SlackUnavailable()):

        def fails(error: Exception = waits) -> None:
            raise error

        each(fails)
    assert [(record.levelname, record.exc_info) for record in caplog.records] == [("WARNING", None)] * 2


def test_what_nobody_expected_is_logged_with_its_trace_and_a_reference(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    def fails() -> None:
        raise LookupError("invalid_blocks")

    for do in (fails, lambda: done.append("next")):
        each(do)
    assert done == ["next"]
    (record,) = caplog.records
    assert record.exc_info
    assert record.exc_info[0] is LookupError
    assert "reference" in record.getMessage()
