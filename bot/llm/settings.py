"""What the model room needs to know, as one value."""

from dataclasses import dataclass


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
