"""Settings: from the environment and from .env, checked once, and never told."""

from pathlib import Path

import pytest

from bot.config import Settings, load_settings
from bot.errors import SetupError
from bot.texts import say


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, field in Settings.model_fields.items():
        monkeypatch.delenv(str(field.alias or name.upper()), raising=False)
    return tmp_path


def test_nothing_has_to_be_set() -> None:
    settings = load_settings()
    assert settings.slack_bot_token is None
    assert settings.database_url == "sqlite:///var/yoridokoro.db"
    assert settings.capture_emoji == ("bulb",)
    assert settings.pepper_path == Path("var/pepper.json")
    assert settings.slack_api_url == "https://slack.com/api/"


def test_the_environment_goes_before_the_file(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (nowhere / ".env").write_text(
        "SLACK_BOT_TOKEN=xoxb-file\nYORIDOKORO_EMOJI=':bulb:, memo'\nYORIDOKORO_DATA_DIR=kept\n"
    )
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-environment")
    settings = load_settings()
    assert settings.slack_bot_token is not None
    assert settings.slack_bot_token.get_secret_value() == "xoxb-environment"
    assert settings.capture_emoji == ("bulb", "memo")
    assert settings.pepper_path == Path("kept/pepper.json")


def test_an_empty_token_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "")
    monkeypatch.setenv("OPENAI_API_KEY", "")
    assert (load_settings().slack_bot_token, load_settings().openai_api_key) == (None, None)


def test_an_address_of_slack_ends_in_a_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:1/api")
    assert load_settings().slack_api_url == "http://127.0.0.1:1/api/"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "70000"),
        ("PORT", "eighty"),
        ("YORIDOKORO_LANGUAGE", "de"),
        ("YORIDOKORO_CARD_WORKING_DAYS", "0"),
        ("YORIDOKORO_TICK_SECONDS", "-1"),
        ("YORIDOKORO_LLM_MONTHLY_BUDGET_USD", "-5"),
        ("YORIDOKORO_LOG_LEVEL", "LOUD"),
    ],
)
def test_a_wrong_setting_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SetupError) as wrong:
        load_settings()
    said = say("en", wrong.value.text_key, **wrong.value.values)
    assert name in said
    assert value not in said


def test_all_wrong_settings_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "0")
    monkeypatch.setenv("YORIDOKORO_LANGUAGE", "fr")
    with pytest.raises(SetupError) as wrong:
        load_settings()
    assert "PORT" in str(wrong.value.values)
    assert "YORIDOKORO_LANGUAGE" in str(wrong.value.values)


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-very-secret")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    settings = load_settings()
    assert "very-secret" not in f"{settings!r} {settings} {settings.model_dump()}"
