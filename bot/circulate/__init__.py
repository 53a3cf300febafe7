"""Know-how goes round: Home and settings, what people follow and what is new for them, thanks, company for worries."""

import logging
from collections.abc import Mapping

from slack_bolt import App

from bot.circulate import listeners
from bot.circulate.admins import listeners as admins
from bot.circulate.beginning import listeners as beginning
from bot.circulate.company import listeners as company
from bot.circulate.company.listeners import came_by, register_talks
from bot.circulate.digest import listeners as digest
from bot.circulate.follows import listeners as follows
from bot.circulate.hosting import listeners as hosting
from bot.circulate.insights import listeners as insights
from bot.circulate.listeners import redraw_home
from bot.circulate.prompting import listeners as prompting
from bot.circulate.thanks import listeners as thanks
from bot.circulate.tried import listeners as tried
from bot.ports import Accept, Job, World

log = logging.getLogger(__name__)

__all__ = ["JOBS", "came_by", "redraw_home", "register", "register_talks", "tick"]

SUBJECTS = (listeners, admins, follows, digest, tried, thanks, prompting, hosting, company, insights, beginning)
TICKING = (listeners, digest, tried, thanks, prompting, hosting, company, insights)
"""The subjects with something to do by the clock."""

JOBS: Mapping[str, Job] = {kind: job for subject in SUBJECTS for kind, job in subject.JOBS.items()}


def register(app: App, world: World, accept: Accept) -> None:
    for subject in SUBJECTS:
        subject.register(app, world, accept)


def tick(world: World) -> None:
    """What is due by the clock, each subject's. One that fails is logged, and holds no other up."""
    for subject in TICKING:
        try:
            subject.tick(world)
        except Exception:
            log.exception("what is due in %s failed and will be tried again", subject.__name__)
