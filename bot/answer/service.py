"""A question is answered: from tips that the viewer may see, by the model or plainly."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from bot.answer import filters
from bot.answer.evidence import is_pitfall, pitfall_sentence, voices
from bot.answer.finding import TIPS, find
from bot.errors import ModelUnavailable
from bot.ports import AskBack, Sentence, Turn, World
from bot.texts.dates import working_days_before
from bot.trust.language import language_of
from storage import conversations, search, settings, tips
from storage.records import Hit, Language, Tip, Viewer

QUESTION = 1_000
"""Characters of a question that are read."""

TURNS = 3
"""Earlier questions of a thread that a follow-up is understood by, with the titles that were shown. Nothing else."""

FIRST = 3
"""Tips that stand in the thread before the model has said a word."""

PATIENCE_SECONDS = 0.15
"""How long the first tips wait for the question's meaning."""

ANSWER_PATIENCE_SECONDS = 3.0
"""How long the answer waits for it: a busy embedder makes it poorer, not late."""

NEAR = 2
"""Tips that are shown as perhaps near, when none answers."""

_COURTESY = re.compile(
    r"^\s*(?:どうも)?(?:ありがとう(?:ございます|ございました)?|助かりました|了解(?:です|しました)?|おはよう(?:ございます)?|こんにちは"
    r"|thanks?(?: you)?(?: (?:a lot|so much))?|thx|ty|great|ok(?:ay)?|hi|hello|hey)[\s!！。.、~〜ー:a-z_]{0,12}$",
    re.IGNORECASE,
)

Ending = Literal[
    "model", "plain_off", "plain_error", "plain_budget", "unsupported", "near", "ask_back", "stopped", "nothing"
]

_PLAIN: dict[str, Ending] = {"off": "plain_off", "over_budget": "plain_budget"}


@dataclass(frozen=True, slots=True)
class Numbered:
    """A tip under the number that it has in the thread."""

    number: int
    tip: Tip


@dataclass(frozen=True, slots=True)
class First:
    """What was found at once, and what of it stands in the thread before the answer: none that is only perhaps near.

    `is_whole`: the question's meaning was in it, so that no second search is needed.
    """

    hits: tuple[Hit, ...] = ()
    shown: tuple[Numbered, ...] = ()
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What a question came to: sentences with the numbers of the tips they cite, or tips alone, or nothing.

    The first `standing` of the tips stand in the thread already. `worked` and `failed`: how many say so. `own`: of the
    model's own knowledge. `narrowed`: filters that all had to fit, as they were written. `cut_short`: somebody stopped
    it, or the model broke off, after some sentences. `pointers` are permalinks of threads that somebody marked, whose
    author has not decided yet.
    """

    ending: Ending
    language: Language
    sentences: tuple[Sentence, ...] = ()
    tips: tuple[Numbered, ...] = ()
    standing: int = 0
    pointers: tuple[str, ...] = ()
    is_cut: bool = False
    cut_short: Literal["", "stopped", "broken"] = ""
    worked: int = 0
    failed: int = 0
    own: tuple[str, ...] = ()
    ask_back: AskBack | None = None
    narrowed: tuple[str, ...] = ()

    @property
    def is_answered(self) -> bool:
        """Whether tips answer the question: what is perhaps near does not, nor does the model's own knowledge."""
        return bool(self.tips) and self.ending in ("model", "plain_off", "plain_error", "plain_budget")


@dataclass(frozen=True, slots=True)
class Talk:
    """The conversation so far in a thread. `was_asked_back`: the bot's last word in it was a question."""

    turns: tuple[Turn, ...] = ()
    was_asked_back: bool = False


@dataclass
class _Telling:
    """An answer that grows: sentences with the numbers that tips have in the thread; a tip cited anew gets the next."""

    found: Sequence[Tip]
    reply: Reply
    show: Callable[[Reply], None]
    numbers: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.numbers = {one.tip.id: one.number for one in self.reply.tips}

    @property
    def cited(self) -> set[str]:
        """Ids of the tips that a sentence cites."""
        numbers = {number for sentence in self.reply.sentences for number in sentence.cites}
        return {one.tip.id for one in self.reply.tips if one.number in numbers}

    def tell(self, sentence: Sentence) -> None:
        cited = [self.found[number - 1] for number in sentence.cites]
        for tip in cited:
            if tip.id not in self.numbers:
                self.numbers[tip.id] = len(self.numbers) + 1
                self.reply = replace(self.reply, tips=(*self.reply.tips, Numbered(self.numbers[tip.id], tip)))
        told = Sentence(sentence.text, tuple(sorted(self.numbers[tip.id] for tip in cited)))
        self.reply = replace(self.reply, sentences=(*self.reply.sentences, told))
        self.show(self.reply)


def is_courtesy(text: str) -> bool:
    """A greeting or thanks, which is no question."""
    return bool(_COURTESY.match(text))


def first(
    world: World,
    viewer: Viewer,
    question: str,
    *,
    talk: Talk = Talk(),
    thread: tuple[str, str] | None = None,
    patience: float = PATIENCE_SECONDS,
) -> First:
    """The best tips at once, without the model, and by words alone where the meaning keeps them waiting."""
    asked = question[:QUESTION]
    words = f"{asked} {talk.turns[-1].question}" if talk.turns else asked
    found = find(world, viewer, words, thread=thread, patience=patience, with_pitfall=True)
    strong = [hit for hit in found.hits if hit.strength == "strong"]
    return First(tuple(found.hits), _numbered(strong[:FIRST]), is_whole=found.is_whole and not talk.turns)


def answer(
    world: World,
    viewer: Viewer,
    question: str,
    *,
    talk: Talk = Talk(),
    thread: tuple[str, str] | None = None,
    standing: First = First(),
    show: Callable[[Reply], None] = lambda _: None,
    go_on: Callable[[], bool] = lambda: True,
) -> Reply:
    """Answers a question (redacted) for a viewer. `thread` (channel, ts): where it is asked, which is no source.

    `standing`: what was found at once, whose strong tips stand in the thread. `show` sees the reply grow, `go_on` is
    asked whether it shall.
    """
    asked = question[:QUESTION]
    workspace = settings.workspace(world.db, viewer.team_id)
    reply = Reply(
        "nothing",
        language_of(question, world.rules.language),
        tips=standing.shown,
        standing=len(standing.shown),
        pointers=_pointers(world, viewer, asked) if workspace.pointers else (),
        is_cut=len(question) > QUESTION,
    )
    hits, words = list(standing.hits), asked
    if not standing.is_whole:
        words = _search_words(world, asked, talk)
        since = find(world, viewer, words, thread=thread, patience=ANSWER_PATIENCE_SECONDS, with_pitfall=True)
        hits = _joined(standing, since.hits)
    reply = replace(reply, narrowed=filters.written(words))
    found = [hit.tip for hit in hits]
    if not found and not (workspace.own_knowledge and world.model.is_on):
        return reply
    telling = _Telling(found, reply, show)
    try:
        answered = world.model.answer(
            asked,
            found,
            language=reply.language,
            earlier=talk.turns,
            may_ask_back=len(found) > 1 and not talk.was_asked_back,
            own_knowledge=workspace.own_knowledge,
            tell=telling.tell,
            go_on=go_on,
        )
    except ModelUnavailable as unavailable:
        return _without_model(reply, hits, _PLAIN.get(unavailable.reason, "plain_error"))
    if telling.reply.sentences:
        if answered.end == "whole" and (said := pitfall_sentence(hits, reply.language, telling.cited)):
            telling.tell(said)
        cut_short: Literal["", "stopped", "broken"] = "" if answered.end == "whole" else answered.end
        return _counted(replace(telling.reply, ending="model", cut_short=cut_short), hits)
    if answered.end == "stopped":
        return replace(reply, ending="stopped")
    if answered.ask_back is not None:
        return replace(reply, ending="ask_back", ask_back=answered.ask_back)
    return replace(_unanswered(reply, hits), own=answered.own)


def conversation(world: World, viewer: Viewer, channel_id: str, thread_ts: str) -> Talk:
    """The conversation so far in a thread, capped at TURNS; of its tips only what the viewer may see now."""

    def titles(tip_ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(tip.content.title for tip in tips.many(world.db, viewer, tip_ids)) if tip_ids else ()

    said = conversations.earlier(world.db, viewer.team_id, channel_id, thread_ts, limit=TURNS)
    turns = tuple(Turn(question, titles(tip_ids)) for question, tip_ids, _ in said)
    return Talk(turns, was_asked_back=bool(said) and said[-1][2] == "asked_back")


def _joined(standing: First, hits: Sequence[Hit]) -> list[Hit]:
    """What stands in the thread keeps its place at the head; behind it what was found since."""
    shown = {one.tip.id for one in standing.shown}
    kept = [hit for hit in standing.hits if hit.tip.id in shown]
    joined = [*kept, *(hit for hit in hits if hit.tip.id not in shown)]
    most = max(TIPS, len(kept) + 2)
    return [*joined[:most], *(hit for hit in joined[most:] if is_pitfall(hit))]


def _without_model(reply: Reply, hits: Sequence[Hit], ending: Ending) -> Reply:
    """The tips themselves, the strong ones; with only near ones no model's word is missed."""
    if not hits:
        return reply
    if not reply.tips and all(hit.strength == "weak" for hit in hits):
        return replace(reply, ending="near", tips=_numbered(hits[:NEAR]))
    strong = [hit for hit in hits if hit.strength == "strong"]
    return _counted(replace(reply, ending=ending, tips=_numbered(strong)), hits)


def _unanswered(reply: Reply, hits: Sequence[Hit]) -> Reply:
    """The model found no answer in the tips: what stands is what there is, or what is perhaps near."""
    if reply.tips:
        return replace(reply, ending="unsupported")
    if not hits:
        return reply
    strong = [hit for hit in hits if hit.strength == "strong"]
    if strong:
        return replace(reply, ending="unsupported", tips=_numbered(strong))
    return replace(reply, ending="near", tips=_numbered(hits[:NEAR]))


def _numbered(hits: Sequence[Hit]) -> tuple[Numbered, ...]:
    return tuple(Numbered(number, hit.tip) for number, hit in enumerate(hits, start=1))


def _counted(reply: Reply, hits: Sequence[Hit]) -> Reply:
    """With how many say that it worked, and how many that it did not: of what the answer rests on."""
    cited = {number for sentence in reply.sentences for number in sentence.cites}
    ids = {one.tip.id for one in reply.tips if one.number in cited or not reply.sentences}
    worked, failed = voices([hit for hit in hits if hit.tip.id in ids])
    return replace(reply, worked=worked, failed=failed)


def _search_words(world: World, question: str, talk: Talk) -> str:
    """A follow-up is searched for together with what it follows: by the model, else by joining both."""
    if not talk.turns:
        return question
    try:
        return world.model.search_words(question, earlier=talk.turns)
    except ModelUnavailable:
        return f"{question} {talk.turns[-1].question}"


def _pointers(world: World, viewer: Viewer, question: str) -> tuple[str, ...]:
    """Marked threads that wait for their author, for people who can read their public channel anyway."""
    before = working_days_before(world.clock.now(), world.rules.pointer_working_days)
    return tuple(link for _, link in search.pointers(world.db, viewer, question, card_before=before))
