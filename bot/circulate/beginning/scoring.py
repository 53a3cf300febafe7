"""Which threads look worth keeping: by code alone, from what stands there. No model is asked and nothing is kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.conversation import Message, Posted, Thread
from bot.trust.authorship import only_asks
from bot.trust.tools import ai_tool_in

LEAST = 5
"""Points from which a thread is shown."""

_AI = re.compile(
    r"(?<![A-Za-z])(?:AI|LLMs?|GPT(?:-?\d\w*)?)(?![A-Za-z])|ＡＩ|プロンプト|(?<![a-z])(?i:prompt(?:s|ed|ing)?)(?![a-z])"
)
_CODE = re.compile(r"```(.*?)```", re.DOTALL)
_INSTRUCTS = re.compile(
    r"(?:あなたは|ください|下さい|しなさい)|\b(?:you are|act as|please|summari[sz]e|rewrite)\b",
    re.IGNORECASE,
)
_PROMPT = re.compile(r"プロンプト|\bprompts?\b", re.IGNORECASE)
_THANKS = re.compile(
    r"ありがとう|有難う|感謝|助かり|助かっ|\b(?:thanks|thank you|thx|cheers|very helpful|saved my)\b", re.IGNORECASE
)
_THANKS_EMOJI = re.compile(r"thank|arigat|kansha|ありがと|感謝|助かり|^(?:pray|bow|man-bowing|woman-bowing|heart)$")
_ANY, _SOME, _MUCH = 20, 60, 300
"""Characters of one's own words: with fewer nothing is said, so many say something, so many a lot."""
_CAP = 3
_SPACES = re.compile(r"\s+")
_WORDS = 140


Why = Literal["thanked", "reacted", "replied", "prompt", "code", "long", "tool"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a thread is shown. `count`: how many thanked, reacted or replied. `name`: of the tool."""

    why: Why
    count: int = 0
    name: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """A thread that looks worth keeping: the own message that says most, its first words, and why."""

    ts: str
    first_words: str
    reasons: tuple[Reason, ...]
    points: int


def names_ai(text: str) -> bool:
    return bool(_AI.search(text)) or bool(ai_tool_in(text))


def score(thread: Thread, user_id: str, posted: Posted, *, about_ai: bool = False) -> Scored | None:
    """The thread for this person; None when it is not theirs, says too little, or is not about AI.

    `thread` is redacted and without quotes, and without the words of people who never want to be captured; `posted` is
    its root without them. `about_ai`: its channel is.
    """
    people = thread.people()
    own = [message for message in people if message.author_id == user_id and not only_asks(message)]
    said = "\n".join(message.text for message in own)
    others = [message for message in people if message.author_id != user_id]
    if len(said) < _ANY or not _is_theirs(thread, user_id, said, others):
        return None
    everything = "\n".join(message.text for message in people)
    if not (about_ai or names_ai(everything)):
        return None
    reasons = [*_from_others(others, user_id, posted), *_from_words(said)]
    points = sum(map(_points, reasons)) + (len(said) >= _SOME) + (1 if names_ai(said) else 0)
    best = max(own, key=lambda message: (bool(_CODE.search(message.text)), len(message.text)))
    if points < LEAST:
        return None
    return Scored(best.ts, first_words(best), tuple(reasons), points)


def _is_theirs(thread: Thread, user_id: str, said: str, others: Sequence[Message]) -> bool:
    root = thread.message(thread.root_ts)
    is_root = root is not None and root.author_id == user_id
    return is_root or len(said) >= sum(len(message.text) for message in others)


def _from_others(others: Sequence[Message], user_id: str, posted: Posted) -> list[Reason]:
    replied = {message.author_id for message in others}
    thanked = {message.author_id for message in others if _THANKS.search(message.text)}
    reacted: set[str] = set()
    # emoji are known of the root alone: they are for who wrote it
    if posted.message.author_id == user_id:
        for emoji, users in posted.reactions.items():
            reacted |= set(users) - {user_id}
            if _THANKS_EMOJI.search(emoji):
                thanked |= set(users) - {user_id}
    counts: dict[Why, int] = {
        "thanked": len(thanked),
        "reacted": len(reacted - thanked),
        "replied": len(replied - thanked),
    }
    return [Reason(why, count) for why, count in counts.items() if count]


def _from_words(said: str) -> list[Reason]:
    reasons = []
    blocks = _CODE.findall(said)
    if blocks:
        is_prompt = bool(_PROMPT.search(said)) or any(_INSTRUCTS.search(block) for block in blocks)
        reasons.append(Reason("prompt" if is_prompt else "code"))
    if tool := ai_tool_in(said):
        reasons.append(Reason("tool", name=tool))
    if len(said) >= _MUCH:
        reasons.append(Reason("long"))
    return reasons


def _points(reason: Reason) -> int:
    each = {"thanked": 2, "reacted": 1, "replied": 1, "prompt": 4, "code": 2, "tool": 2, "long": 2}[reason.why]
    return each * min(reason.count or 1, _CAP)


def first_words(message: Message) -> str:
    """How a message begins, without its code unless it is nothing else."""
    prose = _SPACES.sub(" ", _CODE.sub(" ", message.text)).strip()
    words = prose or _SPACES.sub(" ", message.text.replace("```", " ")).strip()
    return words if len(words) <= _WORDS else words[: _WORDS - 1].rstrip() + "…"
