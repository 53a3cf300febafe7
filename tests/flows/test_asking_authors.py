"""Ask the author: they decide. An anonymous one has to come by; nobody is stored to whom it could be written."""

import pytest
import sqlalchemy as sa

from bot.app import Bot
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import people, tips
from storage.records import Tip, TipContent, Viewer
from tests.conftest import FrozenClock
from tests.flows.steps import BOT, TEAM, Message, ask, find, has_read, press, settle, shared, words
from tests.storage.steps import everything

MINUTES = TipContent(title="議事録の要約は用語集つきで頼む", prompts=("要約して。",))
QUESTION = "議事録の要約のコツは？"
ASKED = "どのモデルで試しましたか？ <!channel> kim@example.com"
AUTHOR = Viewer(TEAM, "U0AYA", is_full_member=True)


def form_for(person: Person) -> Message:
    """Asks, presses *ask the author*, and gives the modal."""
    press(person, ask(person, QUESTION), "answer.ask_author")
    found: Message = eventually(person.views)[-1]
    return found


def asked(person: Person, text: str = ASKED) -> Message:
    """Sends a question to the author and gives the asker's receipt."""
    form = form_for(person)
    assert person.submit(form["id"], {"question": {"value": text}})["result"] == "closed"
    return find(person, "どのモデルで")


def waiting(bot: Bot) -> list[tuple[object, ...]]:
    with bot.world.db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text("select * from author_questions"))]


def card_of(person: Person) -> Message:
    def look() -> Message | None:
        return next((m for m in reversed(person.dm()) if "answer.author_reply" in str(m.get("blocks"))), None)

    found: Message = eventually(look)
    return found


def anonymous(bot: Bot) -> Tip:
    return shared(bot, MINUTES, author="U0AYA", anonymously=True)


def test_a_named_author_gets_the_question_and_the_answer_comes_into_the_askers_thread(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person
) -> None:
    shared(bot, MINUTES)
    form = form_for(ben)
    assert "aya gets your question with *your name*" in words(form)
    ben.submit(form["id"], {"question": {"value": ASKED}})
    receipt = find(ben, "どのモデルで")
    card = card_of(aya)
    assert "<@U0BEN>" in words(card)
    assert "kim@example.com" not in words(card)
    assert "<!channel>" not in words(card)
    aya.click(BOT, card["ts"], "answer.author_reply")
    reply = eventually(aya.views)[-1]
    assert aya.submit(reply["id"], {"answer": {"value": "GPTで試しました。"}})["result"] == "closed"
    told = find(ben, "GPTで試しました")
    assert told["thread_ts"] == receipt["ts"]
    assert "<@U0AYA>" in words(told)
    find(aya, "お答えをお伝えしました")
    settle(bot, slack)
    assert waiting(bot) == []
    assert "answer.author_reply" not in str(aya.dm())
    assert not [row for row in everything(bot.world.db) if "author_question:" in row]


def test_not_now_is_told_kindly(bot: Bot, slack: LocalSlack, aya: Person, ben: Person) -> None:
    shared(bot, MINUTES)
    asked(ben)
    aya.click(BOT, card_of(aya)["ts"], "answer.author_not_now")
    find(ben, "can't answer for now")
    find(aya, "分かりました")
    settle(bot, slack)
    assert waiting(bot) == []
    assert len([m for m in ben.dm() if "can't answer for now" in words(m)]) == 1


def test_an_anonymous_author_finds_it_at_their_next_word_and_answers_without_a_name(
    bot: Bot, slack: LocalSlack, clock: FrozenClock, aya: Person, ben: Person
) -> None:
    anonymous(bot)
    form = form_for(ben)
    assert "I don't know who it is either" in words(form)
    ben.submit(form["id"], {"question": {"value": ASKED}})
    find(ben, "waits for its author")
    settle(bot, slack)
    assert not has_read(aya, "どのモデルで")
    assert aya.id not in str(waiting(bot))
    slack.person("chie").post(BOT, "ありがとう")
    settle(bot, slack)
    assert not has_read(slack.person("chie"), "どのモデルで")
    aya.post(BOT, "共有: 短く頼むとよい")
    card = card_of(aya)
    assert "名前を出さずに共有されています" in words(card)
    aya.post(BOT, "ありがとう")
    settle(bot, slack)
    assert len([m for m in aya.dm() if "どのモデルで" in words(m)]) == 1
    aya.click(BOT, card["ts"], "answer.author_reply")
    reply = eventually(aya.views)[-1]
    aya.submit(reply["id"], {"answer": {"value": "GPTで試しました。"}})
    told = words(find(ben, "GPTで試しました"))
    assert "anonymous" in told
    assert aya.id not in told
    assert "aya" not in told
    settle(bot, slack)
    clock.advance(minutes=5)
    bot.engine.tidy()
    dm = aya.open_messages_tab()
    settle(bot, slack)
    left = [row for row in everything(bot.world.db) if not row.startswith(("drafts:", "captures:", "questions:"))]
    assert not [row for row in left if "author_question" in row and (aya.id in row or dm in row)]
    assert waiting(bot) == []


def test_an_anonymous_author_finds_it_in_home_and_nobody_else_does(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person
) -> None:
    anonymous(bot)
    asked(ben)
    chie = slack.person("chie")
    chie.open_home()
    assert "どのモデルで" not in str(eventually(chie.home))
    aya.open_home()
    home = eventually(lambda: (shown := aya.home()) and "あなたへの質問" in str(shown) and shown)
    assert "どのモデルで" in str(home)
    aya.click_in_view(home["id"], "answer.author_not_now")
    find(ben, "can't answer for now")
    find(aya, "分かりました")
    settle(bot, slack)
    assert waiting(bot) == []


def test_one_question_at_a_time_to_an_author(bot: Bot, slack: LocalSlack, ben: Person) -> None:
    shared(bot, MINUTES)
    first = form_for(ben)
    ben.submit(first["id"], {"question": {"value": ASKED}})
    find(ben, "I have passed your question")
    settle(bot, slack)
    assert "still waiting" in words(form_for(ben))
    assert len(waiting(bot)) == 1


def test_a_deactivated_author_cannot_be_asked(bot: Bot, ben: Person) -> None:
    shared(bot, MINUTES, author="U0OLD")
    assert "has left this workspace" in words(form_for(ben))


@pytest.mark.parametrize("anonymously", [False, True])
def test_nobody_asks_themselves(bot: Bot, aya: Person, *, anonymously: bool) -> None:
    shared(bot, MINUTES, author=aya.id, anonymously=anonymously)
    assert "これはあなた自身の知恵" in words(form_for(aya))


def test_a_question_ends_with_its_tip_and_after_thirty_days(
    bot: Bot, slack: LocalSlack, clock: FrozenClock, aya: Person, ben: Person
) -> None:
    tip = shared(bot, MINUTES)
    asked(ben)
    card = card_of(aya)
    tips.withdraw(bot.world.db, AUTHOR, tip.id, lambda *_: False)
    assert "どのモデルで" not in str(waiting(bot))
    aya.click(BOT, card["ts"], "answer.author_reply")
    assert "もう受け付けていません" in words(eventually(aya.views)[-1])
    bot.tick()
    find(ben, "was withdrawn")
    assert waiting(bot) == []
    shared(bot, MINUTES, ts="1700000000.000300", anonymously=True)
    asked(ben)
    eventually(lambda: waiting(bot))
    settle(bot, slack)
    clock.advance(days=29)
    bot.tick()
    assert len(waiting(bot)) == 1
    clock.advance(days=6)
    for _ in range(2):
        bot.tick()
    find(ben, "not answered within 30 days")
    assert waiting(bot) == []
    assert len([m for m in ben.dm() if "not answered within" in words(m)]) == 1
    settle(bot, slack)


def test_who_is_forgotten_asks_nothing_any_more(bot: Bot, slack: LocalSlack, aya: Person, ben: Person) -> None:
    shared(bot, MINUTES)
    asked(ben)
    card = card_of(aya)
    people.forget(bot.world.db, TEAM, ben.id, lambda *_: False)
    assert waiting(bot) == []
    aya.click(BOT, card["ts"], "answer.author_not_now")
    find(aya, "もう受け付けていません")
    settle(bot, slack)
