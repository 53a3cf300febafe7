"""What is new for somebody now, each with its reason; every tip read again for them at the moment it is told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.circulate.follows import service as following
from bot.ports import World
from storage import conversations, digests, follows, meanings, search, tips
from storage.drafts import day_of
from storage.records import Kind, News, NewsKind, Rhythm, Tip, Viewer

MOST = 5
"""Items of a digest."""

FIRST_DAYS = 14
"""Days that a first digest reaches back."""

_REACH = timedelta(days=60)
"""So far a digest reaches back at most, for who had none for long: what was told is known for longer."""

_QUESTIONS, _QUESTION_DAYS, _HITS = 3, 30, 3
_ORDER: tuple[NewsKind, ...] = ("own_question", "question", "person", "theme", "tool", "topic", "channel")


@dataclass(frozen=True, slots=True)
class Item:
    """A tip that is new for its reader, and why: `about` names what it is news of; `theme`: of a theme, its name."""

    tip: Tip
    why: NewsKind
    about: str
    theme: str = ""


def items_for(world: World, viewer: Viewer, rhythm: Rhythm, *, most: int = MOST) -> list[Item]:
    """The best of what is new for somebody and that they were not told of, each tip once; empty: nothing worth it."""
    user_id = viewer.user_id or ""
    found = follows.untold(world.db, viewer.team_id, user_id)
    news = [*found, *_for_own_questions(world, viewer), *_in_channels(world, viewer, _since(world, rhythm))]
    news.sort(key=lambda one: _ORDER.index(one.why))
    told = follows.told_of(world.db, viewer.team_id, user_id, [one.tip_id for one in news])
    first: dict[str, News] = {}
    for one in news:
        if one.tip_id not in told:
            first.setdefault(one.tip_id, one)
    waiting, items = list(first.values()), list[Item]()
    # a few at a time: nearly always the first ones are enough
    for start in range(0, len(waiting), 2 * most):
        items += readable(world, viewer, waiting[start : start + 2 * most])
        if len(items) >= most:
            break
    return items[:most]


def readable(world: World, viewer: Viewer, news: Iterable[News]) -> list[Item]:
    """Those that the viewer may see now, each tip once, for the first of its reasons.

    A theme is a reason where its channel is theirs to read still.
    """
    first: dict[str, News] = {}
    for one in news:
        first.setdefault(one.tip_id, one)
    found = tips.many(world.db, viewer, list(first))
    themes = following.theme_names(world, viewer, {one.about for one in first.values() if one.why == "theme"})
    return [
        Item(tip, one.why, one.about, themes.get(one.about, ""))
        for tip in found
        if _is_for(viewer, tip, one := first[tip.id]) and (one.why != "theme" or one.about in themes)
    ]


def _is_for(viewer: Viewer, tip: Tip, one: News) -> bool:
    """One's own is no news, nor is a tip that lost its author's name meanwhile any of that person."""
    if tip.author_id is not None and tip.author_id == viewer.user_id:
        return False
    return one.why != "person" or tip.author_id == one.about


def news_of(viewer: Viewer, items: Sequence[Item]) -> tuple[News, ...]:
    return tuple(News(viewer.team_id, viewer.user_id or "", one.tip.id, one.why, one.about) for one in items)


def _since(world: World, rhythm: Rhythm) -> datetime:
    """When the last digest was sent: where nothing was worth one, the next one reaches back further."""
    now = world.clock.now()
    if rhythm.last_digest_at is None:
        return now - timedelta(days=FIRST_DAYS)
    return max(rhythm.last_digest_at, now - _REACH)


def _for_own_questions(world: World, viewer: Viewer) -> list[News]:
    """Tips shared after somebody asked the bot in vain, and that answer what they asked."""
    found: list[News] = []
    user_id = viewer.user_id or ""
    since = world.clock.now() - timedelta(days=_QUESTION_DAYS)
    serving = meanings.serving(world.db, world.embedder.key)
    for asked in conversations.unanswered(world.db, viewer.team_id, user_id, since=since, limit=_QUESTIONS):
        meaning = world.embedder.question(asked.text, serving) if serving else None
        hits = search.search(world.db, world.index, viewer, asked.text, _HITS, meaning=meaning)
        found += [
            News(viewer.team_id, user_id, hit.tip.id, "own_question", asked.id)
            for hit in hits
            if hit.strength == "strong" and follows.is_new(hit.tip, asked.asked_at)
        ]
    return found


def _in_channels(world: World, viewer: Viewer, since: datetime) -> list[News]:
    """What came from channels that the viewer is in. Worries are looked for, not sent round."""
    new = digests.in_channels(world.db, viewer, since)
    return [News(viewer.team_id, viewer.user_id or "", tip_id, "channel", channel) for tip_id, channel in new]


def for_channel(world: World, viewer: Viewer, channel_id: str, since: datetime, until: datetime) -> list[Item]:
    """What was shared in that time from this channel or for it, for everybody who is there.

    Of a tip without a name the day alone is known: it is told of from the next day on.
    """
    new = [tip for tip, channel in digests.recent(world.db, viewer, since) if channel == channel_id]
    over = follows.told_of(world.db, viewer.team_id, follows.NOBODY, [tip.id for tip in new])
    told = (
        Item(tip, "channel", channel_id)
        for tip in new
        if tip.published_at < (day_of(until) if tip.is_anonymous else until)
        and tip.content.kind is not Kind.WORRY
        and tip.id not in over
    )
    return list(told)[:MOST]
