"""Without a model: the author's own sentences, and nothing that they did not say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import Message, Thread
from bot.errors import Refused
from bot.trust.plain_tip import MADE_WITH, plain_tip
from storage.records import Kind

JA = """私はClaudeに文字起こしを渡すとき、先に用語集を読ませてます。名前の間違いが減りました。
ただし数字は必ず確認してください。
- 用語集を1枚にまとめる
- 毎回そこから貼る
```
次の用語集を必ず使ってください。
{用語集}
```"""
EN = """I always paste the schema into Claude first. Then the plan, run 3.5 times. It cut reviews from 40 to 10 min.
Careful with its index ideas.
```
Review this SQL. Do not rewrite it.
```"""


def thread(*said: tuple[str, str]) -> Thread:
    return Thread("C1", "1.0", tuple(Message(f"{n}.0", who, who, text) for n, (who, text) in enumerate(said, start=1)))


def test_a_japanese_message_becomes_a_tip_of_its_own_words() -> None:
    made = plain_tip(thread(("ken", "みんなはどうやってますか？"), ("aya", JA)), "aya", language="ja")
    content = made.content
    assert content.title == "私はClaudeに文字起こしを渡すとき、先に用語集を読ませてます"
    assert content.prompts == ("次の用語集を必ず使ってください。\n{用語集}",)
    assert content.outcome == "名前の間違いが減りました。"
    assert content.caveats == "ただし数字は必ず確認してください。"
    assert content.steps == ("用語集を1枚にまとめる", "毎回そこから貼る")
    assert content.tools == ("Claude",)
    assert (content.kind, content.language, made.made_with) == (Kind.PRACTICE, "ja", MADE_WITH)
    assert set(made.evidence.values()) == {(1,)}


def test_an_english_message_is_cut_into_its_sentences() -> None:
    content = plain_tip(thread(("priya", EN)), "priya", language="en").content
    assert content.title == "I always paste the schema into Claude first"
    assert content.outcome == "It cut reviews from 40 to 10 min."
    assert content.caveats == "Careful with its index ideas."
    assert "3.5 times" in content.task
    assert content.prompts == ("Review this SQL. Do not rewrite it.",)


def test_sentences_of_different_messages_stand_in_lines_of_their_own() -> None:
    talk = thread(("aya", "用語集を先に渡しています。"), ("ben", "いいですね"), ("aya", "毎回そこから貼るだけです。"))
    assert plain_tip(talk, "aya", language="ja").content.task == "毎回そこから貼るだけです。"
    longer = thread(("aya", "用語集を先に渡しています。20行くらいです。"), ("aya", "毎回そこから貼るだけです。"))
    assert plain_tip(longer, "aya", language="ja").content.task == "20行くらいです。\n毎回そこから貼るだけです。"


def test_only_the_authors_words_are_in_it() -> None:
    talk = thread(("ben", "I use Gemini for minutes and it saved an hour."), ("aya", JA), ("ken", "失敗しました。"))
    told = plain_tip(talk, "aya", language="ja").content.model_dump_json()
    assert "Gemini" not in told
    assert "失敗" not in told


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ChatGPTに数字をまとめさせたら、でたらめな合計が入っていました。", Kind.PITFALL),
        ("It invented two of the figures in the summary.", Kind.PITFALL),
        ("Copilotでテストを書かせるのを試しているところです。", Kind.EXPERIMENT),
        ("We are trying out three reading levels for job ads.", Kind.EXPERIMENT),
        ("用語集を渡すと誤変換が半分になります。", Kind.PRACTICE),
        ("本当に使っていいのか不安です。", Kind.PRACTICE),
    ],
)
def test_the_kind_is_told_by_the_words_and_is_never_a_worry(text: str, kind: Kind) -> None:
    assert plain_tip(thread(("aya", text)), "aya", language="ja").content.kind is kind


def test_who_wrote_nothing_has_no_tip() -> None:
    with pytest.raises(Refused):
        plain_tip(thread(("ben", "Hello!")), "aya", language="en")
    with pytest.raises(Refused):
        plain_tip(thread(("aya", ":tada:")), "aya", language="en")


def test_a_question_alone_still_gets_a_title() -> None:
    assert plain_tip(thread(("aya", "どうやってますか？")), "aya", language="ja").content.title == "どうやってますか？"


@given(st.lists(st.tuples(st.sampled_from(["aya", "ben"]), st.text(max_size=400)), min_size=1, max_size=12))
def test_whatever_was_written_each_field_is_the_authors(said: list[tuple[str, str]]) -> None:
    talk = thread(*said)
    try:
        made = plain_tip(talk, "aya", language="ja")
    except Refused:
        assert not [m for m in talk.people() if m.author_id == "aya"]
        return
    own = "\n".join(text for who, text in said if who == "aya")
    assert all(prompt in own for prompt in made.content.prompts)
    assert all(talk.messages[index].author_id == "aya" for places in made.evidence.values() for index in places)
    assert made.content.title.rstrip("…") in " ".join(own.split()) or made.content.title.rstrip("…") in own


def test_a_huge_thread_stays_within_the_limits_of_a_tip() -> None:
    content = plain_tip(thread(*[("aya", JA * 20)] * 60), "aya", language="ja").content
    assert len(content.title) <= 150
    assert len(content.task) <= 3_000
    assert len(content.steps) <= 20
