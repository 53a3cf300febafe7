"""What people do and see in the flows, in their own words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.app import Bot
from playground.person import Person, eventually
from playground.server import LocalSlack
from storage import drafts, requests, search, settings, tips
from storage.drafts import Capture
from storage.records import WORKSPACE, KeyedHash, Source, Tip, TipContent, Viewer, Visibility
from tests.conftest import FrozenClock
from tests.storage.steps import publish

BOT = "@yoridokoro"
TEAM = "T0SMALL"
AI_TIPS = "C0AITIPS"
Message = dict[str, Any]


@dataclass(frozen=True)
class Placed:
    """A thread that somebody wrote for a test."""

    channel: str
    root: str
    replies: tuple[str, ...]


def words(message: Message) -> str:
    """Everything a person reads in a message: text and blocks."""
    return f"{message.get('text', '')}\n{_words(message.get('blocks') or [])}"


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(_words(inside) for key, inside in value.items() if key not in ("type", "action_id", "value"))
    if isinstance(value, list):
        return "\n".join(_words(inside) for inside in value)
    return str(value) if isinstance(value, str) else ""


def find(person: Person, part: str, *, seconds: float = 40.0) -> Message:
    """The newest message in somebody's DM with the bot that says `part`."""

    def look() -> Message | None:
        return next((message for message in reversed(all_direct(person)) if part in words(message)), None)

    found = eventually(look, seconds)
    assert found is not None
    return found


def all_direct(person: Person) -> list[Message]:
    """Every message of somebody's DM with the bot, with those in threads, oldest first."""
    return person.dm()


def has_read(person: Person, part: str) -> bool:
    return any(part in words(message) for message in all_direct(person))


def settle(bot: Bot, slack: LocalSlack) -> None:
    """Waits until all that was delivered is accepted and all that was accepted is done."""
    slack.wait_idle()
    later = bot.world.clock.now() + timedelta(days=1)
    eventually(lambda: not requests.unended(bot.world.db, older_than=later), 60)


def trusting(bot: Bot, *people: Person) -> None:
    """These people have used the emoji before and are not asked any more."""
    for person in people:
        settings.change_person(bot.world.db, TEAM, person.id, emoji_confirmed_at=bot.world.clock.now())


def thread(channel: str, *said: tuple[Person, str]) -> Placed:
    """Writes a thread: who says what; the first message is its root."""
    (first, text), *rest = said
    root = first.post(channel, text)
    return Placed(channel, root, tuple(who.post(channel, what, thread_ts=root) for who, what in rest))


def card_of(person: Person, part: str, *, seconds: float = 40.0) -> Message:
    """The card that waits for somebody's decision and says `part`."""

    def look() -> Message | None:
        for message in reversed(all_direct(person)):
            if part in words(message) and "capture.share_named" in str(message.get("blocks")):
                return message
        return None

    found = eventually(look, seconds)
    assert found is not None
    return found


def shown_before_sharing(person: Person) -> Message:
    """The modal that shows what would be shared without a name, once it does."""

    def look() -> Message | None:
        views = person.views()
        return views[-1] if views and views[-1].get("submit") and "anonymous_form" in str(views[-1]) else None

    found = eventually(look)
    assert found is not None
    return found


def confirmed(person: Person, card: Message, *, home: str | None = None, action: str = "share_anonymously") -> None:
    """Says yes to sharing without a name, in the modal that shows what exactly; from the card, or from Home."""
    if home:
        person.click_in_view(home, f"capture.{action}")
    else:
        person.click(BOT, str(card["ts"]), f"capture.{action}")
    view = shown_before_sharing(person)
    values = {"looked": {"value": ["looked"]}} if "looked" in str(view["blocks"]) else {}
    assert person.submit(view["id"], values)["result"] == "closed"


def out(bot: Bot) -> None:
    """What was shared without a name comes out, and can be found."""
    clock = bot.world.clock
    assert isinstance(clock, FrozenClock)
    clock.advance(minutes=bot.world.rules.anonymous_delay_minutes)
    bot.tick()
    search.catch_up(bot.world.db, bot.world.index)


def no_card(bot: Bot, slack: LocalSlack, *people: Person) -> bool:
    """Nobody of them has a card, after all is done."""
    settle(bot, slack)
    return not any("capture.share_named" in str(m.get("blocks")) for person in people for m in all_direct(person))


def ask(person: Person, question: str, *, seconds: float = 40.0) -> Message:
    """Asks in the DM and gives the answer with the first tips above it, as `answer_in` does."""
    ts = person.post(BOT, question)
    return answer_in(lambda: person.thread(BOT, ts)[1:], seconds=seconds)


def answer_in(look: Callable[[], list[Message]], *, seconds: float = 40.0) -> Message:
    """The bot's answer among the messages that `look` gives, as one message that has the answer's ts.

    It has the blocks of the first tips before it too, and the ts of all of it as `parts`. Signs of work are no answer,
    nor is what is still being written.
    """

    def answered() -> Message | None:
        said = [m for m in look() if m.get("bot_id") and m.get("blocks")]
        whole = [m for m in said if not is_first(m) and not m.get("streaming_state")]
        if not whole:
            return None
        blocks = [block for message in said for block in message["blocks"]]
        return {**whole[-1], "blocks": blocks, "parts": [message["ts"] for message in said]}

    found = eventually(answered, seconds)
    assert found is not None
    return found


def now(person: Person, answer: Message, *, channel: str = BOT) -> list[Message]:
    """The messages of an answer as they are now."""
    return [m for m in person.thread(channel, answer["thread_ts"]) if m["ts"] in answer["parts"]]


def press(person: Person, answer: Message, action_id: str, *, channel: str = BOT, value: str | None = None) -> None:
    """Presses a button of an answer, on that of its messages that has it now."""
    has_it = [m for m in now(person, answer, channel=channel) if action_id in str(m) and (value or "") in str(m)]
    assert has_it, f"{action_id} is not there to be pressed"
    person.click(channel, has_it[-1]["ts"], action_id, value=value)


def is_first(message: Message) -> bool:
    """Whether these are the first tips, which stand before the answer."""
    return any(str(block.get("block_id", "")).startswith("answer.first") for block in message.get("blocks") or [])


def shared(
    bot: Bot,
    content: TipContent,
    *,
    author: str = "U0AYA",
    channel: str | None = AI_TIPS,
    ts: str = "1700000000.000100",
    anonymously: bool = False,
    visible_in: str | None = None,
    theme: str | None = None,
) -> Tip:
    """A tip that its author shared earlier. `theme`: under which."""
    world = bot.world
    source = Source(
        kind="thread" if channel else "form",
        channel_id=channel,
        thread_ts=ts if channel else None,
        message_ts=ts if channel else None,
        permalink=f"https://small-company.slack.com/archives/{channel}/p{ts.replace('.', '')}" if channel else None,
        in_public=visible_in is None,
    )
    message = world.keys.message(TEAM, channel, ts) if channel else KeyedHash("0" * 64, 1)
    tip_id = tips.new_id()
    visibility = Visibility(visible_in) if visible_in else WORKSPACE
    drafts.begin(
        world.db,
        team_id=TEAM,
        draft_id=tip_id[::-1],
        source=source,
        visibility=visibility,
        capture=Capture(tip_id, author),
        thread=[message],
        content=content,
        author_id=author,
    )
    if theme:
        drafts.put_under(world.db, TEAM, tip_id[::-1], theme)
    how = {
        "team_id": TEAM,
        "draft_id": tip_id[::-1],
        "tip_id": tip_id,
        "owner": world.keys.owner(TEAM, tip_id, author),
        "visibility": visibility,
    }
    tip = publish(world.db, how, anonymously=anonymously)
    search.catch_up(world.db, world.index)
    return tip


def tips_seen(bot: Bot, *, channels: frozenset[str] = frozenset()) -> list[Tip]:
    """All tips that a full member who is in these channels may see."""
    return list(tips.export(bot.world.db, Viewer(TEAM, "U0READER", is_full_member=True, channel_ids=channels)))
