"""What the model room needs to know, each as one value."""

from collections.abc import Callable
from dataclasses import dataclass

LOCAL, OFF = "local", "off"
"""Names of embedders: the one inside the package, and none."""

Record = Callable[[str, str, int, int, float], None]
"""Notes a call: task, model, tokens in, tokens out, USD."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """An OpenAI-compatible endpoint.

    Times in seconds, prices in USD for a million tokens, the budget in USD a month.
    """

    api_key: str | None = None
    base_url: str | None = None
    model: str = "gpt-5-mini"
    timeout_seconds: float = 60.0
    context_tokens: int = 32_000
    max_output_tokens: int = 4_000
    monthly_budget_usd: float | None = None
    price_input: float = 0.0
    price_output: float = 0.0
    retries: int = 3


@dataclass(frozen=True, slots=True)
class EmbedderSettings:
    """`name`: local, off, or a model's name at an OpenAI-compatible endpoint. The price is USD for a million tokens."""

    name: str = LOCAL
    api_key: str | None = None
    base_url: str | None = None
    timeout_seconds: float = 20.0
    monthly_budget_usd: float | None = None
    price: float = 0.0
    retries: int = 3
