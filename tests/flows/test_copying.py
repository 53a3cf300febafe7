"""Prompts are copied whole, as this viewer may see them now; what is typed into their blanks stays nowhere."""

import pytest

from bot.app import Bot
from playground.person import Person, eventually
from playground.server import LocalSlack
from playground.server.methods import views as slack_views
from storage import tips
from storage.records import Tip, TipContent, Viewer
from tests.conftest import FrozenClock
from tests.flows.steps import TEAM, Message, ask, find, press, settle, shared, words
from tests.storage.steps import everything

QUESTION = "議事録の要約のコツは？"
AUTHOR = Viewer(TEAM, "U0AYA", is_full_member=True)


def tip_with(bot: Bot, *prompts: str, **more: object) -> Tip:
    return shared(bot, TipContent(title="議事録の要約は用語集つきで頼む", prompts=prompts), **more)  # type: ignore[arg-type]


def opened(person: Person) -> Message:
    """Asks, presses *copy* under the card, and gives the modal."""
    press(person, ask(person, QUESTION), "answer.copy_prompt")
    found: Message = eventually(person.views)[-1]
    return found


def first_blank(view: Message, typed: str) -> dict[str, dict[str, str]]:
    """The form with something typed into its first blank."""
    field = next(block for block in view["blocks"] if block["type"] == "input")
    return {field["block_id"]: {"value": typed}}


def texts(view: Message) -> list[str]:
    """What stands in the fields, ready to copy."""
    return [block["element"].get("initial_value", "") for block in view["blocks"] if block["type"] == "input"]


def test_a_prompt_without_blanks_is_there_to_copy(bot: Bot, ben: Person) -> None:
    tip_with(bot, "次の用語集を必ず使って議事録を要約してください。", "Now shorter, please.")
    view = opened(ben)
    assert texts(view) == ["次の用語集を必ず使って議事録を要約してください。", "Now shorter, please."]
    assert "Nothing that you change here is kept" in words(view)
    assert ben.submit(view["id"])["result"] == "closed"


def test_a_very_long_prompt_is_whole(bot: Bot, ben: Person) -> None:
    prompt = "".join(f"{number}. 用語を確かめて要約する。\n" for number in range(650))
    assert len(prompt) > 9_000
    tip_with(bot, prompt)
    view = opened(ben)
    assert "".join(texts(view)) == prompt
    assert "part 2 of" in words(view)


def test_blanks_are_filled_in_and_nothing_of_it_stays(
    bot: Bot, slack: LocalSlack, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    chie = slack.person("chie")
    tip_with(bot, "{{顧客名}}様への議事録を{{ 文体 }}で。{{顧客名}}様には敬語で。", "コード: {{ user.name }}")
    view = opened(chie)
    labels = [block["label"]["text"] for block in view["blocks"] if block["type"] == "input"]
    assert labels == ["顧客名", "文体"]
    assert "保存されません" in words(view)
    sent = chie.submit(view["id"], first_blank(view, "極秘商事 <@U0AYA>"))
    assert sent["result"] == "update"
    told = texts(chie.views()[-1])
    assert told == [
        "極秘商事 <@U0AYA>様への議事録を{{ 文体 }}で。極秘商事 <@U0AYA>様には敬語で。",
        "コード: {{ user.name }}",
    ]
    settle(bot, slack)
    assert not [row for row in everything(bot.world.db) if "極秘商事" in row]
    assert "極秘商事" not in "\n".join(record.getMessage() for record in caplog.records if record.name[:3] == "bot")


def test_forty_blanks_have_forty_fields_and_too_many_a_sentence(bot: Bot, ben: Person) -> None:
    tip_with(bot, " ".join(f"{{{{項目{number}}}}}" for number in range(40)), ts="1700000000.000100")
    view = opened(ben)
    assert len(texts(view)) == 40
    ben.close(view["id"])
    tip_with(bot, " ".join(f"{{{{欄{number}}}}}" for number in range(120)), ts="1700000000.000200")
    shown = ask(ben, QUESTION)
    wide = next(tip for tip in tips.export(bot.world.db, AUTHOR) if "欄1" in tip.content.prompts[0])
    press(ben, shown, "answer.copy_prompt", value=wide.id)
    view = eventually(ben.views)[-1]
    assert len(texts(view)) == 90
    assert "30 more blanks" in words(view)


def test_what_is_too_long_filled_in_is_said_at_the_field(bot: Bot, ben: Person) -> None:
    tip_with(bot, "{{議事録}} " * 60)
    view = opened(ben)
    sent = ben.submit(view["id"], first_blank(view, "長い" * 1_400))
    assert "too long for one screen" in str(sent["errors"])


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_withdrawn_tip_is_not_copied(bot: Bot, ben: Person, when: str) -> None:
    tip = tip_with(bot, "{{顧客名}}様へ、秘密のたれの配合を要約。")
    shown = ask(ben, QUESTION)
    if when == "before":
        tips.withdraw(bot.world.db, AUTHOR, tip.id, lambda *_: False)
    press(ben, shown, "answer.copy_prompt")
    view = eventually(ben.views)[-1]
    if when == "after":
        tips.withdraw(bot.world.db, AUTHOR, tip.id, lambda *_: False)
        assert ben.submit(view["id"], first_blank(view, "x"))["result"] == "update"
        view = ben.views()[-1]
    assert "withdrawn or you can't see it" in words(view)
    assert "秘密のたれ" not in words(view)


def test_who_left_the_channel_copies_nothing_from_it(bot: Bot, slack: LocalSlack) -> None:
    chie = slack.person("chie")
    chie.invite("#secret-project", "yoridokoro")
    tip_with(bot, "秘密のたれの配合を要約。", channel="C0SECRET", visible_in="C0SECRET")
    shown = ask(chie, QUESTION)
    chie.leave("#secret-project")
    bot.world.reading.forget(user_id=chie.id)
    press(chie, shown, "answer.copy_prompt")
    view = eventually(chie.views)[-1]
    assert "秘密のたれ" not in words(view)
    assert "いまのあなたには見られません" in words(view)


def test_a_tip_that_was_edited_meanwhile_is_shown_as_it_is_now(bot: Bot, clock: FrozenClock, ben: Person) -> None:
    tip = tip_with(bot, "{{顧客名}}様へ。")
    view = opened(ben)
    clock.advance(minutes=1)
    new = TipContent(title="直した題", prompts=("{{宛先}}様へ。",))
    tips.edit(bot.world.db, AUTHOR, tip.id, new, lambda *_: False)
    assert ben.submit(view["id"], first_blank(view, "x"))["result"] == "update"
    view = ben.views()[-1]
    assert "edited in the meantime" in words(view)
    assert ben.submit(view["id"], first_blank(view, "青木"))["result"] == "update"
    assert texts(ben.views()[-1]) == ["青木様へ。"]


def test_more_prompts_than_a_modal_holds_are_a_button_away(bot: Bot, ben: Person) -> None:
    prompts = tuple(f"{number}番: " + "議事録を要約する。" * 1_200 for number in range(6))
    tip_with(bot, *prompts)
    view = opened(ben)
    told = "".join(texts(view))
    ben.click_in_view(view["id"], "answer.more_prompts")
    eventually(lambda: "Prompt 6" in words(ben.views()[-1]))
    assert told + "".join(texts(ben.views()[-1])) == "".join(prompts)


def test_a_dead_trigger_is_told(bot: Bot, slack: LocalSlack, ben: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    tip_with(bot, "要約して。")
    shown = ask(ben, QUESTION)
    monkeypatch.setattr(slack_views, "TRIGGER_SECONDS", -1)
    press(ben, shown, "answer.copy_prompt")
    find(ben, "try once more")
    assert ben.views() == []
    settle(bot, slack)
