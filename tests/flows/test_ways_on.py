"""The ways on under a card and an answer: tried it, did it help. Confirmed in place, the last word wins."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.app import Bot
from bot.texts import say
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import feedback, requests, settings, tips, trials
from storage.records import Kind, Tip, TipContent, Trials, Viewer
from tests.conftest import FrozenClock
from tests.flows.steps import TEAM, Message, answer_in, ask, find, now, press, settle, shared, words

MINUTES = TipContent(
    title="議事録の要約は用語集つきで頼む",
    task="会議の議事録をまとめる",
    prompts=("次の用語集を必ず使って議事録を要約してください。",),
    tools=("ChatGPT",),
)
READER = Viewer(TEAM, "U0READER", is_full_member=True)
QUESTION = "議事録の要約のコツは？"


@pytest.fixture
def tip(bot: Bot) -> Tip:
    return shared(bot, MINUTES)


def answered(person: Person) -> Message:
    """The answer with its card, in the person's DM."""
    return ask(person, QUESTION)


def words_now(person: Person, answer: Message) -> str:
    """What an answer in the person's DM says now, all its messages together."""
    return "\n".join(words(one) for one in now(person, answer))


def sums_of(bot: Bot, tip: Tip) -> Trials:
    return trials.of_tips(bot.world.db, READER, [tip.id]).get(tip.id, Trials())


def whispered(person: Person, channel: str, root: str, part: str) -> Message:
    found: Message = eventually(
        lambda: next(
            (m for m in reversed(person.thread(channel, root)) if m.get("is_ephemeral") and part in words(m)), None
        )
    )
    return found


def rows(bot: Bot, table: str) -> list[tuple[object, ...]]:
    with bot.world.db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(f"select * from {table}"))]  # noqa: S608 - our own name


def test_a_trial_is_confirmed_in_the_dm_in_place_and_the_last_one_wins(
    bot: Bot, slack: LocalSlack, tip: Tip, aya: Person, ben: Person
) -> None:
    shown = answered(ben)
    press(ben, shown, "answer.tried", value=f"worked:{tip.id}")
    eventually(lambda: "Noted: *Worked*" in words_now(ben, shown))
    press(ben, shown, "answer.tried", value=f"failed:{tip.id}")
    eventually(lambda: "Noted: *Didn't work*" in words_now(ben, shown))
    assert "Noted: *Worked*" not in words_now(ben, shown)
    assert "試した人" not in words_now(ben, shown)
    assert sums_of(bot, tip) == Trials(failed=1)
    press(ben, shown, "answer.tried", value=f"failed:{tip.id}")
    settle(bot, slack)
    assert sums_of(bot, tip) == Trials(failed=1)
    assert words_now(ben, shown).count("Noted:") == 1
    assert "試した人: うまくいった 0 · 変えて 0 · だめだった 1" in words(ask(slack.person("chie"), QUESTION))
    assert "Ben" not in words(answered(slack.person("chie")))
    assert not [m for m in aya.dm() if "試" in words(m)]


def test_a_line_and_a_tool_can_be_added_and_are_redacted(bot: Bot, slack: LocalSlack, tip: Tip) -> None:
    chie = slack.person("chie")
    shown = answered(chie)
    press(chie, shown, "answer.tried", value=f"changed:{tip.id}")
    eventually(lambda: "「変えてうまくいった」と記録しました" in words_now(chie, shown))
    press(chie, shown, "answer.add_line")
    form = eventually(chie.views)[-1]
    line = {"tool": {"value": "Claude"}, "line": {"value": "kim@example.com に送って確かめた"}}
    assert chie.submit(form["id"], line)["result"] == "closed"
    saved = say("ja", "ways.trial_saved")
    eventually(lambda: any(message["text"] == saved for message in chie.dm()))
    (row,) = rows(bot, "trials")
    assert "Claude" in row
    assert "kim@example.com" not in str(row)
    assert "に送って確かめた" in str(row)


def test_in_a_channel_only_who_tapped_sees_what_was_noted(
    bot: Bot, slack: LocalSlack, tip: Tip, aya: Person, ben: Person
) -> None:
    root = aya.post("#general", f"@yoridokoro {QUESTION}")
    shown = answer_in(lambda: ben.thread("#general", root)[1:])
    press(ben, shown, "answer.tried", value=f"worked:{tip.id}", channel="#general")
    whispered(ben, "#general", root, "Noted: *Worked*")
    press(ben, shown, "answer.feedback", value=f"not_helpful:{question_of(shown)}", channel="#general")
    reasons = whispered(ben, "#general", root, "Noted: not helpful")
    ben.click("#general", reasons["ts"], "answer.reason_outdated")
    whispered(ben, "#general", root, "Noted: Out of date")
    settle(bot, slack)
    assert not [m for m in aya.thread("#general", root) if "Noted" in words(m)]
    assert sums_of(bot, tip) == Trials(worked=1)


@pytest.mark.parametrize("anonymously", [False, True])
def test_ones_own_tip_cannot_be_tried(bot: Bot, slack: LocalSlack, aya: Person, *, anonymously: bool) -> None:
    own = shared(bot, MINUTES, author=aya.id, anonymously=anonymously)
    shown = answered(aya)
    press(aya, shown, "answer.tried", value=f"worked:{own.id}")
    find(aya, "これはあなた自身の知恵です")
    settle(bot, slack)
    assert rows(bot, "trials") == []


def test_a_withdrawn_tip_takes_its_trials_with_it_and_takes_no_more(bot: Bot, tip: Tip, ben: Person) -> None:
    shown = answered(ben)
    press(ben, shown, "answer.tried", value=f"worked:{tip.id}")
    eventually(lambda: "Noted" in words_now(ben, shown))
    author = Viewer(TEAM, "U0AYA", is_full_member=True)
    tips.withdraw(bot.world.db, author, tip.id, lambda *_: False)
    assert rows(bot, "trials") == []
    press(ben, shown, "answer.tried", value=f"failed:{tip.id}")
    find(ben, "withdrawn or you can't see it")
    assert rows(bot, "trials") == []


def test_a_worry_has_no_trial_and_an_imported_tip_nobody_to_ask(bot: Bot, ben: Person) -> None:
    shared(bot, MINUTES.model_copy(update={"kind": Kind.WORRY, "prompts": ()}), anonymously=True)
    blocks = str(answered(ben)["blocks"])
    assert "answer.tried" not in blocks
    assert "answer.copy_prompt" not in blocks
    assert "answer.show_thread" not in blocks
    assert "answer.ask_author" in blocks


def question_of(message: Message) -> str:
    """The id of the question that an answer's feedback is about."""
    row = next(block for block in message["blocks"] if block["type"] == "context_actions")
    return str(row["elements"][0]["positive_button"]["value"]).partition(":")[2]


@pytest.mark.usefixtures("tip")
def test_feedback_is_confirmed_in_place_with_the_reasons_one_tap_away(bot: Bot, slack: LocalSlack, ben: Person) -> None:
    shown = answered(ben)
    question = question_of(shown)
    press(ben, shown, "answer.feedback", value=f"helpful:{question}")
    eventually(lambda: "Noted: helpful" in words_now(ben, shown))
    press(ben, shown, "answer.feedback", value=f"not_helpful:{question}")
    eventually(lambda: "Noted: not helpful" in words_now(ben, shown))
    assert "Noted: helpful" not in words_now(ben, shown)
    press(ben, shown, "answer.reason_wrong")
    eventually(lambda: "Noted: Wrong" in words_now(ben, shown))
    assert "answer.reason_wrong" not in str(now(ben, shown))
    settle(bot, slack)
    (row,) = rows(bot, "feedback")
    assert row[3:5] == ("not_helpful", "wrong")


@pytest.mark.usefixtures("tip")
def test_feedback_on_a_forgotten_question_ends_in_a_sentence(bot: Bot, ben: Person) -> None:
    shown = answered(ben)
    with bot.world.db.engine.begin() as connection:
        connection.execute(sa.text("delete from questions"))
    press(ben, shown, "answer.feedback", value=f"helpful:{question_of(shown)}")
    find(ben, "not remembered any more")


@pytest.mark.usefixtures("tip")
def test_hosts_and_admins_read_sums_from_five_people_on_and_nobody_else_any(
    bot: Bot, clock: FrozenClock, ben: Person, chie: Person
) -> None:
    question = question_of(answered(ben))
    for number in range(5):
        feedback.give(bot.world.db, TEAM, question, f"U{number}", "not_helpful", "outdated")
    # told of weeks that are over
    clock.advance(days=14)
    chie.open_home()
    home = eventually(lambda: (shown := chie.home()) and "回答は役に立っていますか" in str(shown) and str(shown))
    assert "役に立った 0 · 役に立たなかった 5件以上" in home
    assert "情報が古い: 5件以上" in home
    ben.open_home()
    assert "Did answers help" not in str(eventually(ben.home))
    settings.change_workspace(bot.world.db, TEAM, host_ids=(ben.id,))
    ben.open_home()
    eventually(lambda: "Out of date: 5+" in str(ben.home()))
    later = bot.world.clock.now() + timedelta(days=1)
    eventually(lambda: not requests.unended(bot.world.db, older_than=later))
