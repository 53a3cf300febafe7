"""Insights, end to end: a button in Home, pictures with their figures in words, and the same by a command."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.app import Bot
from bot.commands import main
from bot.config import Settings
from playground.company.model import Member
from playground.company.small import small_company
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import settings as chosen
from storage.records import Language
from tests.flows.conftest import MANIFEST
from tests.flows.steps import TEAM, Message, find, settle
from tests.storage.lived import Done, lay

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def slack() -> Iterator[LocalSlack]:
    """A company in which there are those who did something."""
    company = small_company()
    people = (Member(f"U{number:02}", f"person{number}", f"Person {number}") for number in range(20))
    company = replace(company, members=(*company.members, *people))
    with LocalSlack(company, manifest=MANIFEST, redelivery_seconds=(0.1, 1.0, 15.0), rate_limits=False) as running:
        yield running


def lived(bot: Bot) -> None:
    """Twelve weeks of a community; the worries are many and the people without a name, too."""
    done = [Done("ask", who, day, place="C0AITIPS") for day in range(25, 95, 7) for who in range(6 + day % 5)]
    done += [Done("share", who, 40, language="en" if who < 6 else "ja", place="C0AITIPS") for who in range(14)]
    done += [Done("share", who, 40, kind="worry", place="C0AITIPS") for who in range(30, 60)]
    done += [Done("share", who, 40, named=False, place="C0AITIPS") for who in range(60, 90)]
    done += [Done("try", who, 35, outcome="worked" if who < 8 else "failed", place="C0AITIPS") for who in range(14)]
    lay(bot.world.db, done, TEAM)


def home_with(person: Person, part: str) -> Message:
    person.open_home()
    found: Message = eventually(lambda: (shown := person.home()) and part in str(shown) and shown)
    return found


def pictures(person: Person) -> list[Message]:
    return [file for message in person.dm() for file in message.get("files", ())]


@pytest.mark.parametrize(
    ("language", "weeks", "alt"), [("ja", "活動のようす", "10人以上"), ("en", "weeks up to", "10+")]
)
def test_a_host_sees_pictures_with_their_figures_in_words(
    bot: Bot, slack: LocalSlack, ben: Person, aya: Person, language: Language, weeks: str, alt: str
) -> None:
    lived(bot)
    chosen.change_workspace(bot.world.db, TEAM, host_ids=(ben.id,))
    chosen.change_person(bot.world.db, TEAM, ben.id, language=language)
    home = home_with(ben, "insights.show")
    ben.click_in_view(str(home["id"]), "insights.show")
    find(ben, weeks)
    settle(bot, slack)
    shown = pictures(ben)
    assert [file["mimetype"] for file in shown] == ["image/png"] * 4
    assert alt in shown[0]["alt_txt"]
    assert all(file["title"] and len(file["alt_txt"]) <= 1_000 for file in shown)
    assert "#ai-tips" in shown[3]["alt_txt"]
    assert "insights.show" not in str(home_with(aya, "home.share"))
    assert pictures(aya) == []


@pytest.mark.usefixtures("bot")
def test_an_operator_gets_the_same_by_command(slack: LocalSlack, settings: Settings, tmp_path: Path) -> None:
    environment = {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": settings.database_url,
        "YORIDOKORO_DATA_DIR": str(settings.data_dir),
        "YORIDOKORO_EMBEDDER": "off",
    }

    def run(*how: str) -> str:
        done = CliRunner().invoke(main, ("insights", "--workspace", TEAM, *how), env=environment)
        assert done.exit_code == 0, done.output
        return done.stdout

    told = json.loads(run("--language", "ja"))
    assert len(told["weeks"]) == 12
    assert told["weeks"][0]["people"] == 0
    assert "5人未満" in told["words"]["people"]
    for form, start in (("svg", b"<?xml"), ("png", b"\x89PNG")):
        files = run("--format", form, "--language", "en", "--out", str(tmp_path / "out")).split()
        assert [Path(file).name for file in files] == [
            f"insights-{name}.en.{form}" for name in ("people", "sharing", "answers", "places")
        ]
        assert all(Path(file).read_bytes().startswith(start) for file in files)
