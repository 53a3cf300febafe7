"""Follows: what somebody may follow, what they might like to, and what is new of it."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Literal

from bot.circulate.unasked import come_by, next_day
from bot.errors import Refused, SlackUnavailable
from bot.ports import World
from bot.trust.viewer import readable_by, viewer_of
from storage import follows, questions, synonyms, themes, tips, unasked
from storage.errors import NotFound
from storage.follows import Found
from storage.records import Follow, FollowKind, FollowRhythm, Language, News, Theme, Tip, Viewer
from storage.terms import is_known, key_of, label_of, named, target_of, targets_of

TERM = 60
"""Characters of a topic or tool that somebody types."""

Silence = Literal["muted", "digest_off"]
"""Why nothing is sent of what somebody follows: they muted the bot, or it would come with a digest they do not want."""

SUGGESTED = 3
_ASKED_DAYS = 60
_THEME = re.compile(r"^(?:(?:the\s+)?theme\b|テーマ)\s*[:：]?\s*(?P<name>.+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something to follow: a topic's or tool's name, a person's, question's or theme's id."""

    kind: FollowKind
    name: str


def follow(world: World, team_id: str, user_id: str, wanted: Iterable[Wanted], rhythm: FollowRhythm) -> list[Follow]:
    """Somebody follows these from now on, as they are shown to them. Raises Refused for what cannot be followed."""
    now = world.clock.now()
    chosen = [_follow(world, Follow(team_id, user_id, one.kind, "", one.name, rhythm, now)) for one in wanted]
    if not chosen:
        raise Refused("follows.refused_nothing")
    kept = [follows.add(world.db, one) for one in chosen]
    if None in kept:
        raise Refused("follows.refused_many", most=str(follows.MOST))
    come_by(world, team_id, user_id)
    return shown_to(world, viewer_of(world, team_id, user_id), [one for one in kept if one is not None])


def _follow(world: World, wanted: Follow) -> Follow:
    name = " ".join(wanted.label.split())
    if wanted.kind == "person":
        if name == wanted.user_id:
            raise Refused("follows.refused_self")
        person = world.reading.person(name)
        if person.is_bot or person.is_gone:
            raise Refused("follows.refused_person")
    if wanted.kind == "question":
        _check_question(world, wanted.team_id, wanted.user_id, name)
    if wanted.kind == "theme" and name not in {one.id for one in running(world, wanted.team_id, wanted.user_id)}:
        raise Refused("follows.refused_theme")
    target = target_of(name) if wanted.kind in follows.TERMS else name
    if not target or len(name) > (TERM if wanted.kind in follows.TERMS else 300):
        raise Refused("follows.refused_term", limit=str(TERM))
    return Follow(wanted.team_id, wanted.user_id, wanted.kind, target, name, wanted.rhythm, wanted.since)


def _check_question(world: World, team_id: str, user_id: str, question_id: str) -> None:
    """Raises Refused unless it is open where this person reads anyway."""
    try:
        question = questions.get(world.db, team_id, question_id)
    except NotFound:
        raise Refused("follows.refused_question") from None
    is_there = question.channel_id is None or question.channel_id in readable_by(world, user_id)
    if not question.is_open or not is_there or not world.reading.person(user_id).is_full_member:
        raise Refused("follows.refused_question")


def unfollow(world: World, team_id: str, user_id: str, wanted: Wanted) -> Follow:
    """Somebody follows this no longer, by whichever of its names. Raises Refused when they did not."""
    target = target_of(wanted.name) if wanted.kind in follows.TERMS else wanted.name
    gone = follows.remove(
        world.db, Follow(team_id, user_id, wanted.kind, target, wanted.name, "weekly", world.clock.now())
    )
    if gone is None:
        raise Refused("follows.refused_none")
    return gone


def silence(world: World, team_id: str, user_id: str, chosen: Iterable[Follow]) -> Silence | None:
    """Why somebody hears nothing of some of this; None where they do."""
    rhythm = unasked.rhythm(world.db, team_id, user_id)
    if rhythm.is_muted:
        return "muted"
    return "digest_off" if rhythm.digest == "off" and any(one.rhythm == "weekly" for one in chosen) else None


def running(world: World, team_id: str, user_id: str) -> list[Theme]:
    """The themes that somebody may follow: those that run where they read."""
    if not themes.open_ones(world.db, team_id) or not world.reading.person(user_id).is_full_member:
        return []
    return themes.running(world.db, team_id, readable_by(world, user_id))


def called(world: World, team_id: str, user_id: str, name: str) -> Wanted:
    """What somebody calls by this name: a theme that they follow or that runs where they read, else a topic.

    A name that both could have is a topic's, unless they say "theme".
    """
    named, said = name, _THEME.match(name)
    if said:
        named = said["name"].strip("「」“”\"' ")
    followed = [(one.target, one.label) for one in of_person(world, team_id, user_id) if one.kind == "theme"]
    known = [*followed, *((theme.id, theme.name) for theme in running(world, team_id, user_id))]
    for theme_id, theme in known:
        if key_of(theme) == key_of(named) and (said or not is_known(name)):
            return Wanted("theme", theme_id)
    return Wanted("topic", name)


def of_person(world: World, team_id: str, user_id: str) -> list[Follow]:
    """What somebody follows, the latest first, as it is shown to them."""
    return shown_to(world, viewer_of(world, team_id, user_id), follows.of_person(world.db, team_id, user_id))


def shown_to(world: World, viewer: Viewer, several: Iterable[Follow]) -> list[Follow]:
    """The same with the names of themes for their labels, empty where one runs where they do not read any more."""
    known = list(several)
    names = theme_names(world, viewer, [one.target for one in known if one.kind == "theme"])
    return [replace(one, label=names.get(one.target, "")) if one.kind == "theme" else one for one in known]


def theme_names(world: World, viewer: Viewer, theme_ids: Collection[str]) -> dict[str, str]:
    """By id, the names of those of these themes that are, or were, where this person reads."""
    if not theme_ids or viewer.user_id is None:
        return {}
    readable = readable_by(world, viewer.user_id) if viewer.is_full_member else viewer.channel_ids
    return themes.names_of(world.db, viewer.team_id, theme_ids, readable)


def mark_of(one: Follow) -> str:
    """A short name for a follow: a term may be longer than a menu's value."""
    return sha256(f"{one.kind}:{one.target}".encode()).hexdigest()[:16]


def by_mark(world: World, team_id: str, user_id: str, mark: str) -> Follow:
    """Raises Refused when somebody does not follow that any more."""
    for one in follows.of_person(world.db, team_id, user_id):
        if mark_of(one) == mark:
            return one
    raise Refused("follows.refused_none")


def choice_of(one: Wanted) -> str:
    """How a form says that this is ticked: what a tip is about may change, and be merged, while a form is open."""
    return f"{one.kind}:{one.name}"


def offered(tip: Tip, user_id: str, merged: Mapping[str, str]) -> list[Wanted]:
    """What a tip is about, as this reader may follow it; the author only where the tip names them.

    `merged`: names that the workspace's hosts made one (`storage.synonyms`).
    """
    found = [Wanted(kind, name) for kind, name in named(tip.content, merged) if len(name) <= TERM]
    if tip.author_id and tip.author_id != user_id:
        found.append(Wanted("person", tip.author_id))
    return found


def suggested(
    world: World, viewer: Viewer, own: Iterable[Tip], known: Iterable[Follow], language: Language
) -> list[str]:
    """Topics and tools that somebody asked and shared about, and does not follow yet, the most frequent first.

    Of their own only named tips count: a suggestion that is taken would lead to an anonymous one.
    """
    user_id = viewer.user_id or ""
    since = world.clock.now() - timedelta(days=_ASKED_DAYS)
    asked = tips.many(world.db, viewer, follows.recent_tips(world.db, viewer.team_id, user_id, since=since))
    merged = synonyms.merged(world.db, viewer.team_id)
    names: dict[str, str] = {}
    count: Counter[str] = Counter()
    for tip in (*asked, *(tip for tip in own if not tip.is_anonymous)):
        for _, name in named(tip.content, merged):
            if len(name) <= TERM:
                names.setdefault(target_of(name, merged), name)
                count[target_of(name, merged)] += 1
    followed = {target_of(one.target, merged) for one in known}
    best = sorted((-number, target) for target, number in count.items() if target not in followed)
    return [label_of(target, names[target], language) for _, target in best[:SUGGESTED]]


def targets(tip: Tip, merged: Mapping[str, str] | None = None) -> frozenset[tuple[FollowKind, str]]:
    """Everything by which a tip can be followed. A person is followed by what they shared with their name alone."""
    about: set[tuple[FollowKind, str]] = {("topic", target) for target in targets_of(tip.content, merged)}
    if tip.author_id and not tip.is_anonymous:
        about.add(("person", tip.author_id))
    return frozenset(about)


def look(world: World) -> None:
    """Finds what is new for whom since the last look."""
    merged = cache(lambda team_id: synonyms.merged(world.db, team_id))
    found, upto = follows.look(world.db, lambda tip: targets(tip, merged(tip.team_id)))
    now = world.clock.now()
    follows.note_news(world.db, [_news(world, one, now) for one in found], upto=upto)


def _news(world: World, found: Found, now: datetime) -> News:
    one = found.follow
    due: datetime | None = now if one.rhythm == "at_once" else None
    if one.rhythm == "daily":
        try:
            rhythm = unasked.rhythm(world.db, one.team_id, one.user_id)
            due = next_day(now, rhythm, world.reading.person(one.user_id))
        except (Refused, SlackUnavailable):
            # it comes with the digest instead
            due = None
    return News(one.team_id, one.user_id, found.tip_id, one.kind, one.label, due)
