"""What is the same for every OpenAI-compatible endpoint: how it is reached, and what is done about its errors."""

import random
import time

import httpx2
import openai

from bot.errors import ModelUnavailable
from bot.llm.settings import EmbedderSettings, ModelSettings

_LONGEST_WAIT_SECONDS = 30.0


def reach(settings: ModelSettings | EmbedderSettings) -> openai.OpenAI:
    """A client that repeats nothing by itself."""
    return openai.OpenAI(
        # a server of one's own needs no key, the SDK insists on one
        api_key=settings.api_key or "none",
        base_url=settings.base_url,
        timeout=httpx2.Timeout(settings.timeout_seconds, connect=10.0),
        max_retries=0,
    )


def wait_after(error: openai.APIError | httpx2.HTTPError, attempt: int, retries: int) -> None:
    """Waits before the next try, as long as the endpoint asks.

    Raises ModelUnavailable for what does not pass by itself, when tries are used up, and for too long a wait.
    """
    if isinstance(error, (openai.AuthenticationError, openai.PermissionDeniedError)):
        raise ModelUnavailable("refused_key") from error
    if isinstance(error, openai.BadRequestError):
        raise ModelUnavailable("invalid") from error
    if isinstance(error, openai.RateLimitError) and error.code == "insufficient_quota":
        raise ModelUnavailable("out_of_quota") from error
    reason = "rate_limited" if isinstance(error, openai.RateLimitError) else "unreachable"
    if isinstance(error, openai.NotFoundError) or attempt >= retries:
        raise ModelUnavailable(reason) from error
    asked = error.response.headers.get("retry-after") if isinstance(error, openai.APIStatusError) else None
    seconds = float(asked) if asked and asked.replace(".", "", 1).isdigit() else 0.5 * 2**attempt
    if seconds > _LONGEST_WAIT_SECONDS:
        raise ModelUnavailable(reason) from error
    time.sleep(seconds + random.uniform(0, 0.25))  # noqa: S311 - spreads retries, guards nothing
