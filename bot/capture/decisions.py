"""The author's decision, and everything that ends a draft or changes a tip afterwards."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Literal

from bot.capture import themed
from bot.conversation import Channel
from bot.errors import Refused
from bot.ports import Step, World
from bot.texts.dates import working_days_after
from bot.trust.recognised import owns
from bot.trust.viewer import are_enough
from storage import changing, drafts, sources, speakers, tips
from storage.drafts import Capture
from storage.errors import NotFound
from storage.records import (
    LEAST_PEOPLE,
    OPEN_STATES,
    WORKSPACE,
    Draft,
    DraftState,
    Kind,
    MessageRef,
    Tip,
    TipContent,
    Viewer,
    Visibility,
)

Decision = Literal["share_named", "share_anonymously", "later", "discard"]


@contextmanager
def refusing(text_key: str = "capture.refused_not_yours") -> Iterator[None]:
    """What storage does not find for somebody is refused to them."""
    try:
        yield
    except NotFound:
        raise Refused(text_key) from None


def share_named(world: World, step: Step, team_id: str, draft_id: str, user_id: str) -> Tip:
    """Shares the author's draft. Raises Refused for anybody else, and when it is not open any more."""
    draft = own_draft(world, team_id, draft_id, user_id)
    tip_id = step("tip_id", tips.new_id)
    with refusing("capture.card_gone"):
        return tips.publish_named(
            world.db,
            team_id=team_id,
            draft_id=draft_id,
            tip_id=tip_id,
            owner=world.keys.owner(team_id, tip_id, user_id),
            visibility=draft.visibility,
        )


def share_anonymously(
    world: World, step: Step, team_id: str, draft_id: str, user_id: str, *, digest: str, to_all: bool = False
) -> Tip:
    """Shares the author's draft without their name, as `digest` says that they saw it, at a random moment within hours.

    `to_all`: they said yes to the whole workspace, where the draft's own readers are too few.

    Raises Refused for anybody else, when it is not open any more or says something else, and where too few people would
    see it.
    """
    # random and not the request's: nothing may link an anonymous tip to who decided on it
    tip_id = step("tip_id", tips.new_id)
    viewer = Viewer(team_id, user_id, is_full_member=False)
    # a job that goes on after a crash finds no draft any more
    if known := tips.own(world.db, viewer, tip_id, owns(world, team_id, user_id)):
        return known
    draft = own_draft(world, team_id, draft_id, user_id)
    visibility = WORKSPACE if to_all else draft.visibility
    check_many_enough(world, visibility)
    with refusing("anonymity.changed"):
        return tips.publish_anonymously(
            world.db,
            team_id=team_id,
            draft_id=draft_id,
            tip_id=tip_id,
            owner=world.keys.owner(team_id, tip_id, user_id),
            visibility=visibility,
            comes_out_at=world.clock.now() + _delay(world.rules.anonymous_delay_minutes),
            digest=digest,
            keeps_theme=themed.tells_nothing(world, team_id, draft.theme_id),
        )


def _delay(minutes: int) -> timedelta:
    """Drawn evenly, and never so short that the tick alone would decide."""
    least = minutes * 60 // 16
    return timedelta(seconds=least + secrets.randbelow(minutes * 60 - least))


def discard(world: World, team_id: str, draft_id: str, user_id: str) -> None:
    """Deletes the author's draft."""
    own_draft(world, team_id, draft_id, user_id)
    drafts.close(world.db, team_id, draft_id, DraftState.DISCARDED)


def later(world: World, team_id: str, draft_id: str, user_id: str) -> datetime:
    """Lets the draft wait as long again."""
    own_draft(world, team_id, draft_id, user_id)
    until = working_days_after(world.clock.now(), world.rules.card_working_days)
    drafts.postpone(world.db, team_id, draft_id, until, later=True)
    return until


def own_draft(world: World, team_id: str, draft_id: str, user_id: str) -> Draft:
    """The open draft of its author. A draft that was shared counts as open for its author's own job that goes on."""
    with refusing("capture.card_gone"):
        draft = drafts.get(world.db, team_id, draft_id)
    if draft.state not in OPEN_STATES and draft.state is not DraftState.SHARED:
        raise Refused("capture.card_gone")
    if draft.state in OPEN_STATES and draft.author_id != user_id:
        raise Refused("capture.refused_not_yours")
    return draft


def edit_draft(world: World, team_id: str, draft_id: str, user_id: str, content: TipContent) -> Draft:
    """Puts the author's own words into their draft."""
    if own_draft(world, team_id, draft_id, user_id).state not in OPEN_STATES:
        raise Refused("capture.card_gone")
    return drafts.edit(world.db, team_id, draft_id, content)


def put_under(world: World, team_id: str, draft_id: str, user_id: str, theme: str) -> Draft:
    """Puts the author's draft under a theme that runs where they read; "" for none."""
    draft = own_draft(world, team_id, draft_id, user_id)
    if draft.state not in OPEN_STATES:
        raise Refused("capture.card_gone")
    if theme not in ("", draft.theme_id):
        themed.check_choice(world, team_id, user_id, theme)
    return drafts.put_under(world.db, team_id, draft_id, theme or None)


def own_tip(world: World, team_id: str, tip_id: str, user_id: str) -> Tip:
    """A tip for its owner. Raises Refused for anybody else."""
    viewer = Viewer(team_id, user_id, is_full_member=False)
    if tip := tips.own(world.db, viewer, tip_id, owns(world, team_id, user_id)):
        return tip
    raise Refused("capture.refused_not_yours")


def edit_tip(
    world: World, team_id: str, tip_id: str, user_id: str, content: TipContent
) -> tuple[Tip, MessageRef | None]:
    """The owner's new words. Gives the card, if any, that offered an update of the words before."""
    viewer = Viewer(team_id, user_id, is_full_member=False)
    before = own_tip(world, team_id, tip_id, user_id)
    is_author = before.is_anonymous or before.author_id == user_id
    if content.kind is Kind.WORRY and before.content.kind is not Kind.WORRY and not is_author:
        raise Refused("capture.refused_worry")
    with refusing():
        tip = tips.edit(world.db, viewer, tip_id, content, owns(world, team_id, user_id))
        return tip, sources.settle(world.db, viewer, tip_id, owns(world, team_id, user_id))


def withdraw_tip(world: World, team_id: str, tip_id: str, user_id: str) -> Tip:
    viewer = Viewer(team_id, user_id, is_full_member=False)
    with refusing():
        return tips.withdraw(world.db, viewer, tip_id, owns(world, team_id, user_id))


def put_name_on(world: World, team_id: str, tip_id: str, user_id: str) -> Tip:
    """Puts the owner's name on their tip. Raises Refused for anybody else."""
    viewer = Viewer(team_id, user_id, is_full_member=False)
    with refusing():
        return changing.make_named(world.db, viewer, tip_id, owns(world, team_id, user_id))


def take_name_off(world: World, team_id: str, tip_id: str, user_id: str, *, digest: str, to_all: bool = False) -> Tip:
    """Takes the owner's name off their tip everywhere; it says what they saw, by `digest`. `to_all`: as in sharing.

    Raises Refused for anybody else, when it says something else by now, and where too few people see it.
    """
    tip = own_tip(world, team_id, tip_id, user_id)
    visibility = WORKSPACE if to_all else None
    if not tip.is_anonymous:
        check_many_enough(world, visibility or tip.visibility)
    viewer, is_owner = Viewer(team_id, user_id, is_full_member=False), owns(world, team_id, user_id)
    with refusing("anonymity.changed"):
        return changing.make_anonymous(world.db, viewer, tip_id, is_owner, digest=digest, visibility=visibility)


def set_visibility(world: World, team_id: str, tip_id: str, user_id: str, visibility: Visibility) -> Tip:
    """Shows the owner's tip to the workspace, or to one channel they are in. Raises Refused for anybody else."""
    tip = own_tip(world, team_id, tip_id, user_id)
    if visibility.channel_id is not None:
        channel = world.reading.channel(visibility.channel_id)
        if channel.id not in world.reading.channels_of(user_id) or channel.is_direct or channel.is_shared:
            raise Refused("consent.not_in_channel")
        if tip.is_anonymous:
            check_many_enough(world, visibility)
    viewer = Viewer(team_id, user_id, is_full_member=False)
    with refusing():
        return changing.set_visibility(world.db, viewer, tip_id, visibility, owns(world, team_id, user_id))


def places_of(world: World, user_id: str) -> list[Channel]:
    """The channels to which somebody may show a tip alone: theirs and the bot's, not shared with another company."""
    theirs = world.reading.channels_of(user_id)
    return [one for one in world.reading.own_channels() if one.id in theirs and not one.is_shared]


def check_many_enough(world: World, visibility: Visibility) -> None:
    """Among a few people an anonymous tip has an author whom everybody can guess. Raises Refused."""
    if not are_enough(world, visibility):
        raise Refused("consent.too_few", fewest=str(LEAST_PEOPLE))


def refuse_words(world: World, team_id: str, tip_id: str, user_id: str, speaker_id: str) -> Tip:
    """Takes out of the author's tip what came in with somebody's OK."""
    viewer = Viewer(team_id, user_id, is_full_member=False)
    with refusing():
        return speakers.refuse(world.db, viewer, tip_id, speaker_id, owns(world, team_id, user_id))


def take_back(world: World, team_id: str, capture: Capture) -> Draft | None:
    """An emoji was taken away: the draft that lost its last one before its author decided."""
    return drafts.uncapture(world.db, team_id, capture.key)


def source_deleted(world: World, team_id: str, channel_id: str, ts: str) -> None:
    """A message was deleted in Slack: what rests on it goes.

    Of what rests on other speakers' words only those words go.
    """
    # noted first: a draft that is being made just now either sees it, or is found below
    drafts.deleted_meanwhile(world.db, team_id, channel_id, world.keys.message(team_id, channel_id, ts))
    hashes = world.keys.messages(team_id, channel_id, ts)
    speakers.source_deleted(world.db, team_id, hashes)
    for draft in drafts.resting_on(world.db, team_id, hashes):
        drafts.close(world.db, team_id, draft.id, DraftState.WITHDRAWN)
    # last: what was shared while the drafts were looked at is a tip by now
    tips.withdraw_resting_on(world.db, team_id, hashes)
