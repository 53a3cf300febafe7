"""A question is answered: from tips that the viewer may see, by the model or plainly."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.answer.finding import find
from bot.errors import ModelUnavailable
from bot.ports import Sentence, Turn, World
from bot.texts.dates import working_days_before
from bot.trust.language import language_of
from storage import conversations, search, settings, tips
from storage.records import Language, Tip, Viewer

QUESTION = 1_000
"""Characters of a question that are read."""

TURNS = 3
"""Earlier questions and answers of a thread that a follow-up is understood by."""

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
    hits = find(world, viewer, _search_words(world, asked, earlier), thread=thread)
    found = tuple(hit.tip for hit in hits)
    pointers = _pointers(world, viewer, asked)
    if not found:
        return Reply("nothing", language, pointers=pointers, is_cut=is_cut)
    try:
        answered = world.model.answer(asked, found, language=language, earlier=earlier)
    except ModelUnavailable as unavailable:
        return Reply(_PLAIN.get(unavailable.reason, "plain_error"), language, (), found, pointers, is_cut)
    if not answered.sentences:
        return Reply("unsupported", language, (), found, pointers, is_cut)
    return _cited_only(Reply("model", language, answered.sentences, found, pointers, is_cut))


def earlier_turns(world: World, viewer: Viewer, channel_id: str, thread_ts: str) -> tuple[Turn, ...]:
    """The conversation so far in a thread, capped at TURNS; of its tips only what the viewer may see now."""

    def titles(tip_ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(tip.content.title for tip in tips.many(world.db, viewer, tip_ids))

    said = conversations.earlier(world.db, viewer.team_id, channel_id, thread_ts, limit=TURNS)
    return tuple(Turn(question, titles(tip_ids)) for question, tip_ids in said)


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
    return replace(reply, sentences=sentences, tips=tuple(reply.tips[number - 1] for number in order))


def as_kept(reply: Reply) -> dict[str, Any]:
    """The reply as a job's step keeps it, JSON: of the tips only their ids."""
    return {
        "ending": reply.ending,
        "language": reply.language,
        "sentences": [{"text": sentence.text, "cites": list(sentence.cites)} for sentence in reply.sentences],
        "tips": [tip.id for tip in reply.tips],
        "pointers": list(reply.pointers),
        "is_cut": reply.is_cut,
    }


def from_kept(world: World, viewer: Viewer, kept: Mapping[str, Any]) -> Reply:
    """The reply of a step, without what was withdrawn or closed to the viewer since (promises 2 and 8)."""
    visible = {tip.id: tip for tip in tips.many(world.db, viewer, kept["tips"])}
    left = {number for number, tip_id in enumerate(kept["tips"], start=1) if tip_id in visible}
    renumbered = {old: new for new, old in enumerate(sorted(left), start=1)}
    sentences = tuple(
        Sentence(sentence["text"], tuple(renumbered[number] for number in sentence["cites"]))
        for sentence in kept["sentences"]
        if left.issuperset(sentence["cites"])
    )
    ending: Ending = kept["ending"]
    if not left:
        ending = "nothing"
    elif ending == "model" and not sentences:
        ending = "unsupported"
    reply = Reply(
        ending,
        kept["language"],
        sentences,
        tuple(visible[tip_id] for tip_id in kept["tips"] if tip_id in visible),
        tuple(kept["pointers"]),
        kept["is_cut"],
    )
    return _cited_only(reply) if sentences else reply
