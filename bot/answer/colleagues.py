"""When nobody knows: whom a question can be put to, whose it is, and which tips may answer it."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.answer.finding import find
from bot.conversation import Channel, Person
from bot.errors import Refused, SlackUnavailable
from bot.ports import Step, World
from bot.trust import consent, hosts
from bot.trust.language import language_of
from bot.trust.recognised import owns
from bot.trust.viewer import readable_by, viewer_of
from storage import conversations, questions, settings, tips
from storage.errors import NotFound
from storage.questions import Opened
from storage.records import OpenQuestion, Tip, Viewer

REMIND_WORKING_DAYS = 7
"""A question without a reply is brought up with its asker after so many working days, once."""

OPEN_FOR = timedelta(days=30)
"""So long a question stays open, and as long again when its asker keeps it."""

_LEAST_SECONDS, _SPAN_SECONDS = 60, 14 * 60
"""A question without a name is posted between one minute and a quarter of an hour after the click."""

_NEAR = 20
_PATIENCE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Ways:
    """Where a question would go: a channel, or people, or neither: then it is listed alone."""

    channel: Channel | None
    people: tuple[Person, ...] = ()


def ways(world: World, team_id: str, asker_id: str, text: str, *, besides: Collection[str] = ()) -> Ways:
    """Where a question would go now. `besides`: people who were asked already."""
    channel = _channel(world, team_id, asker_id)
    return Ways(channel) if channel else Ways(None, likely_people(world, team_id, asker_id, text, besides=besides))


def _channel(world: World, team_id: str, asker_id: str) -> Channel | None:
    """The channel that the admins chose, while the bot may post there and the asker can read it."""
    chosen = settings.workspace(world.db, team_id).questions_channel_id
    if chosen is None:
        return None
    try:
        channel = world.reading.channel(chosen)
    except Refused:
        return None
    if not consent.takes_questions(channel):
        return None
    if channel.is_private and channel.id not in world.reading.channels_of(asker_id):
        return None
    return channel


def likely_people(
    world: World, team_id: str, asker_id: str | None, text: str, *, besides: Collection[str] = ()
) -> tuple[Person, ...]:
    """At most three who shared near it with their name, agreed to be asked, are there, and were not asked this week."""
    viewer = viewer_of(world, team_id, asker_id) if asker_id else Viewer(team_id, None, is_full_member=True)
    hits = find(world, viewer, text, limit=_NEAR, patience=_PATIENCE_SECONDS).hits
    shared = dict.fromkeys(hit.tip.author_id for hit in hits if hit.tip.author_id)
    others = [author for author in shared if author != asker_id and author not in besides]
    found: list[Person] = []
    for user_id in questions.free_to_ask(world.db, team_id, others, world.clock.now()):
        person = world.reading.person(user_id)
        if person.is_full_member and not (person.is_away or person.is_gone):
            found.append(person)
        if len(found) == questions.MOST_PEOPLE:
            break
    return tuple(found)


def asked_by(world: World, team_id: str, asked_as: str, user_id: str) -> str:
    """The words of a question that this person asked the bot. Raises Refused for others', and when it went on."""
    check_asker(world, user_id)
    record = conversations.question(world.db, team_id, asked_as)
    if record is None or (record.asker_id is None and not record.text):
        raise Refused("questions.refused_asked")
    if record.asker_id != user_id:
        raise Refused("answer.ask_not_yours")
    return record.text


def check_asker(world: World, user_id: str) -> None:
    """Raises Refused unless they are a full member: colleagues are asked by colleagues."""
    if not world.reading.person(user_id).is_full_member:
        raise Refused("questions.refused_guest")


def similar(world: World, team_id: str, user_id: str, text: str) -> OpenQuestion | None:
    """A near-identical question that is open and that this person can read."""
    return questions.similar(world.db, team_id, text, readable=readable_by(world, user_id))


def open_question(
    world: World,
    step: Step,
    team_id: str,
    user_id: str,
    *,
    asked_as: str,
    text: str,
    named: bool,
    channel_id: str | None,
    people: Sequence[str],
) -> Opened:
    """Opens a question, to be posted at once with a name, a random while later without."""
    # random and not the request's: nothing may link a question without a name to who asked it
    question_id = step("question_id", questions.new_id)
    now = world.clock.now()
    delay = timedelta(0) if named else timedelta(seconds=_LEAST_SECONDS + secrets.randbelow(_SPAN_SECONDS))
    return questions.open_question(
        world.db,
        team_id=team_id,
        question_id=question_id,
        asked_as=asked_as,
        text=text,
        language=language_of(text, world.rules.language),
        owner=world.keys.owner(team_id, question_id, user_id),
        asker_id=user_id if named else None,
        channel_id=channel_id,
        people=people,
        readable=readable_by(world, user_id),
        opens_at=now + delay,
        closes_at=now + delay + OPEN_FOR,
    )


def is_asker(world: World, question: OpenQuestion, user_id: str) -> bool:
    if question.is_anonymous:
        return world.keys.owns(question.owner, question.team_id, question.id, user_id)
    return question.asker_id == user_id


def seen_by(world: World, team_id: str, question_id: str, user_id: str) -> OpenQuestion:
    """An open question for somebody who may see it. Raises Refused for anybody else, and when it ended."""
    try:
        question = questions.get(world.db, team_id, question_id)
    except NotFound:
        raise Refused("questions.refused_gone") from None
    may = is_asker(world, question, user_id) or (
        world.reading.person(user_id).is_full_member
        and (question.channel_id is None or question.channel_id in readable_by(world, user_id))
    )
    if not may or not question.is_open:
        raise Refused("questions.refused_gone")
    return question


def own(world: World, team_id: str, question_id: str, user_id: str) -> OpenQuestion:
    """Somebody's own question, open or not. Raises Refused for anybody else."""
    try:
        question = questions.get(world.db, team_id, question_id)
    except NotFound:
        raise Refused("questions.refused_gone") from None
    if not is_asker(world, question, user_id):
        raise Refused("questions.refused_not_yours")
    return question


def close(world: World, team_id: str, question_id: str, user_id: str) -> OpenQuestion:
    """Its asker takes a question back, or a host closes it. Raises Refused for anybody else."""
    try:
        question = questions.get(world.db, team_id, question_id)
    except NotFound:
        raise Refused("questions.refused_gone") from None
    if is_asker(world, question, user_id):
        return questions.close(world.db, team_id, question_id, "withdrawn")
    if hosts.is_host(world, team_id, user_id):
        return questions.close(world.db, team_id, question_id, "closed")
    if question.state == "withdrawn":
        # a job that goes on: nobody is recognised as its asker any more
        return question
    raise Refused("questions.refused_close")


def widen(world: World, question: OpenQuestion, user_id: str) -> tuple[OpenQuestion, int]:
    """Asks more widely, on its asker's wish. Gives in how many places more."""
    asked = [one.user_id for one in questions.routings(world.db, question.team_id, question.id)]
    channel = None if question.channel_id else _channel(world, question.team_id, user_id)
    people = () if channel else likely_people(world, question.team_id, user_id, question.text, besides=asked)
    return questions.widen(
        world.db,
        question.team_id,
        question.id,
        channel_id=channel.id if channel else None,
        people=[person.id for person in people],
    )


def look_for_answers(world: World) -> None:
    """What was shared since: strong hits alone may answer an open question, as far as its asker may see them."""
    waiting, upto = questions.to_match(world.db)
    for question in waiting:
        try:
            viewer = _viewer(world, question)
        except (Refused, SlackUnavailable):
            continue
        hits = find(world, viewer, question.text).hits
        strong = [hit.tip for hit in hits if hit.strength == "strong"]
        answers = [tip.id for tip in strong if tip.author_id is None or tip.author_id != question.asker_id]
        questions.matched(world.db, question, answers, upto)


def _viewer(world: World, question: OpenQuestion) -> Viewer:
    """Its asker; of one without a name it is known only that they are a full member who reads its channel."""
    if question.asker_id is not None:
        return viewer_of(world, question.team_id, question.asker_id)
    channels = frozenset({question.channel_id} if question.channel_id else ())
    return Viewer(question.team_id, None, is_full_member=True, channel_ids=channels)


def answer_for(world: World, team_id: str, tip_id: str, user_id: str) -> Tip | None:
    """A tip that may answer a question, for one of those who have it; None when it is theirs or not for their eyes."""
    tip = tips.get(world.db, viewer_of(world, team_id, user_id), tip_id)
    return None if tip is None or tip.author_id == user_id else tip


def waiting_for(world: World, team_id: str, user_id: str) -> list[tuple[OpenQuestion, Tip]]:
    """Tips for the questions that somebody asked without their name, not shown to them yet: they came by."""
    found = []
    for question in questions.of_asker(world.db, team_id, user_id, owns(world, team_id, user_id)):
        if question.is_anonymous:
            for one in questions.solutions(world.db, team_id, question.id, unseen=True):
                tip = answer_for(world, team_id, one.tip_id, user_id)
                if tip is not None:
                    found.append((question, tip))
    return found
