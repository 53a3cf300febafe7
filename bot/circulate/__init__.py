"""Know-how goes round: Home and settings, what people follow, what is new for them, trials, thanks, small questions."""

from collections.abc import Mapping

from slack_bolt import App

from bot.circulate import listeners
from bot.circulate.admins import listeners as admins
from bot.circulate.digest import listeners as digest
from bot.circulate.follows import listeners as follows
from bot.circulate.listeners import redraw_home
from bot.circulate.prompting import listeners as prompting
from bot.circulate.thanks import listeners as thanks
from bot.circulate.tried import listeners as tried
from bot.ports import Accept, Job, World

__all__ = ["JOBS", "redraw_home", "register", "tick"]

JOBS: Mapping[str, Job] = {
    kind: job
    for subject in (listeners, admins, follows, digest, tried, thanks, prompting)
    for kind, job in subject.JOBS.items()
}


def register(app: App, world: World, accept: Accept) -> None:
    for subject in (listeners, admins, follows, digest, tried, thanks, prompting):
        subject.register(app, world, accept)


def tick(world: World) -> None:
    """What is due by the clock, each subject's."""
    for subject in (listeners, digest, tried, thanks, prompting):
        subject.tick(world)
