"""Insights, asked for in Home or in a warning: the figures in words at once, then the pictures, in the person's DM."""

from collections.abc import Mapping

from slack_bolt import App

from bot.circulate.insights import hollowing, service, views, words
from bot.errors import Refused
from bot.ports import Accept, Job, NewFile, Step, World
from bot.slack.failures import language_of_reader, sentence_of
from bot.slack.taking import Ack, Body, take_click
from bot.trust import hosts
from storage.records import Request


def tick(world: World) -> None:
    service.tick(world)
    hollowing.tick(world)


def register(app: App, world: World, accept: Accept) -> None:  # noqa: ARG001 - as every subject's
    def asked(body: Body, ack: Ack) -> None:
        take_click(accept, "circulate.insights", body, {})
        ack()

    app.action(views.SHOW)(asked)


def show(world: World, request: Request, step: Step) -> None:  # noqa: ARG001 - the port Job
    """For hosts and admins alone. Where Slack takes no files, the figures stand in words."""
    from bot.circulate.insights import charts  # noqa: PLC0415 - a second to load, and few ever ask for pictures

    team_id, user_id = request.team_id, request.person()
    hosts.check_host(world, team_id, user_id)
    language = language_of_reader(world, team_id, user_id)
    shown = service.shown(world, team_id)
    world.speaking.direct(f"{request.id}:insights", user_id, views.above(shown, language))
    if shown.is_empty:
        return
    try:
        for picture in words.pictures(shown, language):
            # after a crash a file is known again by its name alone
            name = f"{picture.name}-{request.id[:8]}.png"
            file = NewFile(name, charts.draw(shown, picture, language, "png"), picture.title, picture.alt)
            world.files.direct(f"{request.id}:{picture.name}", user_id, file, "")
    except Refused as refused:
        told = views.in_words(words.pictures(shown, language), sentence_of(refused, language), language)
        world.speaking.direct(f"{request.id}:words", user_id, told)


JOBS: Mapping[str, Job] = {"circulate.insights": show}
