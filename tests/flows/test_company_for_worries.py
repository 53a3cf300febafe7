"""A worry gets company: me too, and talks; introduced with a name, through the bot without one."""

from bot.app import Bot
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import talks, worries
from storage.records import Kind, Tip, TipContent, Viewer
from tests.conftest import FrozenClock
from tests.flows.steps import BOT, TEAM, Message, ask, card_of, find, has_read, press, settle, shared, words
from tests.flows.test_home import form_of, home_of
from tests.storage.steps import everything

WORRY = TipContent(
    title="AIの下書きをどこまで直すべきか迷う",
    task="お客様へのメールの下書きを直しているうちに、自分で書くより時間がかかる。",
    kind=Kind.WORRY,
)
QUESTION = "お客様へのメールの下書き、どこまで直す？"
SECRET = "sk-proj-4f9aK2mP8qR7sT1uV3wX5yZ6bC0dE2fG"


def offered(talker: Person, line: str = "") -> None:
    """Finds the worry by asking, and offers to talk."""
    press(talker, ask(talker, QUESTION), "company.talk")
    form = form_of(talker)
    assert talker.submit(form["id"], {"line": {"value": line}})["result"] in ("closed", "clear")


def pressable(person: Person, action_id: str) -> Message:
    """The newest message of somebody's DM with this button."""
    found: Message = eventually(
        lambda: next((m for m in reversed(person.dm()) if action_id in str(m.get("blocks"))), None)
    )
    return found


def in_thread(person: Person, root: Message, part: str) -> Message:
    """The newest message in a thread of somebody's DM that says `part`."""

    def look() -> Message | None:
        return next((m for m in reversed(person.thread(BOT, root["ts"])) if part in words(m)), None)

    found: Message = eventually(look)
    return found


def talked(bot: Bot) -> list[str]:
    """Rows that tell of a talk."""
    return [row for row in everything(bot.world.db) if row.startswith(("talks:", "talk_lines:")) or "'talk:" in row]


def worry(bot: Bot, author: Person, *, anonymously: bool = False) -> Tip:
    return shared(bot, WORRY, author=author.id, anonymously=anonymously)


def test_a_named_worry_is_echoed_in_silence_and_the_two_are_introduced_when_both_say_yes(
    bot: Bot, slack: LocalSlack, clock: FrozenClock, aya: Person, ben: Person, chie: Person
) -> None:
    tip = worry(bot, aya)
    seen_by_ben = Viewer(TEAM, ben.id, is_full_member=True)
    answer = ask(ben, QUESTION)
    press(ben, answer, "company.echo")
    eventually(lambda: tip.id in worries.echoed_by(bot.world.db, seen_by_ben))
    find(ben, "Nobody sees your name")
    press(ben, answer, "company.echo")
    find(ben, "taken “me too” back")
    settle(bot, slack)
    assert not worries.echoed_by(bot.world.db, seen_by_ben)
    press(chie, ask(chie, QUESTION), "company.echo")
    settle(bot, slack)
    assert not has_read(aya, "わたしも")
    clock.moment = clock.moment.replace(hour=3)
    for _ in range(2):
        bot.tick()
    told = find(aya, "1人が「わたしも」")
    assert chie.id not in str(told)
    assert len([m for m in aya.dm() if "1人が「わたしも」" in words(m)]) == 1
    assert "「わたしも」が1人" in str(home_of(aya, "わたしも"))

    press(ben, answer, "company.talk")
    assert "aya gets *your name*" in words(form_of(ben))
    assert ben.submit(form_of(ben)["id"], {"line": {"value": f"Same here <!channel> {SECRET}"}})["result"] in (
        "closed",
        "clear",
    )
    card = pressable(aya, "company.yes")
    assert "<@U0BEN>" in words(card)
    assert SECRET not in str(card)
    assert "<!channel>" not in words(card)
    press(ben, answer, "company.talk")
    eventually(lambda: "have offered to talk about this worry already" in words(form_of(ben)))
    aya.click(BOT, card["ts"], "company.yes")
    find(aya, "のグループDMで、お二人をお引き合わせしました")
    find(ben, "to each other in a group DM")
    settle(bot, slack)
    opened = [call for call in slack.calls if call.method == "conversations.open" and call.ok][-1]
    assert {aya.id, ben.id} == set(str(opened.arguments["users"]).split(","))
    assert talked(bot) == []

    press(chie, ask(chie, QUESTION), "company.talk")
    chie.submit(form_of(chie)["id"], {})
    card = pressable(aya, "company.no")
    aya.click(BOT, card["ts"], "company.no")
    find(chie, "いまはお話を控えたいそうです")
    find(aya, "やわらかくお伝えします")
    settle(bot, slack)
    clock.advance(days=31)
    bot.tick()
    assert talked(bot) == []


def agreed(bot: Bot, slack: LocalSlack, aya: Person, ben: Person) -> tuple[Message, Message]:
    """Ben's offer finds Aya when she comes by; she says yes. Gives the roots of her thread and of his."""
    offered(ben, "I had that last year")
    find(ben, "when they open Home or write to me")
    settle(bot, slack)
    assert not has_read(aya, "話せるそうです")
    chie = slack.person("chie")
    chie.post(BOT, "ありがとう")
    settle(bot, slack)
    assert not has_read(chie, "話せるそうです")
    assert "I had that last year" in str(home_of(aya, "company.yes"))
    aya.post(BOT, "ありがとう")
    card = pressable(aya, "company.yes")
    aya.post(BOT, "ありがとう")
    settle(bot, slack)
    assert len([m for m in aya.dm() if "話せるそうです" in words(m)]) == 1
    aya.click(BOT, card["ts"], "company.yes")
    there = pressable(ben, "company.end")
    eventually(lambda: "company.lift" in str(aya.thread(BOT, card["ts"])[0]))
    settle(bot, slack)
    return card, there


def passed_on(bot: Bot, slack: LocalSlack, aya: Person, ben: Person, here: Message, there: Message) -> None:
    """Words go both ways, without secrets; what was deleted before it was brought never comes."""
    aya.post(BOT, f"どこでやめればいいのか分からなくて。鍵は {SECRET} です", thread_ts=here["ts"])
    copy = in_thread(ben, there, "どこでやめればいいのか")
    assert aya.id not in str(copy)
    assert SECRET not in str(copy)
    in_thread(aya, here, "届けました")
    ben.post(BOT, "share: <!channel> I set a timer: ten minutes", thread_ts=there["ts"])
    taken_back = ben.post(BOT, "and then I go home", thread_ts=there["ts"])
    in_thread(ben, there, "I keep it until they next open Home")
    settle(bot, slack)
    ben.delete(BOT, taken_back)
    settle(bot, slack)
    assert not has_read(aya, "timer")
    assert "1件届いています" in str(home_of(aya, "company.bring"))
    aya.post(BOT, "ありがとう")
    assert "<!channel>" not in words(in_thread(aya, here, "ten minutes"))
    settle(bot, slack)
    assert not has_read(aya, "go home")
    assert "capture.share_named" not in str(ben.dm())
    assert not any("timer" in row or "どこでやめれば" in row for row in everything(bot.world.db))


def followed(bot: Bot, slack: LocalSlack, aya: Person, ben: Person, here: Message, there: Message) -> None:
    """Edits and deletions reach the copies: Ben's at once, Aya's when she writes again."""
    said = next(m for m in aya.thread(BOT, here["ts"]) if "分からなくて" in words(m))
    aya.edit(BOT, said["ts"], "どこでやめればいいのか、いまも分かりません")
    in_thread(ben, there, "いまも分かりません")
    ben.delete(BOT, next(m["ts"] for m in ben.thread(BOT, there["ts"]) if "timer" in words(m)))
    settle(bot, slack)
    aya.post(BOT, "10分、試してみます", thread_ts=here["ts"])
    in_thread(ben, there, "10分、試してみます")
    settle(bot, slack)
    assert not has_read(aya, "timer")
    ben.post(BOT, "or just five minutes", thread_ts=there["ts"])
    settle(bot, slack)
    aya.post(BOT, "ありがとう")
    in_thread(aya, here, "just five minutes")
    settle(bot, slack)


def test_any_word_to_the_bot_brings_an_offer_also_in_another_talk_and_where_it_is_refused(
    bot: Bot, slack: LocalSlack, aya: Person, ben: Person, chie: Person
) -> None:
    worry(bot, aya, anonymously=True)
    here, _ = agreed(bot, slack, aya, ben)
    for number, (said, thread) in enumerate(
        (("フォロー一覧", None), ("まだ迷っています", here["ts"]), ("あ" * 2_001, here["ts"]))
    ):
        content = WORRY.model_copy(update={"title": f"翻訳の下書き、{number}回目の迷い"})
        tip = shared(bot, content, author=aya.id, ts=f"17000001{number:02}.000100", anonymously=True)
        talks.offer(bot.world.db, Viewer(TEAM, chie.id, is_full_member=True), f"t{number}", tip.id, "", is_owner=nobody)
        aya.post(BOT, said, thread_ts=thread)
        find(aya, f"{number}回目の迷い")


def nobody(*_: object) -> bool:
    return False


def taken_back(bot: Bot, slack: LocalSlack, aya: Person, ben: Person, here: Message, there: Message) -> None:
    """After the end a deletion reaches the copy: Ben's at once, Aya's when she writes again."""
    revealing = next(m["ts"] for m in aya.thread(BOT, here["ts"]) if "いまも分かりません" in words(m))
    in_thread(ben, there, "いまも分かりません")
    aya.delete(BOT, revealing)
    eventually(lambda: not any("いまも分かりません" in words(m) for m in ben.thread(BOT, there["ts"])))
    in_thread(aya, here, "just five minutes")
    ben.delete(BOT, next(m["ts"] for m in ben.thread(BOT, there["ts"]) if "just five" in words(m)))
    settle(bot, slack)
    aya.post(BOT, "ありがとう")
    eventually(lambda: not any("just five" in words(m) for m in aya.thread(BOT, here["ts"])))


def test_promise_3_a_nameless_worry_talks_through_the_bot_until_its_owner_gives_their_name(
    bot: Bot, slack: LocalSlack, clock: FrozenClock, aya: Person, ben: Person
) -> None:
    worry(bot, aya, anonymously=True)
    here, there = agreed(bot, slack, aya, ben)
    passed_on(bot, slack, aya, ben, here, there)
    followed(bot, slack, aya, ben, here, there)
    clock.advance(minutes=5)
    bot.engine.tidy()
    dm = aya.open_messages_tab()
    assert [row for row in talked(bot) if aya.id in row or dm in row] == []

    aya.click(BOT, here["ts"], "company.lift")
    form = form_of(aya)
    assert "Benさんに、あなたの名前をお伝えします" in words(form)
    assert aya.submit(form["id"], {})["result"] == "closed"
    in_thread(ben, there, "This talk is over")
    eventually(lambda: "お引き合わせ" in words(aya.thread(BOT, here["ts"])[0]))
    settle(bot, slack)
    assert [row for row in talked(bot) if aya.id in row or dm in row] == []
    taken_back(bot, slack, aya, ben, here, there)
    aya.click(BOT, in_thread(aya, here, "知恵の下書き")["ts"], "capture.share_said")
    draft = form_of(aya)
    assert "10分、試してみます" in str(draft)
    assert "timer" not in str(draft)
    assert "いまも分かりません" not in str(draft)
    assert aya.submit(draft["id"], {"title": {"value": "10分で手を止める"}})["result"] == "closed"
    card_of(aya, "10分で手を止める")
    ben.post(BOT, "are you there?", thread_ts=there["ts"])
    in_thread(ben, there, "was not passed on")
    settle(bot, slack)
    clock.advance(days=181)
    bot.tick()
    assert talks.in_thread(bot.world.db, TEAM, ben.open_messages_tab(), there["ts"]) is None
    assert talked(bot) == []
