"""Open questions where they stand in Slack: posted once, kept up to date, and what is due by the clock."""

import logging
from collections.abc import Callable
from functools import partial

from bot.answer import colleagues as service
from bot.answer.views import colleagues as views
from bot.errors import Refused
from bot.jobs.ticking import each
from bot.ports import Outgoing, World
from bot.slack.failures import language_of_reader
from bot.texts import say
from bot.texts.dates import working_days_before
from bot.trust.quiet import is_quiet_for
from storage import questions, shown
from storage.records import MessageRef, OpenQuestion

log = logging.getLogger(__name__)

_REDRAWN_AT_MOST = 5


def publish(world: World, question: OpenQuestion) -> OpenQuestion:
    """Posts what is not posted yet: in the channel, to people. Each once; who cannot be reached is left out."""
    team_id = question.team_id
    if question.channel_id is not None and question.post is None:
        question = _post(world, question, question.channel_id)
    if question.post is not None and question.permalink is None:
        _link(world, question, question.post)
    for one in questions.routings(world.db, team_id, question.id):
        if one.post is None:
            language = language_of_reader(world, team_id, one.user_id)
            message = views.post(question, to=language)
            try:
                ref = world.speaking.direct(f"question:{question.id}:to:{one.user_id}", one.user_id, message)
                questions.put_to(world.db, team_id, question.id, one.user_id, ref)
            except Refused:
                questions.not_put_to(world.db, team_id, question.id, one.user_id)
    return questions.now_open(world.db, team_id, question.id)


def _post(world: World, question: OpenQuestion, channel_id: str) -> OpenQuestion:
    try:
        ref = world.speaking.post(f"question:{question.id}:post", channel_id, views.post(question))
    except Refused as refused:
        log.warning("an open question could not be posted: %s", refused.text_key)
        return questions.unpostable(world.db, question.team_id, question.id)
    return questions.posted(world.db, question.team_id, question.id, ref)


def _link(world: World, question: OpenQuestion, ref: MessageRef) -> None:
    """Notes the way to the post; one that is gone may have been deleted before it was noted where it stands."""
    try:
        permalink = world.reading.permalink(ref.channel_id, ref.ts)
        questions.linked(world.db, question.team_id, question.id, permalink)
    except Refused:
        questions.post_deleted(world.db, question.team_id, ref.channel_id, ref.ts)


def redraw(world: World, team_id: str, question_id: str) -> None:
    """Brings a question's posts to what is so.

    Two at once may edit in the wrong order; whoever edits looks again afterwards, and draws what came meanwhile.
    """
    for _ in range(_REDRAWN_AT_MOST):
        question = questions.get(world.db, team_id, question_id)
        if question.post is not None:
            _edit(partial(world.speaking.edit, question.post, views.post(question)))
        for one in questions.routings(world.db, team_id, question_id):
            if one.post is not None:
                message = views.post(question, to=language_of_reader(world, team_id, one.user_id))
                _edit(partial(world.speaking.edit, one.post, message))
        questions.drawn(world.db, team_id, question_id, question.revision)
        if questions.get(world.db, team_id, question_id).revision == question.revision:
            return


def _edit(edit: Callable[[], None]) -> None:
    """A post that cannot be edited any more (its channel is archived, or the bot left) stays as it is."""
    try:
        edit()
    except Refused:
        log.info("a question's post cannot be edited any more")


def thank(world: World, question: OpenQuestion) -> None:
    """Thanks to everybody in the thread where it was asked."""
    if question.post is not None:
        text = Outgoing(say(question.language, "questions.thanks"))
        key, ref = f"question:{question.id}:thanks", question.post
        try:
            world.speaking.post(key, ref.channel_id, text, thread_ts=ref.ts)
        except Refused:
            log.info("a question's thread takes no thanks any more")


def tick(world: World) -> None:
    """What is due: posts, tips that came, one reminder, the kind end. What fails now is due at the next tick."""
    now = world.clock.now()
    for question in questions.due(world.db, now):
        each(partial(publish, world, question))
    each(partial(service.look_for_answers, world))
    for question, tip_id in questions.untold(world.db):
        each(partial(_tell, world, question, tip_id))
    for question in questions.expired(world.db, now):
        each(partial(_expire, world, question))
    before = working_days_before(now, service.REMIND_WORKING_DAYS)
    for question in questions.unanswered(world.db, opened_before=before):
        each(partial(_remind, world, question))
    for question in questions.stale(world.db):
        each(partial(redraw, world, question.team_id, question.id))


def _tell(world: World, question: OpenQuestion, tip_id: str) -> None:
    """Tells those who can be written to, at once: they asked for it. Who asked without a name finds it in Home."""
    asker = [question.asker_id] if question.asker_id else []
    for user_id in [*asker, *questions.echoers(world.db, question.team_id, question.id)]:
        try:
            person = world.reading.person(user_id)
            tip = service.answer_for(world, question.team_id, tip_id, user_id)
            if tip is not None and not person.is_gone:
                language = language_of_reader(world, question.team_id, user_id)
                message = views.solution(language, question, tip, person.tz)
                ref = world.speaking.direct(f"question:{question.id}:tip:{tip_id}:{user_id}", user_id, message)
                shown.note(world.db, question.team_id, ref, [tip_id], language)
        except Refused:
            continue
    questions.told(world.db, question.team_id, question.id, tip_id)


def _expire(world: World, question: OpenQuestion) -> None:
    if _is_to_wait(world, question):
        return
    if question.asker_id is not None:
        language = language_of_reader(world, question.team_id, question.asker_id)
        key = f"question:{question.id}:expired:{question.asker_id}"
        each(partial(world.speaking.direct, key, question.asker_id, views.expired(language, question)))
    questions.close(world.db, question.team_id, question.id, "closed")
    redraw(world, question.team_id, question.id)


def _is_to_wait(world: World, question: OpenQuestion) -> bool:
    """Whether whoever asked, with their name, is not to be disturbed now."""
    return question.asker_id is not None and is_quiet_for(world, question.team_id, question.asker_id)


def _remind(world: World, question: OpenQuestion) -> None:
    if _is_to_wait(world, question):
        return
    if question.asker_id is not None:
        person = world.reading.person(question.asker_id)
        if person.is_away:
            return
        language = language_of_reader(world, question.team_id, question.asker_id)
        key = f"question:{question.id}:reminder:{question.asker_id}"
        world.speaking.direct(key, question.asker_id, views.reminder(language, question, person.tz))
    questions.reminded(world.db, question.team_id, question.id)
