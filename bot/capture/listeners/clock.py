"""What is due by the clock: what comes out, is looked for again, is shown otherwise, waits for its author too long."""

from datetime import datetime, timedelta
from functools import partial

from bot.capture import views
from bot.capture.listeners import sources, speakers, visibility
from bot.capture.listeners.telling import card_of, end_card
from bot.jobs.ticking import each
from bot.ports import Outgoing, World
from bot.slack.failures import language_of_reader
from bot.texts import say
from bot.texts.dates import day, working_days_after
from bot.trust.quiet import is_quiet_for
from storage import deliveries, drafts, shown, tips
from storage.records import Draft, DraftState

_DELETIONS_KEPT = timedelta(days=1)


def tick(world: World) -> None:
    """What is due by the clock, each subject's. Messages follow after all that may change what they show."""
    for due in (speakers.tick, _come_out, sources.tick, visibility.tick, _follow_tips, _follow_cards):
        each(partial(due, world))


def _come_out(world: World) -> None:
    tips.come_out(world.db)
    drafts.forget_deletions(world.db, before=world.clock.now() - _DELETIONS_KEPT)


def _follow_tips(world: World) -> None:
    """Messages that show a tip as it is not any more say so instead, and show nothing of it."""
    for outdated in shown.outdated(world.db):
        each(partial(_outdate, world, outdated))


def _outdate(world: World, outdated: shown.Outdated) -> None:
    text = say(outdated.language, f"consent.answer_{outdated.why}")
    world.speaking.edit(outdated.ref, views.sentence(text))
    shown.gone(world.db, outdated.team_id, outdated.ref)


def _follow_cards(world: World) -> None:
    """One reminder, then the end. While an author is away their card waits."""
    now, rules = world.clock.now(), world.rules
    for draft in drafts.waiting(world.db):
        posted = draft.card_at or draft.created_at
        due = draft.due_at or working_days_after(posted, rules.card_working_days)
        remind = working_days_after(posted, rules.reminder_working_days)
        if now >= due or (now >= remind and not draft.reminded_at):
            each(partial(_follow_card, world, draft, due))


def _follow_card(world: World, draft: Draft, due: datetime) -> None:
    if draft.author_id is None:
        return
    if world.reading.person(draft.author_id).is_away:
        drafts.postpone(world.db, draft.team_id, draft.id, working_days_after(due, 1))
    elif world.clock.now() >= due:
        # first what is seen: where a process dies in between, the next tick does both again
        end_card(world, draft.team_id, card_of(draft), "capture.card_expired")
        drafts.close(world.db, draft.team_id, draft.id, DraftState.EXPIRED)
    elif (
        draft.state is DraftState.WAITING
        and draft.card is not None
        and not is_quiet_for(world, draft.team_id, draft.author_id)
    ):
        _remind(world, draft)


def _remind(world: World, draft: Draft) -> None:
    if draft.author_id is None or draft.card is None or draft.due_at is None:
        return
    language = language_of_reader(world, draft.team_id, draft.author_id)
    date = day(draft.due_at, language, world.reading.person(draft.author_id).tz)
    text = Outgoing(say(language, "capture.card_reminder", date=date))
    world.speaking.post(deliveries.of_draft(draft.id, "reminder"), draft.card.channel_id, text, thread_ts=draft.card.ts)
    drafts.reminded(world.db, draft.team_id, draft.id)
