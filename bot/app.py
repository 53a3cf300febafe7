"""Joins all parts; the only place that does. Production and tests are wired here alike.

bot = build(settings)
with bot.serving():      # Socket Mode, jobs, or both
…
"""

import logging
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypedDict
from urllib.parse import urlsplit

from slack_bolt import App

from bot import answer, capture, circulate
from bot.answer import finding
from bot.answer.embedding import embed_or_wait
from bot.config import Settings
from bot.errors import Refused, SetupError
from bot.jobs import Chore, Engine, migrate_engine
from bot.jobs.work import do
from bot.llm import EmbedderSettings, ModelSettings, open_embedder, open_model
from bot.llm.settings import LOCAL, OFF
from bot.ports import Clock, Embedder, Job, Model, Rules, Step, World
from bot.slack import edge
from bot.slack.calls import call, reading_client, writing_client
from bot.slack.failures import explain_failure, explain_refusal
from bot.slack.files import SlackFiles
from bot.slack.reading import SlackReading
from bot.slack.speaking import SlackSpeaking
from bot.slack.taking import is_said
from bot.trust.identity import PepperKeys, keyed, open_keys
from storage import peppers, spending
from storage import search as searching
from storage.database import Database, check_migrations, hold_single_process, migrate, open_database
from storage.records import NewRequest, Request
from storage.search import open_index

log = logging.getLogger(__name__)

ROOMS = (capture, circulate, answer)
"""In this order Bolt asks them whose message it is: captures first, any other word to the bot is a question."""

DRAIN_SECONDS = 20

_FOLLOW_SECONDS = 1.0
_LOOK_SECONDS = 1.0

_OPENAI = "https://api.openai.com/v1"


class SystemClock:
    """The clock on the wall."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True)
class Identity:
    """Who the bot is in its workspace, as Slack's auth.test says."""

    team_id: str
    user_id: str


@dataclass(frozen=True)
class Bot:
    """All parts, joined and at rest."""

    settings: Settings
    identity: Identity
    world: World
    engine: Engine
    slack_app: App

    @property
    def jobs(self) -> Mapping[str, Job]:
        """Each kind's job; after words to the bot, what waits for who said them."""
        return {kind: then_what_waits(job) for room in ROOMS for kind, job in room.JOBS.items()}

    def work(self, request_id: str, step: object) -> None:
        do(
            request_id,
            step,  # type: ignore[arg-type] # a Step; mypy does not see a method as the port's callable
            world=self.world,
            jobs=self.jobs,
            explain=explain_refusal,
            explain_failure=explain_failure,
        )

    @property
    def chores(self) -> tuple[Chore, ...]:
        """What goes on beside the jobs: each process keeps its own index, one of all embeds."""
        world = self.world
        return (
            Chore("index", lambda: searching.catch_up(world.db, world.index), _FOLLOW_SECONDS),
            Chore("vectors", lambda: finding.load_meanings(world), _FOLLOW_SECONDS),
            Chore("purge", lambda: searching.purge(world.index), self.settings.tick_seconds),
            Chore("embedder", lambda: embed_or_wait(world), _FOLLOW_SECONDS, alone=True),
        )

    def tick(self) -> None:
        """Does what is due by the clock: reminders, expiries. A room that fails is logged, and holds no other up."""
        for room in ROOMS:
            try:
                room.tick(self.world)
            except Exception:
                log.exception("what is due in %s failed and will be tried again", room.__name__)

    @contextmanager
    def serving(self, *, listen: bool = True, work: bool = True, drain_seconds: int = DRAIN_SECONDS) -> Iterator[None]:
        """Listens over Socket Mode, does jobs, or both, until the block ends; then running jobs get time to end."""
        with ExitStack() as stack:
            stack.callback(self.close)
            if work:
                stack.enter_context(hold_single_process(self.world.db))
                self.engine.launch(self.work, self.tick, self.chores, accepts_elsewhere=not listen)
                stack.callback(self.engine.drain, drain_seconds)
            if listen:
                handler = edge.socket_mode(self.slack_app, _app_token(self.settings), self.slack_app.client)
                handler.connect()  # type: ignore[no-untyped-call] # Bolt's own
                stack.callback(handler.close)
            yield

    def close(self) -> None:
        self.engine.close()
        self.world.speaking.close()
        self.world.db.close()


def then_what_waits(job: Job) -> Job:
    """The job, and after any word to the bot what waits for who said it, also where the word itself is refused."""

    def done(world: World, request: Request, step: Step) -> None:
        refused = None
        try:
            job(world, request, step)
        except Refused as error:
            refused = error
        if is_said(request):
            answer.came_by(world, request)
            circulate.came_by(world, request)
        if refused is not None:
            raise refused

    return done


def open_storage(settings: Settings, clock: Clock) -> Database:
    """The database of these settings, not looked at yet."""
    return open_database(settings.database_url, now=clock.now, sqlite_synchronous=settings.sqlite_synchronous)


def migrate_all(db: Database) -> None:
    """Brings the bot's tables and the job engine's to what this code needs."""
    migrate(db)
    migrate_engine(db.url)


def build(
    settings: Settings, *, clock: Clock | None = None, model: Model | None = None, embedder: Embedder | None = None
) -> Bot:
    """The bot, joined. Raises SetupError for what the operator has to mend, storage's Behind for missing migrations."""
    clock = clock or SystemClock()
    if settings.slack_bot_token is None:
        raise SetupError("errors.no_bot_token")
    token = settings.slack_bot_token.get_secret_value()
    reads, writes = (make(token, settings.slack_api_url) for make in (reading_client, writing_client))
    me = call(reads.auth_test)
    identity = Identity(team_id=str(me["team_id"]), user_id=str(me["user_id"]))
    db = open_storage(settings, clock)
    check_migrations(db)
    speaking = SlackSpeaking(db, reads, writes, team_id=identity.team_id)
    world = World(
        db=db,
        index=open_index(db, settings.data_dir / "index"),
        clock=clock,
        reading=SlackReading(
            reads, team_id=identity.team_id, domain=_domain(str(me["url"])), default_language=settings.language
        ),
        speaking=speaking,
        files=SlackFiles(db, speaking, (reads, writes), team_id=identity.team_id),
        model=model or _model(settings, db, identity.team_id, clock.now),
        embedder=embedder or _embedder(settings, db, identity.team_id, clock.now),
        keys=open_pepper(settings, db),
        rules=rules(settings),
        redraw_home=lambda team_id, user_id: circulate.redraw_home(world, team_id, user_id),
    )
    engine = Engine(db, executor_id=settings.executor_id, tick_seconds=settings.tick_seconds)
    secret = settings.slack_signing_secret
    slack_app = edge.bolt_app(
        writes,
        secret.get_secret_value() if secret else None,
        world=world,
        team_id=identity.team_id,
        bot_user_id=identity.user_id,
    )

    def accept(new: NewRequest) -> Request | None:
        return engine.accept(keyed(new, world.keys))

    # before all others: what is said in a talk is neither a question nor know-how, whatever it says
    circulate.register_talks(slack_app, world, accept)
    for room in ROOMS:
        room.register(slack_app, world, accept)
    edge.catch_the_rest(slack_app)
    return Bot(settings, identity, world, engine, slack_app)


@contextmanager
def offline(settings: Settings, team_id: str) -> Iterator[World]:
    """The world for one command beside a running bot: it reads Slack if there is a token, and says nothing there."""
    clock = SystemClock()
    with ExitStack() as stack:
        db = open_storage(settings, clock)
        stack.callback(db.close)
        check_migrations(db)
        token = settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else ""
        reads, writes = (make(token, settings.slack_api_url) for make in (reading_client, writing_client))
        index = open_index(db, settings.data_dir / "index")
        speaking = SlackSpeaking(db, reads, writes, team_id=team_id)
        yield World(
            db=db,
            index=index,
            clock=clock,
            reading=SlackReading(reads, team_id=team_id, domain="", default_language=settings.language),
            speaking=speaking,
            files=SlackFiles(db, speaking, (reads, writes), team_id=team_id),
            model=_model(settings, db, team_id, clock.now),
            embedder=_embedder(settings, db, team_id, clock.now),
            keys=open_pepper(settings, db),
            rules=rules(settings),
            redraw_home=lambda _team_id, _user_id: None,
        )


def open_pepper(settings: Settings, db: Database) -> PepperKeys:
    """The keys behind the hashes. Raises SetupError when they cannot be read, or are gone though hashes stand."""
    if not settings.pepper_path.exists() and peppers.in_use(db):
        raise SetupError("errors.pepper_missing", file=str(settings.pepper_path))
    return open_keys(settings.pepper_path)


def rules(settings: Settings) -> Rules:
    return Rules(
        emoji=settings.capture_emoji,
        language=settings.language,
        card_working_days=settings.card_working_days,
        reminder_working_days=settings.reminder_working_days,
        pointer_working_days=settings.pointer_working_days,
        anonymous_delay_minutes=settings.anonymous_delay_minutes,
        model=_told_model(settings),
        embedder=_told_embedder(settings),
        monthly_budget_usd=settings.llm_monthly_budget_usd,
    )


def _told_model(settings: Settings) -> str | None:
    """The model and its endpoint's host, as people are told where words go."""
    if settings.openai_api_key is None and settings.openai_base_url is None:
        return None
    return f"{settings.llm_model} ({urlsplit(settings.openai_base_url or _OPENAI).hostname})"


def _told_embedder(settings: Settings) -> str | None:
    """The same of an embedding model that is not on this machine."""
    if settings.embedder in (LOCAL, OFF):
        return None
    base_url = settings.embedder_base_url or settings.openai_base_url or _OPENAI
    return f"{settings.embedder} ({urlsplit(base_url).hostname})"


def _model(settings: Settings, db: Database, team_id: str, now: Callable[[], datetime]) -> Model:
    return open_model(
        ModelSettings(
            api_key=settings.openai_api_key.get_secret_value() if settings.openai_api_key else None,
            base_url=settings.openai_base_url,
            model=settings.llm_model,
            timeout_seconds=settings.llm_timeout_seconds,
            context_tokens=settings.llm_context_tokens,
            max_output_tokens=settings.llm_max_output_tokens,
            monthly_budget_usd=settings.llm_monthly_budget_usd,
            price_input=settings.llm_price_input,
            price_output=settings.llm_price_output,
        ),
        **_books(db, team_id, now),
    )


def _embedder(settings: Settings, db: Database, team_id: str, now: Callable[[], datetime]) -> Embedder:
    key = settings.embedder_api_key or settings.openai_api_key
    return open_embedder(
        EmbedderSettings(
            name=settings.embedder,
            api_key=key.get_secret_value() if key else None,
            base_url=settings.embedder_base_url or settings.openai_base_url,
            monthly_budget_usd=settings.llm_monthly_budget_usd,
            price=settings.embedder_price,
        ),
        **_books(db, team_id, now),
    )


class _Books(TypedDict):
    spent: Callable[[], float]
    record: Callable[[str, str, int, int, float], None]


def _books(db: Database, team_id: str, now: Callable[[], datetime]) -> _Books:
    """What was spent this month, and how a call is added to it."""

    def month() -> str:
        return spending.month_of(now())

    return {
        "spent": lambda: spending.of_month(db, team_id, month()).cost_usd,
        "record": lambda task, model, tokens_in, tokens_out, cost: spending.add(
            db,
            team_id,
            month(),
            task=task,
            model=model,
            input_tokens=tokens_in,
            output_tokens=tokens_out,
            cost_usd=cost,
        ),
    }


def _domain(url: str) -> str:
    """The workspace's part of https://<domain>.slack.com/."""
    return (urlsplit(url).hostname or "").partition(".")[0]


def _app_token(settings: Settings) -> str:
    if settings.slack_app_token is None:
        raise SetupError("errors.no_app_token")
    return settings.slack_app_token.get_secret_value()


def until_told_to_stop() -> None:
    """Blocks until SIGTERM or SIGINT."""
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    # a signal that another thread was given wakes nobody: it is heard at the next look
    while not stop.wait(_LOOK_SECONDS):
        pass
