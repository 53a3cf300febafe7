"""What colleagues shared about a question, for one viewer: the one way from a question to tips."""

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from dataclasses import dataclass, replace

from bot.answer.evidence import is_pitfall
from bot.answer.filters import Parsed, parse
from bot.errors import Refused
from bot.ports import World
from bot.trust.redaction.kinds import PLACEHOLDER
from storage import meanings, search, synonyms, themes
from storage.records import Filters, Hit, Kind, Meaning, Viewer
from storage.search import Explained

log = logging.getLogger(__name__)

TIPS = 5
"""Tips that an answer rests on at the most."""

_TAKEN_OUT = re.compile(rf"{PLACEHOLDER.pattern}(?:['’]s\b)?")
"""What redaction left in a question: nobody searches for its label."""

_embedding = ThreadPoolExecutor(max_workers=1, thread_name_prefix="yoridokoro-meaning")
"""One question at a time: an embedder of this machine has one core, and more would only make all of them wait."""


@dataclass(frozen=True, slots=True)
class Found:
    """Tips that answer a question, best first, with the reasons for each place.

    `is_whole`: searched by words and meaning, as far as there is any: it would find no more if it had waited.
    """

    explained: tuple[Explained, ...]
    is_whole: bool

    @property
    def hits(self) -> list[Hit]:
        return [one.hit for one in self.explained]


def knows_meanings(world: World) -> bool:
    """Whether the tips' vectors are in memory, if there are any; else they are loaded in the background."""
    serving = meanings.serving(world.db, world.embedder.key)
    return serving is None or world.index.meanings.follow(world.db, serving)


def load_meanings(world: World) -> None:
    """Loads the vectors before anybody asks, so that the first question after a start is searched by meaning too."""
    knows_meanings(world)


def find(
    world: World,
    viewer: Viewer,
    question: str,
    *,
    limit: int = TIPS,
    thread: tuple[str, str] | None = None,
    patience: float | None = None,
    with_pitfall: bool = False,
) -> Found:
    """The tips that answer a question, best first. `thread` (channel, ts): where it is asked, which is no source.

    `patience`: seconds to wait for the question's meaning before it is searched by words alone; None waits. While the
    tips' vectors are being loaded there is nothing to wait for. Filters in the question are obeyed. Raises Refused for
    those that cannot be understood. `with_pitfall`: what likely did not work on the same task comes last, where better
    fitting tips keep it off the page.
    """
    parsed = parse(question, world.clock.now().date())
    words = _TAKEN_OUT.sub(" ", parsed.text)
    meaning, is_whole = _meaning(world, words, patience)

    def searched(filters: Filters | None, limit: int) -> list[Explained]:
        return search.explain(
            world.db,
            world.index,
            viewer,
            words,
            limit,
            meaning=meaning,
            filters=filters,
            exclude_thread=thread,
            wait=patience is None,
        )

    filters = _filters(world, viewer, parsed)
    found = searched(filters, limit)
    misses_none = len(found) < limit or parsed.kinds or any(is_pitfall(one.hit) for one in found)
    if with_pitfall and not misses_none:
        missed = searched(replace(filters or Filters(), kinds=(Kind.PITFALL,)), 1)
        missed = search.beside(found, missed, meaning.embedder if meaning else None)
        found += [replace(one, hit=replace(one.hit, rank=limit + 1)) for one in missed if is_pitfall(one.hit)]
    return Found(tuple(found), is_whole)


def _meaning(world: World, text: str, patience: float | None) -> tuple[Meaning | None, bool]:
    """A question's meaning; and whether this is all: it was had, or there is none to be had."""
    if world.embedder.key is None or not text.strip():
        return None, True
    if patience == 0:
        return None, False
    serving = meanings.serving(world.db, world.embedder.key)
    if serving is None or (patience is not None and not world.index.meanings.follow(world.db, serving)):
        # the question's vector would find none
        return None, serving is None
    asked = _embedding.submit(world.embedder.question, text, serving)
    try:
        return asked.result(patience), True
    except TookTooLong:
        # one that has not begun yet would only keep later ones waiting
        asked.cancel()
        return None, False
    except Exception:
        log.exception("a question's meaning could not be had: words alone are searched")
        return None, True


def _filters(world: World, viewer: Viewer, parsed: Parsed) -> Filters | None:
    channel_ids = tuple(_channel(world, viewer, name) for name in parsed.channels)
    theme_ids = themes.named(world.db, viewer.team_id, parsed.themes, _knows(world, viewer)) if parsed.themes else ()
    tools, topics = (_spelled(world, viewer, names) for names in (parsed.tools, parsed.themes))
    return Filters(tools, parsed.kinds, channel_ids, topics, parsed.since, tuple(theme_ids)) or None


def _spelled(world: World, viewer: Viewer, names: tuple[str, ...]) -> tuple[str, ...]:
    """Each name with all others of the same topic or tool: those of both languages, and those that hosts made one."""
    every = (synonyms.spellings(world.db, viewer.team_id, name) for name in names)
    return tuple(dict.fromkeys(name for one in every for name in one))


def _knows(world: World, viewer: Viewer) -> frozenset[str]:
    """The channels that the viewer may know of: their own, and for full members the public ones that the bot is in."""
    public = (channel.id for channel in world.reading.own_channels() if not channel.is_private)
    return viewer.channel_ids | frozenset(public if viewer.is_full_member else ())


def _channel(world: World, viewer: Viewer, name: str) -> str:
    """A channel that the viewer may know of. Raises Refused, the same for one that is not there and one that is."""
    if name in viewer.channel_ids:
        return name
    for channel in world.reading.own_channels():
        may_know = channel.id in viewer.channel_ids or (viewer.is_full_member and not channel.is_private)
        if may_know and name.casefold() in (channel.id.casefold(), channel.name.casefold()):
            return channel.id
    raise Refused("filters.unknown_channel", value=name[:40])
