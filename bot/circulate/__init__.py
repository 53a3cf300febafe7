"""Know-how goes round: Home and settings, what people follow and what is new for them, thanks, company for worries."""

from collections.abc import Mapping

from slack_bolt import App

from bot.circulate import listeners
from bot.circulate.beginning import listeners as beginning
from bot.circulate.company import listeners as company
from bot.circulate.company.listeners import register_talks, then_offers
from bot.circulate.digest import listeners as digest
from bot.circulate.follows import listeners as follows
from bot.circulate.hosting import listeners as hosting
from bot.circulate.insights import listeners as insights
from bot.circulate.listeners import redraw_home
from bot.circulate.prompting import listeners as prompting
from bot.circulate.thanks import listeners as thanks
from bot.circulate.tried import listeners as tried
from bot.ports import Accept, Job, World

__all__ = ["JOBS", "redraw_home", "register", "register_talks", "then_offers", "tick"]

JOBS: Mapping[str, Job] = {
    kind: job
    for subject in (listeners, follows, digest, tried, thanks, prompting, hosting, company, insights, beginning)
    for kind, job in subject.JOBS.items()
}


def register(app: App, world: World, accept: Accept) -> None:
    for subject in (listeners, follows, digest, tried, thanks, prompting, hosting, company, insights, beginning):
        subject.register(app, world, accept)


def tick(world: World) -> None:
    """What is due by the clock, each subject's."""
    for subject in (listeners, digest, tried, thanks, prompting, hosting, company, insights):
        subject.tick(world)
