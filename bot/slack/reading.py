"""Port `Reading`: threads, people, channels and membership, read page by page and cached shortly."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar
from urllib.request import Request, build_opener

from cachetools import TTLCache
from slack_sdk import WebClient

from bot.conversation import Channel, Message, Permalink, Person, Posted, Thread
from bot.errors import Refused
from bot.slack.calls import PAGE, NoRedirect, call, is_slacks, paged
from bot.slack.readable import parse_permalink, readable
from bot.texts import language_for
from storage.records import Language

T = TypeVar("T")
log = logging.getLogger(__name__)

MEMBERSHIP_SECONDS = 30
"""How long a membership is believed. The design allows a minute."""
PEOPLE_SECONDS = 300
_MEMBERS_SECONDS = 86_400
_UNKNOWN = "?"
_PRIVATE = "🔒"
FILE_BYTES = 200_000
_FILE_SECONDS = 15
_SHARED = ("is_ext_shared", "is_pending_ext_shared")
_ONE_BY_ONE = 20
"""More people than these are not asked for singly: Slack allows about a hundred such calls a minute."""
_TEXT_TYPES = ("text/plain", "text/markdown", "text/x-markdown", "application/json")


class SlackReading:
    """Reads one workspace with the bot's token. Thread-safe."""

    def __init__(self, client: WebClient, *, team_id: str, domain: str, default_language: Language) -> None:
        self._client = client
        self._team_id = team_id
        self._domain = domain
        self._default_language = default_language
        self._lock = threading.Lock()
        self._people: TTLCache[str, Person] = TTLCache(maxsize=20_000, ttl=PEOPLE_SECONDS)
        self._members: TTLCache[str, frozenset[str]] = TTLCache(maxsize=1, ttl=_MEMBERS_SECONDS)
        self._channels: TTLCache[str, Channel] = TTLCache(maxsize=20_000, ttl=MEMBERSHIP_SECONDS)
        self._memberships: TTLCache[str, frozenset[str]] = TTLCache(maxsize=20_000, ttl=MEMBERSHIP_SECONDS)
        self._own: TTLCache[str, tuple[Channel, ...]] = TTLCache(maxsize=1, ttl=MEMBERSHIP_SECONDS)

    def thread(self, channel_id: str, ts: str) -> Thread:
        """The thread around message `ts`: all its pages, oldest first."""
        first = call(self._client.conversations_replies, channel=channel_id, ts=ts, limit=PAGE)
        messages = first.get("messages") or []
        root_ts = str(messages[0].get("thread_ts") or messages[0]["ts"]) if messages else ts
        if root_ts == ts:
            raw = list(self._pages(first, channel=channel_id, ts=ts))
        else:
            root = call(self._client.conversations_replies, channel=channel_id, ts=root_ts, limit=PAGE)
            raw = list(self._pages(root, channel=channel_id, ts=root_ts))
        if not any(message["ts"] == ts for message in raw):
            raise Refused("errors.message_not_found")
        return Thread(channel_id, root_ts, tuple(self._readable(message) for message in raw))

    def _pages(self, first: Any, **arguments: Any) -> Iterator[Mapping[str, Any]]:
        page, seen = first, set[str]()
        while True:
            for message in page.get("messages") or []:
                # Slack repeats the root on each page.
                if message["ts"] not in seen:
                    seen.add(message["ts"])
                    yield message
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
            page = call(self._client.conversations_replies, limit=PAGE, cursor=cursor, **arguments)

    def recent(self, channel_id: str, *, since: datetime, pages: int) -> list[Posted]:
        read = paged(
            self._client.conversations_history,
            limit=PAGE,
            channel=channel_id,
            oldest=f"{since.timestamp():.6f}",
            inclusive=True,
        )
        found = [message for page in islice(read, pages) for message in page.get("messages") or []]
        return [_posted(raw) for raw in found if raw.get("thread_ts") in (None, raw.get("ts"))]

    def person(self, user_id: str) -> Person:
        return self._cached(self._people, user_id, self._read_person)

    def _read_person(self, user_id: str) -> Person:
        return self._person_from(call(self._client.users_info, user=user_id, include_locale=True)["user"])

    def _person_from(self, user: Mapping[str, Any]) -> Person:
        user_id, profile = str(user["id"]), user.get("profile") or {}
        outside = user.get("is_stranger") or user.get("team_id", self._team_id) != self._team_id
        guest = user.get("is_restricted") or user.get("is_ultra_restricted")
        is_bot = bool(user.get("is_bot")) or user_id == "USLACKBOT"
        no_guest = outside or is_bot or user.get("deleted")
        called = (profile.get("display_name"), user.get("real_name"), profile.get("real_name"), user.get("name"))
        name, *others = dict.fromkeys(str(one) for one in called if one) or [user_id]
        return Person(
            id=user_id,
            name=name,
            language=language_for(user.get("locale"), self._default_language),
            is_full_member=not (guest or no_guest),
            is_admin=bool(user.get("is_admin") or user.get("is_owner")),
            is_bot=is_bot,
            is_gone=bool(user.get("deleted")),
            tz=user.get("tz") or "UTC",
            is_away=_is_away(profile),
            other_names=tuple(others),
            locale=str(user.get("locale") or ""),
            is_guest=bool(guest and not no_guest),
        )

    def channel(self, channel_id: str) -> Channel:
        return self._cached(self._channels, channel_id, self._read_channel)

    def _read_channel(self, channel_id: str) -> Channel:
        raw = call(self._client.conversations_info, channel=channel_id)["channel"]
        direct = bool(raw.get("is_im") or raw.get("is_mpim"))
        return Channel(
            id=channel_id,
            name=str(raw.get("name") or ""),
            is_private=bool(raw.get("is_private")) or direct,
            is_shared=any(raw.get(key) for key in _SHARED),
            is_member=bool(raw.get("is_member")) or direct,
            is_direct=direct,
            is_archived=bool(raw.get("is_archived")),
        )

    def full_members(self) -> frozenset[str]:
        return self._cached(self._members, self._team_id, self._read_full_members)

    def _read_full_members(self, _team_id: str) -> frozenset[str]:
        pages = paged(self._client.users_list, limit=PAGE, include_locale=True)
        people = (self._person_from(user) for page in pages for user in page["members"])
        return frozenset(person.id for person in people if person.is_full_member)

    def known_members(self) -> int | None:
        with self._lock:
            known = self._members.get(self._team_id)
        return None if known is None else len(known)

    def people_in(self, channel_id: str) -> Iterator[Person]:
        """Everybody in a channel. Of a large one all people of the workspace are read in a few pages."""
        ids = [
            user_id
            for page in paged(self._client.conversations_members, limit=PAGE, channel=channel_id)
            for user_id in page["members"]
        ]
        with self._lock:
            unknown = sum(user_id not in self._people for user_id in ids)
        if unknown > _ONE_BY_ONE:
            for page in paged(self._client.users_list, limit=PAGE, include_locale=True):
                for user in page["members"]:
                    with self._lock:
                        self._people[str(user["id"])] = self._person_from(user)
        return map(self.person, ids)

    def channels_of(self, user_id: str) -> frozenset[str]:
        return self._cached(self._memberships, user_id, self._read_channels_of)

    def _read_channels_of(self, user_id: str) -> frozenset[str]:
        return frozenset(str(raw["id"]) for raw in self._conversations(user=user_id, exclude_archived=False))

    def own_channels(self) -> tuple[Channel, ...]:
        """The channels the bot is in, by name: where it listens."""
        return self._cached(self._own, self._team_id, self._read_own_channels)

    def _read_own_channels(self, _team_id: str) -> tuple[Channel, ...]:
        found = [
            Channel(
                id=str(raw["id"]),
                name=str(raw.get("name") or ""),
                is_private=bool(raw.get("is_private")),
                is_shared=any(raw.get(key) for key in _SHARED),
                is_member=True,
            )
            for raw in self._conversations(exclude_archived=True)
        ]
        return tuple(sorted(found, key=lambda channel: channel.name))

    def _conversations(self, **of: Any) -> list[Mapping[str, Any]]:
        """The channels of somebody, or the bot's own, from all pages."""
        try:
            return list(self._conversations_of_types("public_channel,private_channel", **of))
        except Refused as refused:
            if refused.text_key != "errors.missing_scope":
                raise
            # groups:read is optional: without it the bot is in no private channel either.
            return list(self._conversations_of_types("public_channel", **of))

    def _conversations_of_types(self, types: str, **of: Any) -> Iterator[Mapping[str, Any]]:
        for page in paged(self._client.users_conversations, limit=PAGE, types=types, **of):
            yield from page["channels"]

    def permalink(self, channel_id: str, ts: str) -> str:
        return str(call(self._client.chat_getPermalink, channel=channel_id, message_ts=ts)["permalink"])

    def has_reaction(self, channel_id: str, ts: str, emoji: str, user_id: str) -> bool:
        message = call(self._client.reactions_get, channel=channel_id, timestamp=ts, full=True).get("message") or {}
        return any(
            one.get("name") == emoji and user_id in (one.get("users") or ()) for one in message.get("reactions") or ()
        )

    def parse_permalink(self, text: str) -> Permalink | None:
        link = parse_permalink(text)
        return link if link is not None and link.domain == self._domain else None

    def _readable(self, message: Mapping[str, Any]) -> Message:
        found = readable(
            message,
            name_of=self._name_of,
            channel_name_of=self._channel_name_of,
            file_text=self._file_text,
        )
        if found.author_id and not found.is_bot:
            return Message(
                found.ts, found.author_id, self._name_of(found.author_id), found.text, found.is_bot, found.edited
            )
        return found

    def forget(self, *, user_id: str | None = None, channel_id: str | None = None) -> None:
        """Drops what is cached about somebody or some channel, when Slack says that it changed."""
        with self._lock:
            if user_id:
                self._memberships.pop(user_id, None)
                self._people.pop(user_id, None)
            if channel_id:
                self._channels.pop(channel_id, None)
                # whoever came or went may be the bot
                self._own.clear()

    def _name_of(self, user_id: str) -> str:
        try:
            return self.person(user_id).name
        except Refused:
            return _UNKNOWN

    def _channel_name_of(self, channel_id: str) -> str:
        """A mention may name a channel that readers do not know of: only public ones are named."""
        try:
            channel = self.channel(channel_id)
        except Refused:
            return _PRIVATE
        return _PRIVATE if channel.is_private else channel.name

    def _file_text(self, file: Mapping[str, Any]) -> str | None:
        """The words of a small text file in Slack; None for anything else. Only Slack's own host is ever asked."""
        url = str(file.get("url_private_download") or file.get("url_private") or "")
        if file.get("mimetype") not in _TEXT_TYPES or int(file.get("size") or 0) > FILE_BYTES:
            return None
        if not is_slacks(url, self._client.base_url):
            return None
        request = Request(url, headers={"Authorization": f"Bearer {self._client.token}"})  # noqa: S310 - host checked above
        try:
            with build_opener(NoRedirect).open(request, timeout=_FILE_SECONDS) as response:
                body: bytes = response.read(FILE_BYTES + 1)
        except OSError:
            log.warning("a text file could not be read from Slack")
            return None
        return body[:FILE_BYTES].decode("utf-8", "replace")

    def _cached(self, cache: "TTLCache[str, T]", key: str, read: Callable[[str], T]) -> T:
        with self._lock:
            if key in cache:
                return cache[key]
        value = read(key)
        with self._lock:
            cache[key] = value
        return value


def _posted(raw: Mapping[str, Any]) -> Posted:
    """Names and files are not asked for: a channel has many messages, and few are read further."""
    repliers = tuple(str(one) for one in raw.get("reply_users") or ())
    return Posted(
        readable(raw, name_of=_as_it_is, channel_name_of=_as_it_is),
        repliers=repliers,
        has_more_repliers=int(raw.get("reply_users_count") or 0) > len(repliers),
        reactions={
            str(one.get("name") or "").split("::")[0]: tuple(map(str, one.get("users") or ()))
            for one in raw.get("reactions") or ()
        },
    )


def _as_it_is(an_id: str) -> str:
    return an_id


def _is_away(profile: Mapping[str, Any]) -> bool:
    """Whether the status says that somebody is away for longer: a holiday, sick leave, parental leave."""
    words = f"{profile.get('status_emoji', '')} {profile.get('status_text', '')}".lower()
    return any(word in words for word in _AWAY)


_AWAY = (
    ":palm_tree:",
    ":face_with_thermometer:",
    ":beach_with_umbrella:",
    "vacation",
    "on leave",
    "holiday",
    "休暇",
    "休み",
    "不在",
    "育休",
)
