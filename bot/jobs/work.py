"""One job: the request is read, its room's function runs, and it ends in something its sender can see."""

import logging
from collections.abc import Callable, Mapping

from bot.errors import ExpectedError, SlackUnavailable, new_reference
from bot.ports import Job, Step, World
from storage import requests
from storage.errors import Locked
from storage.records import Request, RequestState

log = logging.getLogger(__name__)

Explain = Callable[[World, Request, ExpectedError], None]
ExplainFailure = Callable[[World, Request, str], None]


def do(
    request_id: str,
    step: Step,
    *,
    world: World,
    jobs: Mapping[str, Job],
    explain: Explain,
    explain_failure: ExplainFailure,
) -> None:
    """Does the job of a request.

    What passes by itself (Slack is down, the database is locked) leaves the request as it is, to be taken up again.
    """
    request = requests.find(world.db, request_id)
    if request is None or request.state != "accepted":
        return
    try:
        jobs[request.kind](world, request, step)
    except ExpectedError as error:
        refused = error
        _tell(request, step, lambda: explain(world, request, refused))
        _end(world, request, "refused")
    except (SlackUnavailable, Locked):
        log.warning("job %s (%s) waits: Slack or the database does not answer", request.id, request.kind)
    except Exception:
        reference = step("reference", new_reference)
        log.exception("job %s (%s) failed, reference %s", request.id, request.kind, reference)
        _tell(request, step, lambda: explain_failure(world, request, reference))
        _end(world, request, "failed", reference)
    else:
        _end(world, request, "done")


def _tell(request: Request, step: Step, say: Callable[[], None]) -> None:
    """Says how it ended. SlackUnavailable passes through: then the job is taken up again until it could be said."""
    try:
        step("explain", say)
    except SlackUnavailable:
        raise
    except Exception:
        log.exception("job %s (%s): its end could not be told", request.id, request.kind)


def _end(world: World, request: Request, state: RequestState, reference: str | None = None) -> None:
    requests.end(world.db, request.team_id, request.id, state, reference=reference)
