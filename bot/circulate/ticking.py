"""What the clock does with what fails: it is due again, and holds nobody else up."""

import logging
from collections.abc import Callable

from bot.errors import Refused, SlackUnavailable

log = logging.getLogger(__name__)


def each(do: Callable[[], object]) -> None:
    """One thing that is due. What Slack refuses, or cannot be asked now, is due again at the next tick."""
    try:
        do()
    except (Refused, SlackUnavailable) as error:
        log.warning("what comes round waits: %s", type(error).__name__)
