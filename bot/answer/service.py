"""A question is answered: from tips that the viewer may see, by the model or plainly."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.errors import ModelUnavailable
from bot.ports import Sentence, Turn, World
from bot.texts.dates import working_days_before
from bot.trust.language import language_of
from storage import conversations, search, settings
from storage.records import Language, Tip, Viewer

QUESTION = 1_000
"""Characters of a question that are read."""

TURNS = 3
"""Earlier questions and answers of a thread that a follow-up is understood by."""

_TIPS = 5

_COURTESY = re.compile(
    r"^\s*(?:どうも)?(?:ありがとう(?:ございます|ございました)?|助かりました|了解(?:です|しました)?|おはよう(?:ございます)?|こんにちは"
    r"|thanks?(?: you)?(?: (?:a lot|so much))?|thx|ty|great|ok(?:ay)?|hi|hello|hey)[\s!！。.、~〜ー:a-z_]{0,12}$",
    re.IGNORECASE,
)

Ending = Literal["model", "plain_off", "plain_error", "plain_budget", "unsupported", "nothing"]


_PLAIN: dict[str, Ending] = {"off": "plain_off", "over_budget": "plain_budget"}


@dataclass(frozen=True, slots=True)
class Reply:
    """What a question came to: sentences with the tips they cite (numbers from 1 in `tips`), or tips alone, or nothing.

    `pointers` are permalinks of threads that somebody marked and whose author has not decided yet.
    """

    ending: Ending
    language: Language
    sentences: tuple[Sentence, ...] = ()
    tips: tuple[Tip, ...] = ()
    pointers: tuple[str, ...] = ()
    is_cut: bool = False

    @property
    def is_answered(self) -> bool:
        return bool(self.tips)


def is_courtesy(text: str) -> bool:
    """A greeting or thanks, which is no question."""
    return bool(_COURTESY.match(text))


def answer(
    world: World,
    viewer: Viewer,
    question: str,
    *,
    earlier: Sequence[Turn] = (),
    thread: tuple[str, str] | None = None,
) -> Reply:
    """Answers a question (redacted) for a viewer. `thread` (channel, ts): where it is asked, which is no source."""
    language = language_of(question, world.rules.language)
    asked = question[:QUESTION]
    is_cut = len(question) > QUESTION
    hits = search.search(
        world.db, world.index, viewer, _search_words(world, asked, earlier), _TIPS, exclude_thread=thread
    )
    tips = tuple(hit.tip for hit in hits)
    pointers = _pointers(world, viewer, asked)
    if not tips:
        return Reply("nothing", language, pointers=pointers, is_cut=is_cut)
    try:
        answered = world.model.answer(asked, tips, language=language, earlier=earlier)
    except ModelUnavailable as unavailable:
        return Reply(_PLAIN.get(unavailable.reason, "plain_error"), language, (), tips, pointers, is_cut)
    if not answered.sentences:
        return Reply("unsupported", language, (), tips, pointers, is_cut)
    return _cited_only(Reply("model", language, answered.sentences, tips, pointers, is_cut))


def earlier_turns(world: World, team_id: str, channel_id: str, thread_ts: str) -> tuple[Turn, ...]:
    """The conversation so far in a thread, capped at TURNS."""
    said = conversations.earlier(world.db, team_id, channel_id, thread_ts, limit=TURNS)
    return tuple(Turn(question, answer) for question, answer in said)


def _search_words(world: World, question: str, earlier: Sequence[Turn]) -> str:
    """A follow-up is searched for together with what it follows: by the model, else by joining both."""
    if not earlier:
        return question
    try:
        return world.model.search_words(question, earlier=earlier)
    except ModelUnavailable:
        return f"{question} {earlier[-1].question}"


def _pointers(world: World, viewer: Viewer, question: str) -> tuple[str, ...]:
    """Marked threads that wait for their author, for people who can read their public channel anyway."""
    if not settings.workspace(world.db, viewer.team_id).pointers:
        return ()
    before = working_days_before(world.clock.now(), world.rules.pointer_working_days)
    return tuple(link for _, link in search.pointers(world.db, viewer, question, card_before=before))


def _cited_only(reply: Reply) -> Reply:
    """Only the cited tips, numbered in the order they are cited in."""
    order = list(dict.fromkeys(number for sentence in reply.sentences for number in sentence.cites))
    renumbered = {old: new for new, old in enumerate(order, start=1)}
    sentences = tuple(
        Sentence(sentence.text, tuple(sorted(renumbered[number] for number in sentence.cites)))
        for sentence in reply.sentences
    )
    tips = tuple(reply.tips[number - 1] for number in order)
    return Reply(reply.ending, reply.language, sentences, tips, reply.pointers, reply.is_cut)
