"""Promise 3, the swap test of a talk: Aya or Ben has a worry without a name, and nothing that is left tells who."""

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from bot.app import Bot, build
from playground.company.small import small_company
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import tips
from storage.records import Kind, TipContent
from tests.anonymity import dump
from tests.anonymity.test_swap import CHANNELS, difference, new_database, settings_of, sweep, tick
from tests.conftest import FrozenClock
from tests.flows.conftest import MANIFEST, quick_to_close
from tests.flows.steps import BOT, ask, press, settle, shared, words
from tests.flows.test_home import form_of, home_of

__all__ = ["new_database", "quick_to_close"]

WORRY = TipContent(title="AIの下書きをどこまで直すべきか迷う", task="お客様へのメールで。", kind=Kind.WORRY)
SAID, ANSWERED, TAKEN_BACK = "いつやめればいいのか", "十分で手を止めています", "これは取り消します"


def standing(person: Person, action_id: str) -> dict[str, Any]:
    """The newest message of somebody's DM with this button."""

    def look() -> dict[str, Any] | None:
        return next((one for one in reversed(person.dm()) if action_id in str(one.get("blocks"))), None)

    found = eventually(look)
    assert found is not None
    return found


def talk(bot: Bot, slack: LocalSlack, who: Person, people: tuple[Person, ...], chie: Person) -> None:
    """Chie can talk about the worry of `who`; both say something; it ends. Everybody has come by as often."""
    press(chie, ask(chie, "お客様へのメールの下書き、どこまで直す？"), "company.echo")
    settle(bot, slack)
    press(chie, ask(chie, "お客様へのメールの下書き、どこまで直す？"), "company.talk")
    chie.submit(form_of(chie)["id"], {"line": {"value": "わたしも去年悩みました"}})
    settle(bot, slack)
    come_by(bot, slack, people)
    home = home_of(who, "company.yes")
    who.click_in_view(home["id"], "company.yes")
    there, root = standing(chie, "company.end"), standing(who, "company.lift")
    settle(bot, slack)
    who.post(BOT, SAID, thread_ts=root["ts"])
    settle(bot, slack)
    assert any(SAID in words(one) for one in chie.thread(BOT, there["ts"]))
    chie.post(BOT, ANSWERED, thread_ts=there["ts"])
    taken_back = chie.post(BOT, TAKEN_BACK, thread_ts=there["ts"])
    settle(bot, slack)
    come_by(bot, slack, people)
    assert any(ANSWERED in words(one) for one in who.thread(BOT, root["ts"]))
    chie.delete(BOT, taken_back)
    settle(bot, slack)
    come_by(bot, slack, people)
    assert not any(TAKEN_BACK in words(one) for one in who.thread(BOT, root["ts"]))


def come_by(bot: Bot, slack: LocalSlack, people: tuple[Person, ...]) -> None:
    for person in people:
        person.post(BOT, "ありがとう")
        settle(bot, slack)
        person.open_home()
        settle(bot, slack)


@dataclass(frozen=True)
class Left:
    """What is left of a talk: rows by table, the bot's log lines, what it shows to others, the bytes of every file."""

    rows: dict[str, Counter[str]]
    logged: Counter[str]
    told: Counter[str]
    raw: bytes


def run(name: str, url: str, folder: Path, caplog: pytest.LogCaptureFixture) -> list[Left]:
    """What there is while the talk of Aya or Ben with Chie goes on, and after its end."""
    dump.wait_for_others()
    clock = FrozenClock()
    with LocalSlack(
        small_company(), manifest=MANIFEST, redelivery_seconds=(1.0, 2.0, 3.0), ack_timeout=5.0, rate_limits=False
    ) as slack:
        aya, ben, chie, dan = (slack.person(one) for one in ("aya", "ben", "chie", "dan"))
        for person in (aya, ben):
            person.set_profile(locale="ja-JP", tz="Asia/Tokyo")
        who, other = (aya, ben) if name == "aya" else (ben, aya)
        bot = build(settings_of(slack, url, folder), clock=clock)
        with bot.serving(drain_seconds=0):
            slack.wait_connected()
            caplog.clear()
            shared(bot, WORRY, author=who.id, anonymously=True)
            talk(bot, slack, who, (aya, ben), chie)
            known = {one.open_messages_tab(): f"<dm of {one.handle}>" for one in (aya, ben, chie, dan)}

            def look() -> Left:
                tick(bot, slack)
                sweep(bot, clock)
                ours = [one for one in caplog.records if one.name.startswith("bot")]
                told = [*dump.told(chie), *dump.told(dan), *dump.shown(other, CHANNELS), *dump.shown(chie, CHANNELS)]
                return Left(
                    {table: dump.lines(found, known) for table, found in dump.tables(bot.world.db).items()},
                    dump.lines([f"{one.levelname} {one.getMessage()}" for one in ours], known),
                    dump.lines(told, known),
                    dump.raw(bot),
                )

            going_on = look()
            who.click(BOT, standing(who, "company.end")["ts"], "company.end")
            settle(bot, slack)
            return [going_on, look()]


def test_promise_3_a_talk_leaves_nothing_that_tells_whose_worry_it_is(
    new_database: Callable[[str], str],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(secrets, "randbelow", lambda below: below // 2)
    caplog.set_level("DEBUG", logger="bot")
    runs = []
    for name, drawn in {"aya": count(1), "ben": count(1)}.items():
        monkeypatch.setattr(tips, "new_id", lambda ids=drawn: f"{next(ids):032x}")
        runs.append(run(name, new_database(name), tmp_path / name / "data", caplog))
    for of_aya, of_ben in zip(*runs, strict=True):
        assert sum(of_aya.rows["talks"].values()) == 1
        assert difference(of_aya.rows, of_ben.rows) == {}
        assert of_aya.told == of_ben.told
        assert of_aya.logged == of_ben.logged
        for left in (of_aya, of_ben):
            assert not [said for said in (SAID, ANSWERED, TAKEN_BACK) if said.encode() in left.raw]
    assert [sum(left.rows["talk_lines"].values()) for left in runs[0]] == [2, 2]
