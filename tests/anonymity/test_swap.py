"""Promise 3, the swap test: Aya or Ben says the same words without a name, and nothing that is left tells which."""

import re
import secrets
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.app import Bot, build
from bot.config import Settings
from playground.company.small import small_company
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import settings as stored
from storage import tips
from tests.anonymity import dump
from tests.conftest import FrozenClock, do_alone
from tests.flows.conftest import MANIFEST, quick_to_close
from tests.flows.steps import BOT, TEAM, ask, card_of, confirmed, find, press, settle, tips_seen, trusting, words
from tests.flows.test_home import form_of, home_of

__all__ = ["quick_to_close"]

BY_FORM = "見積もりの下書きは前提を三つ渡すと速い"
BY_DM = "翻訳は訳語を先に決めて渡すと直しが減りました。"
BY_EMOJI = "議事録は用語集を先に渡すと誤変換が減ります。"
QUESTION = "契約書の英訳をAIに頼むときの注意は？"
PRECIOUS = re.compile(rb'"card": \{|"given": \{|share_anonymously|asked_as|"reply_to"')
"""What stands in the payload of a request, which is swept."""

_SOCKET = "(session id: "
"""What Slack's SDK says of its connection, before or after the story begins."""

CHANNELS = ("#general", "#ai-tips")


@dataclass(frozen=True)
class Left:
    """What one run leaves behind, by where it lies."""

    rows: dict[str, Counter[str]]
    logs: Counter[str]
    shown: Counter[str]
    raw: bytes
    index: Counter[tuple[str, bytes]]
    known: dict[str, str]


def share(person: Person, card: dict[str, Any]) -> None:
    """Without a name, from the card, until it says so."""

    def said() -> int:
        return sum("名前を出さずに共有しました" in words(message) for message in person.dm())

    before = said()
    confirmed(person, card)
    eventually(lambda: said() > before)


def scenario(bot: Bot, slack: LocalSlack, clock: FrozenClock, who: Person, chie: Person) -> None:
    """`who` shares by form, DM and emoji, and asks colleagues, all without a name."""
    trusting(bot, chie)
    stored.change_workspace(bot.world.db, TEAM, questions_channel_id="C0GENERAL")
    who.slash("/share-tip")
    form = form_of(who)
    who.submit(form["id"], {"title": {"value": BY_FORM}, "task": {"value": "見積もりを早く出すため"}})
    share(who, card_of(who, BY_FORM))
    settle(bot, slack)

    who.post(BOT, f"共有: {BY_DM}")
    offer = find(who, "フォーム")
    who.click(BOT, offer["ts"], "capture.edit")
    who.submit(form_of(who)["id"], {})
    share(who, card_of(who, BY_DM[:10]))
    settle(bot, slack)

    told = who.post("#ai-tips", BY_EMOJI)
    chie.react("#ai-tips", told, "bulb")
    card = card_of(who, BY_EMOJI[:10])
    settle(bot, slack)
    share(who, card)
    settle(bot, slack)

    reply = ask(who, QUESTION)
    who.click(BOT, reply["ts"], "answer.ask_colleagues")
    assert who.submit(form_of(who)["id"], {"name": {"value": "anonymous"}})["result"] == "closed"
    find(who, "名前を出さずにお尋ねします")
    settle(bot, slack)
    clock.advance(minutes=20)
    tick(bot, slack)


def afterwards(
    bot: Bot, slack: LocalSlack, clock: FrozenClock, who: Person, people: tuple[Person, Person], chie: Person
) -> None:
    """The tips come out and are used, both Aya and Ben come by, and `who` withdraws one again."""
    clock.advance(hours=5)
    tick(bot, slack)
    press(chie, ask(chie, "議事録、みんなはどう書いてる？"), "answer.ask_author")
    chie.submit(form_of(chie)["id"], {"question": {"value": "どのモデルですか"}})
    settle(bot, slack)
    for person in people:
        person.post(BOT, "ありがとう")
        settle(bot, slack)
        person.open_home()
    settle(bot, slack)
    [regretted] = [tip.id for tip in tips_seen(bot) if tip.content.title == BY_FORM]
    who.click_in_view(home_of(who, BY_FORM)["id"], "capture.withdraw_tip", value=regretted)
    find(who, "取り下げました")
    settle(bot, slack)
    chie.open_home()
    tick(bot, slack)
    eventually(lambda: "契約書の英訳" in str(chie.home()))


def tick(bot: Bot, slack: LocalSlack) -> None:
    bot.tick()
    settle(bot, slack)
    bot.chores[0].do()
    bot.chores[1].do()


def sweep(bot: Bot, clock: FrozenClock) -> None:
    for _ in range(3):
        clock.advance(minutes=2)
        bot.engine.tidy()


def run(who: str, url: str, folder: Path, caplog: pytest.LogCaptureFixture) -> Left:
    """One run of the scenario on a company, a database and a data folder of its own."""
    dump.wait_for_others()
    clock = FrozenClock()
    with LocalSlack(
        small_company(), manifest=MANIFEST, redelivery_seconds=(1.0, 2.0, 3.0), ack_timeout=5.0, rate_limits=False
    ) as slack:
        aya, ben, chie = (slack.person(name) for name in ("aya", "ben", "chie"))
        for person in (aya, ben):
            person.set_profile(locale="ja-JP", tz="Asia/Tokyo")
        built = build(settings_of(slack, url, folder), clock=clock)
        with built.serving(drain_seconds=0):
            slack.wait_connected()
            caplog.clear()
            sharing, other = (aya, ben) if who == "aya" else (ben, aya)
            scenario(built, slack, clock, sharing, chie)
            afterwards(built, slack, clock, sharing, (aya, ben), chie)
            sweep(built, clock)
            logged = [
                f"{one.name} {one.levelname} {one.getMessage()} {one.exc_text or ''}"
                for one in caplog.records
                if _SOCKET not in one.getMessage()
            ]
            people = (aya, ben, chie)
            known = {person.open_messages_tab(): f"<dm of {person.handle}>" for person in people}
            told = [*dump.told(chie), *dump.told(slack.person("dan"))]
            for reader, channels in ((chie, CHANNELS), (slack.person("dan"), ("#ai-tips",)), (other, CHANNELS)):
                told += dump.shown(reader, channels)
            rows = {name: dump.lines(found, known) for name, found in dump.tables(built.world.db).items()}
            rows["files"] = dump.lines(dump.files(built), known)
            said = dump.lines(logged, known), dump.lines(told, known)
            return Left(rows, *said, dump.raw(built), dump.index(built), known)


def settings_of(slack: LocalSlack, url: str, folder: Path) -> Settings:
    return Settings(
        _env_file=None,
        slack_bot_token=slack.bot_token,
        slack_app_token=slack.app_token,
        slack_signing_secret=slack.signing_secret,
        slack_api_url=slack.api_url,
        database_url=url,
        YORIDOKORO_DATA_DIR=folder,
        YORIDOKORO_TICK_SECONDS=3600,
        YORIDOKORO_EMBEDDER="off",
    )


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Gives a migrated database of this name, once on each kind."""
    if request.param == "sqlite":
        template = request.getfixturevalue("sqlite_template")

        def copy(name: str) -> str:
            return f"sqlite:///{shutil.copy(template, tmp_path / f'{name}.db')}"

        yield copy
        return
    server = sa.make_url(request.getfixturevalue("postgres"))
    template, made = request.getfixturevalue("postgres_template"), list[str]()

    def create(name: str) -> str:
        made.append(f"t{name}{secrets.token_hex(6)}")
        do_alone(server, f"create database {made[-1]} template {template}")
        return server.set(database=made[-1]).render_as_string(hide_password=False)

    yield create
    for name in made:
        do_alone(server, f"drop database {name} with (force)")


def test_promise_3_the_swap_test_nothing_left_tells_whose_words_they_were(
    new_database: Callable[[str], str],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # the same draws in both runs; the tips' ids too, for the index's files are packed
    monkeypatch.setattr(secrets, "randbelow", lambda below: below // 2)
    drawn = {"aya": count(1), "ben": count(1)}
    caplog.set_level("INFO")
    caplog.set_level("DEBUG", logger="bot")
    runs = []
    for who, ids in drawn.items():
        monkeypatch.setattr(tips, "new_id", lambda ids=ids: f"{next(ids):032x}")
        runs.append(run(who, new_database(who), tmp_path / who / "data", caplog))
    aya, ben = runs
    assert sum(aya.rows["tips"].values()) == 3
    assert sum(aya.rows["open_questions"].values()) == 1
    assert difference(aya.rows, ben.rows) == {}
    assert aya.shown == ben.shown
    assert aya.logs == ben.logs
    assert sum(name.endswith(".store") for name, _ in aya.index) == 1
    assert aya.index == ben.index
    for left in (aya, ben):
        assert not re.search(PRECIOUS, left.raw)


def difference(one: dict[str, Counter[str]], other: dict[str, Counter[str]]) -> dict[str, tuple[list[str], list[str]]]:
    """The lines of each table that only one of them has."""
    return {
        name: (sorted(one[name] - other[name]), sorted(other[name] - one[name]))
        for name in sorted(one.keys() | other.keys())
        if one[name] != other[name]
    }
