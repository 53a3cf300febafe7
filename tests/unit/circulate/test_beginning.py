"""One's own threads that look worth keeping, scored by code alone, and the first steps of hosts and admins."""

from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, get_args

import pytest

from bot.circulate.beginning import service, views
from bot.circulate.beginning.listeners import asks_for_own_threads
from bot.circulate.beginning.purpose import purpose_line
from bot.circulate.beginning.scoring import Reason, Scored, first_words, names_ai, score
from bot.circulate.beginning.service import Lively, OwnThread, OwnThreads
from bot.circulate.service import PURPOSE
from bot.conversation import Channel, Message, Posted, Thread
from bot.errors import SlackUnavailable
from bot.slack.outgoing import BLOCKS_A_MESSAGE, BLOCKS_A_VIEW, WEIGHT_A_MESSAGE, replaced, weight_of
from bot.texts import say
from playground.server.block_kit import view_problems
from storage.records import Language

LANGUAGES: Sequence[Language] = get_args(Language)
PROMPT = "議事録はこう頼むと早いです。\n```\nあなたは編集者です。決定事項と宿題を表にしてください。\n```"


def thread(*said: tuple[str, str]) -> Thread:
    return Thread("C1", "1.0", tuple(Message(f"{n}.0", who, who, text) for n, (who, text) in enumerate(said, start=1)))


def posted(of: Thread, **more: tuple[str, ...]) -> Posted:
    return Posted(of.messages[0], reactions=more)


def why(found: Scored | None) -> list[str]:
    assert found is not None
    return [reason.why for reason in found.reasons]


def test_a_prompt_with_thanks_is_worth_keeping_and_says_why() -> None:
    said = thread(
        ("A", f"ChatGPTの話です。{PROMPT}"),
        ("B", "ありがとうございます、助かりました"),
        ("C", "Thanks!"),
        ("D", "なるほど"),
    )
    found = score(said, "A", posted(said, bulb=("A", "E"), pray=("F",)))
    assert found is not None
    assert found.reasons == (
        Reason("thanked", 3),
        Reason("reacted", 1),
        Reason("replied", 1),
        Reason("prompt"),
        Reason("tool", name="ChatGPT"),
    )
    assert found.ts == "1.0"
    assert found.first_words == "ChatGPTの話です。議事録はこう頼むと早いです。"


def test_a_reply_is_ones_own_thread_when_most_words_are_ones_own() -> None:
    said = thread(("B", "AIで議事録を作る方法はありますか"), ("A", PROMPT), ("B", "ありがとう"))
    assert score(said, "A", posted(said)).ts == "2.0"  # type: ignore[union-attr] # found
    assert score(said, "B", posted(said)) is None
    longer = thread(("B", f"Claudeの話です。{'長い話。' * 100}"), ("A", PROMPT), ("B", "ありがとう"))
    assert score(longer, "A", posted(longer)) is None


def test_emoji_on_somebody_elses_root_are_not_for_me() -> None:
    said = thread(("B", "AIで議事録を作る方法はありますか"), ("A", PROMPT))
    assert "thanked" not in why(score(said, "A", posted(said, pray=("C", "D", "E"))))


@pytest.mark.parametrize(
    "text",
    [
        "Lunch at noon? I found a place that all of you will like, and it is not far away at all.",
        "ChatGPT",
        "How do you use ChatGPT for minutes?",
        "Deployed:\n```\nkubectl rollout restart deployment\n```",
    ],
)
def test_small_talk_questions_and_mere_code_are_not(text: str) -> None:
    said = thread(("A", text), ("B", "thanks"))
    assert score(said, "A", posted(said)) is None


def test_where_a_channel_is_about_ai_nobody_has_to_say_so() -> None:
    said = thread(("A", PROMPT.replace("プロンプト", "")), ("B", "助かりました"))
    assert score(said, "A", posted(said)) is None
    assert "prompt" in why(score(said, "A", posted(said), about_ai=True))


def test_ai_and_its_tools_are_known_by_their_names() -> None:
    assert all(map(names_ai, ("生成AIで", "our LLM", "プロンプト集", "a prompt", "claudeに聞く", "GPT-5")))
    assert not any(map(names_ai, ("said", "AIDA", "promptly", "move the cursor", "fail", "メール")))
    assert first_words(Message("1.0", "A", "A", "```\nx\n```")) == "x"
    assert len(first_words(Message("1.0", "A", "A", "長" * 500))) == 140


def found(count: int = 5) -> OwnThreads:
    reasons = (
        *(Reason("thanked", 3), Reason("reacted", 2), Reason("replied", 1), Reason("prompt"), Reason("code")),
        *(Reason("tool", name="ChatGPT"), Reason("long")),
    )
    scored = Scored("1.0", "<!channel> " + "長" * 129, reasons, 9)
    return OwnThreads(
        tuple(OwnThread("C1", "https://x.slack.com/archives/C1/p1", scored) for _ in range(count)), 10, 14
    )


class Channels:
    """Slack's channels, as far as they are read here."""

    def __init__(self, **said: Sequence[str]) -> None:
        self.said = said

    def own_channels(self) -> tuple[Channel, ...]:
        return tuple(Channel(one, one, one == "private", one == "shared", is_member=True) for one in self.said)

    def recent(self, channel_id: str, **_: Any) -> list[Posted]:
        if channel_id == "unreadable":
            raise SlackUnavailable
        return [Posted(Message(f"{n}.0", who, who, "ChatGPTで")) for n, who in enumerate(self.said[channel_id])]


def test_a_channel_is_named_only_where_five_people_talked_about_ai(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor where the fifth never wants to be captured; never a private one, nor one of another company."""
    said = {"five": "ABCDE", "four": "ABCDA", "never": "ABCDX", "private": "ABCDE", "shared": "ABCDE", "unreadable": ""}
    monkeypatch.setattr(service.settings, "never_captured", lambda _db, _team, users: frozenset(users) & {"X"})
    place = SimpleNamespace(capture=None, shared_capture=False)
    monkeypatch.setattr(service.consent.settings, "channel", lambda *_: place)
    monkeypatch.setattr(service.consent.settings, "workspace", lambda *_: SimpleNamespace(private_capture=True))
    clock = SimpleNamespace(now=lambda: datetime(2026, 11, 24, tzinfo=UTC))
    world: Any = SimpleNamespace(db=None, clock=clock, reading=Channels(**said))
    assert service.lively_channels(world, "T1") == Lively(("five",), looked=3, there=4)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_fits_a_message_and_a_thread_can_be_taken_out(language: Language) -> None:
    message = views.own_threads(found(), language)
    blocks = list(map(dict, message.blocks))
    assert len(blocks) <= BLOCKS_A_MESSAGE
    assert weight_of(blocks) <= WEIGHT_A_MESSAGE
    assert view_problems({"type": "home", "blocks": blocks}) == []
    assert "<!channel>" not in str(blocks)
    assert say(language, "beginning.why_thanked", count=3) in str(blocks)
    left = replaced(blocks, behind="own.1", about="own.1", new=[])
    assert left is not None
    assert [b for b in left if str(b.get("block_id")).startswith("own.1")] == []
    assert len(left) == len(blocks) - 3
    made = replaced(blocks, behind="own.1", about="own.1.", new=[{"type": "divider", "block_id": "own.1.made"}])
    assert made is not None
    ids = [str(block.get("block_id")) for block in made if "block_id" in block]
    assert ids[3:6] == ["own.1", "own.1.made", "own.2"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_found_says_where_was_looked(language: Language) -> None:
    assert "10" in views.own_threads(found(0), language).text
    assert "14" in views.own_threads(found(0), language).text
    texts = {
        views.own_threads(OwnThreads((), looked, there), language).text for looked, there in ((0, 0), (0, 3), (3, 3))
    }
    assert len(texts) == 3


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_steps_hold_an_invitation_in_both_languages(language: Language) -> None:
    blocks = views.begin(language, "", "memo", needs_theme=True)
    assert view_problems({"type": "home", "blocks": blocks}) == []
    assert len(blocks) < BLOCKS_A_VIEW // 10
    shown = str(blocks)
    for one in LANGUAGES:
        assert say(one, "beginning.purpose") in shown
    assert say(language, "themes.question_tips") in shown
    assert views.OPEN_FIRST not in str(views.begin(language, "", "memo", needs_theme=False))
    assert "<#C1>" in views.channels(Lively(("C1",), 3, 4), language).text
    assert "3" in views.channels(Lively((), 3, 4), language).text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_purpose_has_a_default_that_an_admin_could_have_written(language: Language) -> None:
    default = say(language, "beginning.purpose")
    assert len(default) <= PURPOSE
    assert default in purpose_line("", language)
    assert default not in purpose_line("For us", language)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        *((text, True) for text in ("find mine", "Find my threads", "探して", "自分のスレッドを探して。")),
        *((text, False) for text in ("find minutes", "議事録のコツを探して", "mine")),
    ],
)
def test_words_that_ask_for_ones_own_threads(text: str, asks: bool) -> None:
    event = {"type": "message", "channel_type": "im", "channel": "D1", "user": "U1", "ts": "1.0", "text": text}
    assert asks_for_own_threads(event) is asks
