"""The ways on from a tip or an answer: copy, try, ask its author, say whether it helped. Each checked for who asks."""

from collections.abc import Iterable
from datetime import timedelta

from bot.conversation import Person
from bot.errors import Refused
from bot.ports import World
from bot.trust.recognised import owns
from bot.trust.viewer import viewer_of
from storage import author_questions, conversations, feedback, tips, trials, tries
from storage.errors import NotFound, Own
from storage.records import (
    AuthorQuestion,
    AuthorQuestionState,
    FeedbackReason,
    Tip,
    TrialOutcome,
    Verdict,
    Viewer,
)

WAITS_DAYS = 30
"""Days that a question to an author waits."""


def tip_for(world: World, team_id: str, user_id: str, tip_id: str) -> Tip:
    """A tip, read again for this person. Raises Refused when it is gone or not for them."""
    found = tips.get(world.db, viewer_of(world, team_id, user_id), tip_id)
    if found is None:
        raise Refused("ways.gone")
    return found


def note_trial(world: World, team_id: str, user_id: str, tip_id: str, outcome: TrialOutcome) -> None:
    """Notes that somebody tried a tip of somebody else's. Raises Refused."""
    viewer = viewer_of(world, team_id, user_id)
    try:
        trials.note(world.db, viewer, tip_id, outcome, is_owner=owns(world, team_id, user_id))
    except NotFound:
        raise Refused("ways.gone") from None
    except Own:
        raise Refused("ways.own_tip") from None


def describe_trial(world: World, team_id: str, user_id: str, tip_id: str, *, tool: str, model: str, line: str) -> None:
    """Adds what somebody says (redacted) to what they noted. Raises Refused."""
    viewer = Viewer(team_id, user_id, is_full_member=False)
    try:
        trials.describe(world.db, viewer, tip_id, tool=tool or None, model=model or None, note=line)
    except NotFound:
        raise Refused("ways.nothing_noted") from None


def judge(
    world: World, team_id: str, user_id: str, question_id: str, verdict: Verdict, reason: FeedbackReason | None = None
) -> None:
    """Notes whether an answer helped. Raises Refused when the question is not remembered any more."""
    try:
        feedback.give(world.db, team_id, question_id, user_id, verdict, reason)
    except NotFound:
        raise Refused("ways.feedback_gone") from None


def took_along(world: World, team_id: str, user_id: str, tip_ids: Iterable[str]) -> None:
    """Somebody took tips along, and may be asked a day later what came of it: a prompt was copied, an answer helped."""
    tries.expect(world.db, team_id, user_id, tip_ids)


def took_along_answer(world: World, team_id: str, user_id: str, question_id: str) -> None:
    """An answer helped somebody: of its first tip they may be asked what came of it."""
    took_along(world, team_id, user_id, conversations.tips_of(world.db, team_id, question_id)[:1])


def askable(world: World, team_id: str, user_id: str, tip_id: str) -> tuple[Tip, Person | None]:
    """A tip whose author can be asked now, and the author when they are named. Raises Refused."""
    viewer = viewer_of(world, team_id, user_id)
    tip = tip_for(world, team_id, user_id, tip_id)
    if tips.is_of(world.db, viewer, tip_id, owns(world, team_id, user_id)):
        raise Refused("ways.own_question")
    if author_questions.waits(world.db, viewer, tip_id):
        raise Refused("ways.ask_waits")
    return tip, _author(world, tip)


def ask_author(
    world: World, team_id: str, user_id: str, question_id: str, tip_id: str, text: str
) -> tuple[AuthorQuestion, Tip]:
    """Keeps a question (redacted) for the author of a tip. Raises Refused, also while an earlier one waits."""
    viewer = viewer_of(world, team_id, user_id)
    tip = tip_for(world, team_id, user_id, tip_id)
    _author(world, tip)
    is_owner = owns(world, team_id, user_id)
    try:
        question = author_questions.ask(world.db, viewer, question_id, tip_id, text, is_owner=is_owner)
    except NotFound:
        raise Refused("ways.gone") from None
    except Own:
        raise Refused("ways.own_question") from None
    if question.id != question_id:
        raise Refused("ways.asked_again")
    return question, tip


def _author(world: World, tip: Tip) -> Person | None:
    """The author of a named tip; None for an anonymous one. Raises Refused when there is nobody to ask."""
    if tip.is_anonymous:
        return None
    if tip.author_id is None:
        raise Refused("ways.ask_nobody")
    try:
        author = world.reading.person(tip.author_id)
    except Refused:
        raise Refused("ways.ask_gone") from None
    if author.is_gone:
        raise Refused("ways.ask_gone")
    return author


def asked_of(world: World, team_id: str, user_id: str, question_id: str) -> tuple[AuthorQuestion, Tip]:
    """A question that waits for this person. Raises Refused when it does not, or not for them."""
    for question, tip in waiting_for(world, team_id, user_id):
        if question.id == question_id:
            return question, tip
    raise Refused("ways.card_ended")


def waiting_for(
    world: World,
    team_id: str,
    user_id: str,
    *,
    states: tuple[AuthorQuestionState, ...] = ("asked", "shown"),
    anonymous_only: bool = False,
) -> list[tuple[AuthorQuestion, Tip]]:
    """The questions that wait for somebody. The author of an anonymous tip is recognised here, because they came by."""
    viewer = Viewer(team_id, user_id, is_full_member=False)
    is_owner = owns(world, team_id, user_id)
    return author_questions.of_owner(world.db, viewer, is_owner, states=states, anonymous_only=anonymous_only)


def due(world: World) -> list[AuthorQuestion]:
    """The questions that have to end now."""
    return author_questions.due(world.db, asked_before=world.clock.now() - timedelta(days=WAITS_DAYS))
