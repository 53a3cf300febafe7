"""A question that found nothing is looked for again by the embedder that serves, also while another one takes over."""

from pathlib import Path

import pytest

from bot.circulate.digest import sending
from storage import conversations, meanings, search, unasked
from storage.database import Database
from storage.records import Meaning
from tests.conftest import FrozenClock
from tests.rounds import CHIE, MONDAY, Rounds, shared
from tests.storage.meaning_steps import KEY, embed, vector
from tests.storage.steps import TEAM

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

WORDS = "minutes of the weekly meeting with a glossary"


def test_a_question_is_asked_of_the_embedder_that_serves(db: Database, clock: FrozenClock, tmp_path: Path) -> None:
    rounds, asked_of = Rounds(db), []
    index = search.open_index(db, tmp_path / "index")
    world = rounds.world(index)

    def question(text: str, key: str | None = None) -> Meaning:
        asked_of.append(key)
        return Meaning(key or "new/1", vector(text))

    world.embedder.key, world.embedder.question = "new/1", question
    unasked.change_rhythm(db, TEAM, CHIE, digest_at=MONDAY)
    asked = {"team_id": TEAM, "question_id": "q1", "asker_id": CHIE, "text": WORDS}
    conversations.ask(db, **asked, language="en", channel_id="D1", thread_ts="1.0")  # type: ignore[arg-type]
    conversations.note_answer(db, TEAM, "q1", "unanswered", [])
    clock.advance(minutes=1)
    shared(db, "1.1", title=WORDS, channel="C9")
    embed(db)
    meanings.begin(db, "new/1")
    clock.moment = MONDAY
    sending.tick(world)
    assert asked_of == [KEY]
    assert "your question" in rounds.blocks(CHIE)
