"""What is done about open questions, after the ack."""

from bot.answer import colleagues as service
from bot.answer.listeners import posts
from bot.answer.views import colleagues as views
from bot.answer.views.reply import said
from bot.errors import Refused
from bot.ports import Job, Outgoing, Step, World
from bot.slack.failures import language_of_reader
from bot.texts import say
from bot.texts.dates import full_day
from storage import questions
from storage.errors import NotFound
from storage.records import Language, MessageRef, OpenQuestion, Request


def ask_colleagues(world: World, request: Request, step: Step) -> None:
    """The asker wants colleagues to be asked. Without a name this is the last that is known of them."""
    payload, user_id, team_id = request.payload, request.person(), request.team_id
    language = _language(world, request)
    # the record is emptied with the opening: a job that goes on has to know that it was looked at
    step("asked_by", lambda: bool(service.asked_by(world, team_id, payload["asked_as"], user_id)))
    opened = service.open_question(
        world,
        step,
        team_id,
        user_id,
        asked_as=payload["asked_as"],
        text=payload["text"],
        named=payload["named"],
        channel_id=payload["channel"],
        people=payload["people"],
    )
    question = opened.question
    if opened.is_joined:
        _say(world, request, "joined", views.joined(language, question))
        return
    if not question.is_anonymous:
        question = posts.publish(world, question)
    people = len(questions.routings(world.db, team_id, question.id))
    _say(world, request, "noted", views.receipt(language, question, people))


def echo(world: World, request: Request, step: Step) -> None:
    """Me too, or no longer. What is wanted is decided once, so that a job that goes on does not turn it round."""
    user_id, team_id = request.person(), request.team_id
    question = service.seen_by(world, team_id, request.payload["question"], user_id)
    language = _language(world, request)
    if service.is_asker(world, question, user_id):
        _whisper(world, request, say(language, "questions.echo_own"))
        return
    in_modal = request.payload["where"] == "modal"
    has = user_id in questions.echoers(world.db, team_id, question.id)
    on = step("wanted", lambda: in_modal or not has)
    questions.echo(world.db, team_id, question.id, user_id, on=on)
    posts.redraw(world, team_id, question.id)
    _whisper(world, request, say(language, "questions.echo_on" if on else "questions.echo_off"))


def judged(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """Whether a tip solved it: for the asker the question ends, for others only theirs."""
    payload, user_id, team_id = request.payload, request.person(), request.team_id
    language = _language(world, request)
    question = _question(world, request)
    if not service.is_asker(world, question, user_id):
        if user_id not in questions.echoers(world.db, team_id, question.id) and question.is_open:
            raise Refused("questions.refused_not_yours")
        if payload["solved"]:
            questions.echo(world.db, team_id, question.id, user_id, on=False)
            posts.redraw(world, team_id, question.id)
        _replace(world, request, say(language, f"questions.{'solved_echo' if payload['solved'] else 'not_yet_noted'}"))
        return
    if payload["solved"]:
        if questions.solve(world.db, team_id, question.id, payload["tip"]).state != "solved":
            raise Refused("questions.refused_gone")
        posts.redraw(world, team_id, question.id)
        posts.thank(world, question)
        _replace(world, request, say(language, "questions.solved_thanks"))
    else:
        questions.not_yet(world.db, team_id, question.id, payload["tip"])
        _replace(world, request, say(language, "questions.not_yet_noted"))


def closed(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """Taken back by its asker, or closed by a host."""
    ended = service.close(world, request.team_id, request.payload["question"], request.person())
    posts.redraw(world, request.team_id, ended.id)
    _replace(world, request, say(_language(world, request), "questions.closed"))


def kept(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    question = service.own(world, request.team_id, request.payload["question"], request.person())
    until = world.clock.now() + service.OPEN_FOR
    questions.keep(world.db, request.team_id, question.id, until)
    date = full_day(until, _language(world, request), world.reading.person(request.person()).tz)
    _replace(world, request, say(_language(world, request), "questions.kept", date=date))


def widened(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    question = service.own(world, request.team_id, request.payload["question"], request.person())
    if not question.is_open:
        raise Refused("questions.refused_gone")
    # the tick posts it: of two who post at once neither would see the other's
    _, added = service.widen(world, question, request.person())
    _replace(world, request, say(_language(world, request), f"questions.{'widened' if added else 'widened_nobody'}"))


def with_news(job: Job) -> Job:
    """The job, and after it what waits for who came by: tips for questions that they asked without their name."""

    def came_by(world: World, request: Request, step: Step) -> None:
        job(world, request, step)
        payload = request.payload
        if not payload.get("direct"):
            return
        user_id, language = request.person(), _language(world, request)
        # where it stands is not noted: it would tell, beside the question, who asked it without their name
        for question, tip in service.waiting_for(world, request.team_id, user_id):
            tz = world.reading.person(user_id).tz
            found = views.solution(language, question, tip, tz)
            news = Outgoing(found.text, [*said(say(language, "questions.waits")).blocks, *found.blocks])
            key = f"{request.id}:waits:{question.id}:{tip.id}"
            if payload.get("command"):
                world.speaking.direct(key, user_id, news)
            else:
                world.speaking.post(key, payload["channel"], news, thread_ts=payload["thread_ts"])
            questions.seen(world.db, request.team_id, question.id, tip.id)

    return came_by


def _question(world: World, request: Request) -> OpenQuestion:
    try:
        return questions.get(world.db, request.team_id, request.payload["question"])
    except NotFound:
        raise Refused("questions.refused_gone") from None


def _language(world: World, request: Request) -> Language:
    return language_of_reader(world, request.team_id, request.person())


def _say(world: World, request: Request, what: str, message: Outgoing) -> None:
    """Where they asked if it was in their DM, else in their DM."""
    place = request.payload["reply_to"]
    if str(place["channel"] or "").startswith("D"):
        world.speaking.post(f"{request.id}:{what}", place["channel"], message, thread_ts=place["thread_ts"])
    else:
        world.speaking.direct(f"{request.id}:{what}", request.person(), message)


def _whisper(world: World, request: Request, text: str) -> None:
    """A word to whoever clicked, where they clicked: in a channel for their eyes alone, in Home by Home itself."""
    payload, user_id = request.payload, request.person()
    if payload["where"] == "home":
        world.redraw_home(request.team_id, user_id)
    elif (card := payload.get("card")) and not card["channel"].startswith("D"):
        thread_ts = payload["reply_to"]["thread_ts"]
        world.speaking.whisper(f"{request.id}:said", card["channel"], user_id, Outgoing(text), thread_ts=thread_ts)
    else:
        world.speaking.direct(f"{request.id}:said", user_id, Outgoing(text))


def _replace(world: World, request: Request, text: str) -> None:
    """A sentence in place of the message whose button was clicked; Home shows by itself what is so."""
    card = request.payload.get("card")
    if card and card["channel"].startswith("D"):
        world.speaking.edit(MessageRef(card["channel"], card["ts"]), said(text))
    elif request.payload["where"] == "home":
        world.redraw_home(request.team_id, request.person())
    else:
        world.speaking.direct(f"{request.id}:said", request.person(), Outgoing(text))
