"""Every setting, read from the environment and `.env`, and checked once at start."""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SetupError


class Settings(BaseSettings):
    """The operator's settings. README and docs/operating.md list each one; a test holds them to this class."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, populate_by_name=True, hide_input_in_errors=True
    )

    slack_bot_token: SecretStr | None = Field(None, description="Bot token of your Slack app (xoxb-…).")
    slack_app_token: SecretStr | None = Field(None, description="App-level token for Socket Mode (xapp-…).")
    slack_signing_secret: SecretStr | None = Field(None, description="Signing secret, for HTTP mode only.")
    slack_api_url: str = Field("https://slack.com/api/", description="Another Web API root, for stand-ins of Slack.")
    database_url: str = Field("sqlite:///var/yoridokoro.db", description="SQLite by default; PostgreSQL at scale.")
    openai_api_key: SecretStr | None = Field(
        None, description="Key of the model endpoint. Without it the bot is plainer."
    )
    openai_base_url: str | None = Field(None, description="An OpenAI-compatible endpoint; OpenAI's own by default.")
    llm_model: str = Field("gpt-5-mini", description="Name of the model at that endpoint.")
    port: int = Field(3000, ge=1, le=65535, description="Port of the HTTP mode and of the health check.")

    data_dir: Path = Field(Path("var"), alias="YORIDOKORO_DATA_DIR", description="Search index and pepper lie here.")
    pepper_file: Path | None = Field(
        None,
        alias="YORIDOKORO_PEPPER_FILE",
        description="Secret behind the keyed hashes; pepper.json in the data folder by default. Back it up apart.",
    )
    emoji: str = Field(
        "bulb",
        alias="YORIDOKORO_EMOJI",
        description="Emoji that capture, by name, comma-separated, where no admin chose others.",
    )
    language: Literal["ja", "en"] = Field(
        "ja", alias="YORIDOKORO_LANGUAGE", description="Language for people whose own is unknown."
    )
    card_working_days: int = Field(
        10, ge=1, le=60, alias="YORIDOKORO_CARD_WORKING_DAYS", description="How long a card waits for its author."
    )
    reminder_working_days: int = Field(
        5, ge=1, le=60, alias="YORIDOKORO_REMINDER_WORKING_DAYS", description="When a waiting author is reminded, once."
    )
    pointer_working_days: int = Field(
        2, ge=1, le=60, alias="YORIDOKORO_POINTER_WORKING_DAYS", description="From when a public capture is pointed at."
    )
    anonymous_delay_minutes: int = Field(
        240,
        ge=2,
        le=10_080,
        alias="YORIDOKORO_ANONYMOUS_DELAY_MINUTES",
        description="A tip without a name comes out at a random moment within these minutes.",
    )
    llm_timeout_seconds: float = Field(
        60, gt=0, alias="YORIDOKORO_LLM_TIMEOUT_SECONDS", description="Silence of the model after which it is given up."
    )
    llm_context_tokens: int = Field(
        32_000, ge=2_000, alias="YORIDOKORO_LLM_CONTEXT_TOKENS", description="What fits into one call of the model."
    )
    llm_max_output_tokens: int = Field(
        4_000, ge=200, alias="YORIDOKORO_LLM_MAX_OUTPUT_TOKENS", description="What the model may write in one call."
    )
    llm_monthly_budget_usd: float | None = Field(
        None, ge=0, alias="YORIDOKORO_LLM_MONTHLY_BUDGET_USD", description="Above it the bot works without a model."
    )
    llm_price_input: float = Field(
        0.0, ge=0, alias="YORIDOKORO_LLM_PRICE_INPUT", description="USD for a million tokens in, for the budget."
    )
    llm_price_output: float = Field(
        0.0, ge=0, alias="YORIDOKORO_LLM_PRICE_OUTPUT", description="USD for a million tokens out, for the budget."
    )
    embedder: str = Field(
        "local",
        min_length=1,
        alias="YORIDOKORO_EMBEDDER",
        description="Search by meaning: local (inside the package), off, or an embedding model's name.",
    )
    embedder_base_url: str | None = Field(
        None, alias="YORIDOKORO_EMBEDDER_BASE_URL", description="Endpoint of that model; OPENAI_BASE_URL by default."
    )
    embedder_api_key: SecretStr | None = Field(
        None, alias="YORIDOKORO_EMBEDDER_API_KEY", description="Key of that endpoint; OPENAI_API_KEY by default."
    )
    embedder_price: float = Field(
        0.0, ge=0, alias="YORIDOKORO_EMBEDDER_PRICE", description="USD for a million embedded tokens, for the budget."
    )
    sqlite_synchronous: Literal["NORMAL", "FULL"] = Field(
        "NORMAL", alias="YORIDOKORO_SQLITE_SYNCHRONOUS", description="FULL survives a power cut and is slower."
    )
    tick_seconds: float = Field(
        30, gt=0, alias="YORIDOKORO_TICK_SECONDS", description="How often it is looked what is due."
    )
    executor_id: str | None = Field(
        None, alias="YORIDOKORO_EXECUTOR_ID", description="Stable name of a worker; made from the host by default."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", alias="YORIDOKORO_LOG_LEVEL", description="How much is logged."
    )

    @field_validator(
        "slack_bot_token",
        "slack_app_token",
        "slack_signing_secret",
        "openai_api_key",
        "embedder_api_key",
        "embedder_base_url",
        mode="before",
    )
    @classmethod
    def _empty_is_unset(cls, value: str | None) -> str | None:
        return value or None

    @field_validator("slack_api_url")
    @classmethod
    def _ends_in_slash(cls, value: str) -> str:
        return value.rstrip("/") + "/"

    @property
    def capture_emoji(self) -> tuple[str, ...]:
        """At least one: where none is named, the usual one."""
        return tuple(name.strip(" :") for name in self.emoji.split(",") if name.strip(" :")) or ("bulb",)

    @property
    def pepper_path(self) -> Path:
        return self.pepper_file or self.data_dir / "pepper.json"


def load_settings() -> Settings:
    """The settings of this process. Raises SetupError naming each wrong one, never its value."""
    try:
        return Settings()
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc'])).upper()}: {e['msg']}" for e in error.errors())
        raise SetupError("errors.settings_wrong", wrong=wrong) from None
