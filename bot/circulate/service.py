"""Home, for one person: where the bot listens, what waits for them, what they shared, what it is all for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from bot.circulate import keeping
from bot.circulate import unasked as when
from bot.circulate.home.coming import Coming, coming_to, effects_of
from bot.circulate.themes.service import Current, current
from bot.conversation import Channel, Person
from bot.errors import Refused
from bot.ports import World
from bot.trust import consent, hosts, recognised
from bot.trust.viewer import readable_by, viewer_of
from storage import (
    author_questions,
    care,
    digests,
    drafts,
    feedback,
    insights,
    policies,
    questions,
    settings,
    sources,
    tips,
    unasked,
)
from storage.records import (
    AuthorQuestion,
    Care,
    Draft,
    FeedbackSums,
    Language,
    OldSources,
    OpenQuestion,
    PersonSettings,
    Rhythm,
    Tip,
    Viewer,
    WorkspaceSettings,
)

PURPOSE = 150
"""Characters of the one line."""

QUESTIONS, ASKED, ANSWERS = 4, 2, 1
"""Colleagues' and one's own open questions that Home lists, and tips for each of one's own, the newest."""


FEEDBACK_WEEKS = 4
"""Weeks, all of them over, of which hosts read the sums of feedback."""


@dataclass(frozen=True, slots=True)
class Home:
    """What somebody's Home shows. `emoji` are those that capture; `feedback` is for hosts and admins alone.

    `of_me` are questions to the author of a tip; `edited` are tips whose source was edited since; `orphans`,
    for hosts and admins, those whose author has left, and `told_of_policy` how many people were told last month that a
    tool of their draft is not approved, in fives, None for fewer. `themes`: those that are on where they read;
    `coming`: what comes round to them.
    `care`: what the owner of a tip is asked or told.
    `is_let_in`: no full member, but an admin opened workspace tips to them.
    """

    person: Person
    purpose: str
    channels: tuple[Channel, ...]
    drafts: tuple[Draft, ...]
    tips: tuple[Tip, ...]
    emoji: tuple[str, ...]
    of_me: tuple[tuple[AuthorQuestion, Tip], ...] = ()
    feedback: FeedbackSums | None = None
    asked: tuple["Asked", ...] = ()
    asked_more: int = 0
    questions: tuple["Listed", ...] = ()
    is_host: bool = False
    edited: frozenset[str] = frozenset()
    orphans: tuple[Tip, ...] = ()
    told_of_policy: int | None = None
    themes: tuple[Current, ...] = ()
    coming: Coming = field(default_factory=Coming)
    care: Mapping[str, Care] = field(default_factory=dict)
    is_let_in: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """One of somebody's own open questions, and the tips that may answer it."""

    question: OpenQuestion
    tips: tuple[Tip, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A colleague's open question. `is_echoed`: this person has it too."""

    question: OpenQuestion
    is_echoed: bool


def home_of(world: World, team_id: str, user_id: str, language: Language) -> Home:
    """Somebody's Home now. Their anonymous tips are recognised here, because they came by."""
    person = world.reading.person(user_id)
    recognised.rekey(world, team_id, user_id)
    full = person.is_full_member
    viewer = Viewer(team_id, user_id, is_full_member=full)
    workspace = settings.workspace(world.db, team_id)

    is_owner = recognised.owns(world, team_id, user_id)
    week_end, month = insights.last_week(world.clock.now()), f"{world.clock.now():%Y-%m}"
    is_host = hosts.is_host(world, team_id, user_id)
    asked = questions.of_asker(world.db, team_id, user_id, is_owner)
    own = tips.of_owner(world.db, viewer, is_owner)
    here = viewer_of(world, team_id, user_id)
    return Home(
        person=person,
        purpose=workspace.purpose,
        channels=_listening(world, user_id) if full else (),
        drafts=_drafts(world, team_id, user_id),
        tips=tuple(own),
        emoji=consent.capture_emoji(world, team_id),
        of_me=tuple(author_questions.of_owner(world.db, viewer, is_owner)),
        feedback=feedback.sums(world.db, team_id, since=week_end - timedelta(weeks=FEEDBACK_WEEKS), until=week_end)
        if is_host
        else None,
        asked=tuple(_asked(world, question, here) for question in asked[:ASKED]),
        asked_more=max(0, len(asked) - ASKED),
        questions=_others(world, team_id, user_id, {question.id for question in asked}) if full else (),
        is_host=is_host,
        edited=sources.edited_tips(world.db, viewer),
        orphans=keeping.orphans(world, here) if is_host and full else (),
        told_of_policy=policies.people_told(world.db, team_id, policies.month_before(month)) if is_host else None,
        themes=current(world, team_id, user_id) if full else (),
        coming=coming_to(world, here, own, language) if full else Coming(),
        care=care.of_tips(world.db, team_id, [tip.id for tip in own]),
        is_let_in=here.is_let_in,
    )


def mine_of(world: World, team_id: str, user_id: str) -> Home:
    """Of somebody's Home what they wrote themselves: all drafts and tips, with what came of these."""
    person = world.reading.person(user_id)
    recognised.rekey(world, team_id, user_id)
    viewer = Viewer(team_id, user_id, is_full_member=person.is_full_member)
    own = tips.of_owner(world.db, viewer, recognised.owns(world, team_id, user_id))
    return Home(
        person=person,
        purpose="",
        channels=(),
        drafts=_drafts(world, team_id, user_id),
        tips=tuple(own),
        emoji=(),
        edited=sources.edited_tips(world.db, viewer),
        coming=Coming(effects=effects_of(world, viewer, own)),
        care=care.of_tips(world.db, team_id, [tip.id for tip in own]),
    )


def _drafts(world: World, team_id: str, user_id: str) -> tuple[Draft, ...]:
    """Those of which there is something to decide."""
    every = drafts.of_author(world.db, team_id, user_id)
    return tuple(draft for draft in every if draft.content is not None)


def _asked(world: World, question: OpenQuestion, viewer: Viewer) -> Asked:
    """One's own question with the tips that may answer it and that one may see now."""
    found = questions.solutions(world.db, question.team_id, question.id)
    return Asked(question, tuple(tips.many(world.db, viewer, [one.tip_id for one in found]))[:ANSWERS])


def _others(world: World, team_id: str, user_id: str, own: set[str]) -> tuple[Listed, ...]:
    """Colleagues' open questions where this full member reads anyway: their channels, the bot's public ones."""
    readable = readable_by(world, user_id)
    listed = questions.listed(world.db, team_id, readable=readable, limit=QUESTIONS + len(own))
    echoed = questions.echoed_by(world.db, team_id, user_id)
    return tuple(Listed(one, one.id in echoed) for one in listed if one.id not in own)[:QUESTIONS]


def came_by(world: World, shown: Home) -> None:
    """Tips for questions that somebody asked without their name have been shown to them now, in their Home."""
    for asked in shown.asked:
        for tip in asked.tips if asked.question.is_anonymous else ():
            questions.seen(world.db, asked.question.team_id, asked.question.id, tip.id)


def _listening(world: World, user_id: str) -> tuple[Channel, ...]:
    """The bot's channels; of private ones only those that the person is in too (promise 2)."""
    theirs = world.reading.channels_of(user_id)
    return tuple(one for one in world.reading.own_channels() if not one.is_private or one.id in theirs)


def set_purpose(world: World, team_id: str, user_id: str, purpose: str) -> WorkspaceSettings:
    """Raises Refused for anybody but an admin."""
    hosts.check_admin(world, user_id)
    return settings.change_workspace(world.db, team_id, by=user_id, purpose=purpose, purpose_asked_at=world.clock.now())


def set_personal(
    world: World,
    team_id: str,
    user_id: str,
    *,
    language: Any,
    words: Literal["ask", "ok", "never"],
    may_be_asked: bool,
) -> PersonSettings:
    """What a person chose for themselves. `words`: whether what they write may be part of other people's drafts."""
    return settings.change_person(
        world.db,
        team_id,
        user_id,
        language=language,
        never_capture=words == "never",
        words_ok=words == "ok",
        may_be_asked=may_be_asked,
    )


def set_rhythm(world: World, team_id: str, user_id: str, **chosen: Any) -> Rhythm:
    """When a person wants to hear of what is new, by the names of Rhythm; what is due is counted anew."""
    rhythm = unasked.change_rhythm(world.db, team_id, user_id, **chosen)
    person, now = world.reading.person(user_id), world.clock.now()
    if rhythm.is_muted:
        return unasked.change_rhythm(world.db, team_id, user_id, digest_at=None, prompt_at=None)
    digest_at = when.next_time(now, rhythm, person, rhythm.digest)
    prompt_at = when.next_prompt(now, rhythm, person)
    return unasked.change_rhythm(world.db, team_id, user_id, digest_at=digest_at, prompt_at=prompt_at)


def introduced(world: World, team_id: str, user_id: str) -> None:
    """Somebody has seen what this is."""
    when.come_by(world, team_id, user_id)
    unasked.change_rhythm(world.db, team_id, user_id, introduced_at=world.clock.now())


def set_digest_channels(world: World, team_id: str, user_id: str, chosen: list[str]) -> None:
    """The channels with a digest of their own. Raises Refused for anybody but an admin."""
    hosts.check_admin(world, user_id)
    before = set(digests.channels(world.db, team_id))
    admin = world.reading.person(user_id)
    for channel_id in set(chosen) - before:
        digests.switch(world.db, when.first_of_channel(world, team_id, channel_id, admin))
    for channel_id in before - set(chosen):
        digests.switch_off(world.db, team_id, channel_id)


def set_rules(
    world: World,
    team_id: str,
    user_id: str,
    *,
    private_capture: bool,
    pointers: bool,
    own_knowledge: bool,
    closed: list[str],
    questions_channel_id: str | None,
    retention_days: int | None,
    slack_retention_days: int | None,
    old_sources: OldSources,
    capture_emoji: list[str],
    approved_tools: list[str],
    policy: str,
    unasked_a_week: int,
    host_ids: list[str],
) -> None:
    """The workspace's rules on capture, answers, and what is kept. Raises Refused for anybody but an admin."""
    hosts.check_admin(world, user_id)
    settings.change_workspace(
        world.db,
        team_id,
        by=user_id,
        retention_days=retention_days,
        slack_retention_days=slack_retention_days,
        old_sources=old_sources,
        capture_emoji=tuple(capture_emoji),
        approved_tools=tuple(approved_tools),
        policy=policy,
        unasked_a_week=unasked_a_week,
        host_ids=tuple(one for one in host_ids if world.reading.person(one).is_full_member),
        private_capture=private_capture,
        pointers=pointers,
        own_knowledge=own_knowledge,
        questions_channel_id=questions_channel_id,
    )
    before = set(settings.closed_channels(world.db, team_id))
    for channel_id in before.symmetric_difference(closed):
        capture = False if channel_id in closed else None
        settings.change_channel(world.db, team_id, channel_id, capture=capture, by=user_id)


def takes_questions(world: World, channel_id: str) -> bool:
    """Whether colleagues can be asked there: the bot is in it, and no other company."""
    try:
        channel = world.reading.channel(channel_id)
    except Refused:
        return False
    return consent.takes_questions(channel)
