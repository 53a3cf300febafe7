"""A theme where it stands in Slack: each post is planned, sent once, and follows what it shows."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.circulate.themes import owner_views, retro_views, service, views
from bot.errors import Refused
from bot.ports import Outgoing, World
from bot.slack.failures import language_of_reader
from bot.slack.outgoing import plain, section
from bot.texts import say
from bot.texts.dates import day
from bot.trust import consent
from storage import deliveries, rising, settings, theme_notes, theme_posts, themes, tips
from storage.records import Language, Theme, ThemePost, Tip, Viewer
from storage.theme_posts import OWNERS_POST

log = logging.getLogger(__name__)

_REDRAWN_AT_MOST = 5

_IDLE, _WRAP, _SUMMARY = f"{OWNERS_POST}idle:", f"{OWNERS_POST}wrap:", "summary:"


def kickoff(world: World, theme: Theme) -> Theme:
    """Posts what opens a theme, once. Raises Refused where the bot may not post."""
    theme_posts.plan(world.db, theme.team_id, theme.id, "kickoff")
    message = _opening(world, theme)
    ref = world.speaking.post(deliveries.of_theme(theme.id, "kickoff"), theme.channel_id, message)
    theme_posts.posted(world.db, theme.team_id, theme.id, "kickoff", ref)
    return theme_posts.linked(world.db, theme.team_id, theme.id, world.reading.permalink(ref.channel_id, ref.ts))


def _opening(world: World, theme: Theme) -> Outgoing:
    purpose = settings.workspace(world.db, theme.team_id).purpose
    return views.kickoff(theme, zone(world, theme), consent.capture_emoji(world, theme.team_id)[0], purpose=purpose)


def remind(world: World, theme: Theme) -> None:
    """The next reminder, with what has come so far."""
    key = f"reminder:{service.reminders(world, theme) + 1}"
    viewer = service.viewer(world, theme)
    so_far = service.gathered(world, theme, viewer)
    listed = theme_posts.plan(world.db, theme.team_id, theme.id, key, [tip.id for tip in so_far.tips])
    message = _message(world, theme, viewer, key, listed)
    ref = world.speaking.post(deliveries.of_theme(theme.id, key), theme.channel_id, message)
    theme_posts.posted(world.db, theme.team_id, theme.id, key, ref)


def wrap_up(world: World, theme: Theme) -> None:
    """Posts the wrap-up as its owner has seen it."""
    seen = [post.listed for post in _to_owner(world, theme) if post.key.startswith(_WRAP)]
    # a job that goes on has planned it, and perhaps forgotten what its owner saw
    listed = theme_posts.plan(world.db, theme.team_id, theme.id, "wrapup", seen[-1] if seen else ())
    message = _message(world, theme, service.viewer(world, theme), "wrapup", listed)
    ref = world.speaking.post(deliveries.of_theme(theme.id, "wrapup"), theme.channel_id, message)
    theme_posts.posted(world.db, theme.team_id, theme.id, "wrapup", ref)


def ask_idle(world: World, theme: Theme, since: datetime) -> None:
    """Asks the owner whether a theme goes on to which nothing has come `since` then."""
    _ask(world, theme, f"{_IDLE}{since:%Y%m%d}", ())


def ask_wrap_up(world: World, theme: Theme, so_far: service.Gathered, *, asked_by: str = "") -> None:
    """Shows the owner the wrap-up, and what else may become of the theme: once, and anew for each request to see it."""
    _ask(world, theme, f"{_WRAP}{theme.wrapped_at:%Y%m%d%H%M%S}:{asked_by}", _ids(so_far))


def _ask(world: World, theme: Theme, key: str, listed: Sequence[str]) -> None:
    """In the owner's DM, once by the key; what they were asked before is over."""
    if theme.owner_id is None:
        return
    listed = theme_posts.plan(world.db, theme.team_id, theme.id, key, listed)
    message = _to_decide(world, theme, key, listed)
    ref = world.speaking.direct(deliveries.of_theme(theme.id, f"{key}:{theme.owner_id}"), theme.owner_id, message)
    theme_posts.posted(world.db, theme.team_id, theme.id, key, ref)
    end_owners(world, theme, "themes.asked_again", but=key)


def end_owners(world: World, theme: Theme, text_key: str, *, but: str | None = None) -> None:
    """A sentence in the place of what the owner was asked."""
    for post in _to_owner(world, theme):
        if post.key != but and theme.owner_id is not None:
            language = language_of_reader(world, theme.team_id, theme.owner_id)
            _edit(world, post, sentence(theme, text_key, language))
            theme_posts.gone(world.db, theme.team_id, theme.id, post.key)


def tips_shown(world: World, theme: Theme) -> list[Tip]:
    """The tips that the owner is shown in the wrap-up, as far as they may see them still."""
    viewer = service.owners_viewer(world, theme)
    return tips.many(world.db, viewer, ids_shown(world, theme)) if viewer else []


def ids_shown(world: World, theme: Theme) -> list[str]:
    """The tips and open questions that the owner was shown in the wrap-up."""
    return [one for post in _to_owner(world, theme) for one in post.listed]


def told(theme: Theme, seen: Sequence[Tip]) -> Theme:
    """A theme with what was learned from these tips alone: a sentence says what its tips do."""
    there = {tip.id for tip in seen}
    return replace(theme, learned=tuple(one for one in theme.learned if there.issuperset(one.tip_ids)))


def sentence(theme: Theme, text_key: str, language: Language) -> Outgoing:
    text = say(language, text_key, name=plain(theme.name), channel=f"<#{theme.channel_id}>")
    return Outgoing(text, [section(text)])


def _to_owner(world: World, theme: Theme) -> list[ThemePost]:
    posts = theme_posts.of_theme(world.db, theme.team_id, theme.id)
    return [post for post in posts if post.key.startswith(OWNERS_POST)]


def redraw(world: World, theme: Theme) -> None:
    """Brings a theme's posts to what is so.

    Two at once may edit in the wrong order; whoever edits looks again afterwards, and draws what came meanwhile.
    """
    for _ in range(_REDRAWN_AT_MOST):
        theme = themes.get(world.db, theme.team_id, theme.id)
        try:
            viewer = service.viewer(world, theme)
        except Refused:
            # the channel cannot be looked at any more: then nothing is shown
            viewer = Viewer(theme.team_id, None, is_full_member=False)
        for post in theme_posts.of_theme(world.db, theme.team_id, theme.id):
            if not post.key.startswith(_SUMMARY):
                _edit(world, post, _message(world, theme, viewer, post.key, post.listed))
        _redraw_summary(world, theme)
        theme_posts.drawn(world.db, theme.team_id, theme.id, theme.revision)
        if themes.get(world.db, theme.team_id, theme.id).revision == theme.revision:
            return


def _message(world: World, theme: Theme, viewer: Viewer, key: str, listed: Sequence[str]) -> Outgoing:
    """A post as it is now: of what it lists, what everybody in the channel may see still."""
    if key.startswith(OWNERS_POST):
        return _to_decide(world, theme, key, listed)
    tz = zone(world, theme)
    if key == "kickoff":
        return _opening(world, theme)
    seen = tips.many(world.db, viewer, listed)
    if key.startswith("reminder:"):
        return views.reminder(theme, seen, tz, guests=not viewer.is_full_member)
    return views.wrap_up(told(theme, seen), seen, rising.still_open(world.db, theme.team_id, listed))


def _to_decide(world: World, theme: Theme, key: str, listed: Sequence[str]) -> Outgoing:
    """What the owner is asked, as it is now. Who cannot read the channel any more is shown nothing of it."""
    owner_id = theme.owner_id or ""
    language = language_of_reader(world, theme.team_id, owner_id)
    viewer = service.owners_viewer(world, theme)
    if viewer is None:
        return sentence(theme, "themes.left_to_others", language)
    others = service.others_running(world, theme, owner_id)
    if not key.startswith(_WRAP):
        return owner_views.idle(
            theme, language, day(service.quiet_end(world, theme), language, zone(world, theme)), others
        )
    seen = tips.many(world.db, viewer, listed)
    return owner_views.wrap_up(
        told(theme, seen),
        seen,
        rising.still_open(world.db, theme.team_id, listed),
        language,
        few=len(seen) < service.FEW,
        others=others,
        guests=not viewer.is_full_member,
    )


def tell_owner(world: World, theme: Theme, text_key: str) -> None:
    """A sentence in the owner's DM, and in the place of what they were asked. Who cannot be written to is not told."""
    if theme.owner_id is None:
        return
    language = language_of_reader(world, theme.team_id, theme.owner_id)
    key = deliveries.of_theme(theme.id, f"{OWNERS_POST}told:{text_key}:{theme.owner_id}")
    try:
        world.speaking.direct(key, theme.owner_id, sentence(theme, text_key, language))
    except Refused:
        log.info("a theme's owner cannot be told")
    end_owners(world, theme, text_key)


def tell_thread(world: World, theme: Theme, text_key: str) -> None:
    """A sentence in the thread of the theme's first post, where that takes one."""
    opened = theme_posts.one(world.db, theme.team_id, theme.id, "kickoff")
    if opened is None:
        return
    key, message = deliveries.of_theme(theme.id, f"told:{text_key}"), sentence(theme, text_key, theme.language)
    try:
        world.speaking.post(key, theme.channel_id, message, thread_ts=opened.ref.ts)
    except Refused:
        log.info("a theme's thread takes no posts any more")


def summarise(world: World, theme: Theme) -> None:
    """Posts what a retrospective gathered into its thread."""
    opened = theme_posts.one(world.db, theme.team_id, theme.id, "kickoff")
    if opened is None:
        return
    notes = theme_notes.of_theme(world.db, theme.team_id, theme.id)
    for number, message in enumerate(retro_views.summary(theme, notes)):
        key = f"{_SUMMARY}{number}"
        theme_posts.plan(world.db, theme.team_id, theme.id, key)
        ref = world.speaking.post(
            deliveries.of_theme(theme.id, key), theme.channel_id, message, thread_ts=opened.ref.ts
        )
        theme_posts.posted(world.db, theme.team_id, theme.id, key, ref)


def _redraw_summary(world: World, theme: Theme) -> None:
    """What is left of a summary takes fewer messages: the others say that there is no more."""
    standing = [
        post for post in theme_posts.of_theme(world.db, theme.team_id, theme.id) if post.key.startswith(_SUMMARY)
    ]
    if not standing:
        return
    messages = retro_views.summary(theme, theme_notes.of_theme(world.db, theme.team_id, theme.id))
    gone = Outgoing(say(theme.language, "themes.summary_no_more"))
    for number, post in enumerate(sorted(standing, key=lambda one: int(one.key.removeprefix(_SUMMARY)))):
        _edit(world, post, messages[number] if number < len(messages) else gone)


def zone(world: World, theme: Theme) -> str:
    """The owner's time zone, in which a theme's days are told."""
    try:
        return world.reading.person(theme.owner_id).tz if theme.owner_id else "UTC"
    except Refused:
        return "UTC"


def _ids(so_far: service.Gathered) -> tuple[str, ...]:
    return (*(tip.id for tip in so_far.tips), *so_far.questions)


def _edit(world: World, post: ThemePost, message: Outgoing) -> None:
    """A post that cannot be edited any more (its channel is archived, or the bot left) stays as it is."""
    try:
        world.speaking.edit(post.ref, message)
    except Refused:
        log.info("a theme's post cannot be edited any more")
