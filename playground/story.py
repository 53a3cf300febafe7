"""The main job, played once by people of the demo company and told in the terminal."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import click

from playground.company.model import Company, Post
from playground.person import Json, Person, eventually
from playground.running import Failed, Running
from playground.screen import DIVIDER, block_lines, buttons, folded, label_of, message_lines, names_for, short

Language = Literal["ja", "en"]

BOT = "@yoridokoro"
_SECONDS = 60.0
_THREAD_LINES = 9
_CARD_LINES = 26


@dataclass(frozen=True)
class Story:
    """Whose message is pointed at by whom, and who then asks what."""

    pointed_at: str
    capturer: str
    questions: tuple[tuple[str, str], ...]


_STORIES: dict[Language, Story] = {
    "ja": Story(
        "minutes-glossary",
        "mika",
        (
            ("goro", "議事録の固有名詞の間違い、みんなはどうやって減らしてる？"),
            ("tom", "how do others check tests that AI generated?"),
        ),
    ),
    "en": Story(
        "sql-review-prompt",
        "ben",
        (
            ("tom", "how do others review a slow SQL query with AI?"),
            ("goro", "英訳の数字の間違い、みんなはどう防いでる？"),
        ),
    ),
}
_TOLD: dict[Language, dict[str, str]] = {
    "en": {
        "thread": "1  In #{channel}, {author} told how they do it:",
        "react": "2  {capturer} finds that worth keeping and reacts with 💡. As it is the first time, the bot asks:",
        "press": "→ {who} presses [ {label} ]",
        "receipt": "   and is told what happens now:",
        "card": "3  {author}, who wrote it, gets a card. Nobody sees the tip without a yes:",
        "shared": "   The card becomes:",
        "ask": "{number}  {who} asks the bot in a direct message:",
        "end": "That was the whole job. Use it like Slack, in the browser:\n\n   {page}\n\nOr from a second terminal:",
    },
    "ja": {
        "thread": "1  #{channel} で{author}さんが、自分のやり方を話していました:",
        "react": "2  {capturer}さんは残す価値があると思い、💡 を付けます。初めてなので、ボットがDMで確かめます:",
        "press": "→ {who}さんが [ {label} ] を押します",
        "receipt": "   これから何が起こるかが伝えられます:",
        "card": "3  書いた{author}さんにカードが届きます。よいと言うまで、だれにも見えません:",
        "shared": "   カードはこうなります:",
        "ask": "{number}  {who}さんがDMでボットに尋ねます:",
        "end": "これが仕事の全体です。ブラウザでSlackのように試せます:\n\n   {page}\n\n別の端末からも試せます:",
    },
}
_COMMANDS = (
    'as aya dm "議事録の要約、みんなはどうやってる？"',
    "as kenji react '#ai-tips' worry",
    "as kenji see",
    "as ben slash /share-tip",
    "as priya see '#eng'",
)


def tell(running: Running, company: Company, ts_of: Callable[[str], str], language: Language) -> None:
    """From an emoji to a cited answer. Raises Failed when the bot does not do its part."""
    story = _STORIES[language]
    names = {each.handle: each.display_name or each.real_name for each in company.members}
    pointed_at = next(post for post in company.posts if post.key == story.pointed_at)
    words = {"author": names[pointed_at.author], "capturer": names[story.capturer], "channel": pointed_at.channel}
    told = {key: text.format_map(_Kept(words)) for key, text in _TOLD[language].items()}
    root, ts = ts_of(pointed_at.thread or story.pointed_at), ts_of(story.pointed_at)
    try:
        _capture(running, story, pointed_at, (root, ts), told)
        for number, (handle, question) in enumerate(story.questions, start=4):
            _say(told["ask"].format(number=number, who=names[handle]))
            _ask(running.person(handle), question)
    except TimeoutError as error:
        raise Failed(f"The bot did not do its part: {error}") from None


class _Kept(dict[str, str]):
    """Leaves blanks that are filled in later."""

    def __missing__(self, key: str) -> str:
        return f"{{{key}}}"


def what_next(running: Running, language: Language) -> None:
    """Commands to try."""
    click.secho(f"\n{_TOLD[language]['end'].format(page=running.page)}\n", bold=True)
    for command in _COMMANDS:
        click.echo(f"   .venv/bin/python -m playground {command}")
    click.echo()


def _capture(running: Running, story: Story, post: Post, place: tuple[str, str], told: dict[str, str]) -> None:
    capturer, author = running.person(story.capturer), running.person(post.author)
    channel = f"#{post.channel}"

    _say(told["thread"])
    names = names_for(capturer)
    for message in capturer.thread(channel, place[0]):
        if message["ts"] in place:
            lines = message_lines(message, names, inside=message["ts"] != place[0], with_ts=False)
            _show(short(lines, _THREAD_LINES))

    _say(told["react"])
    capturer.react(channel, place[1], "bulb")
    asked = eventually(lambda: _with_primary(capturer), _SECONDS)
    _show(_drawn(capturer, asked))
    _press_primary(capturer, asked, told)
    click.echo(told["receipt"])
    _show(_drawn(capturer, eventually(lambda: _after(capturer, asked), _SECONDS)))

    _say(told["card"])
    card = eventually(lambda: _with_primary(author), _SECONDS)
    _show(short(_drawn(author, card), _CARD_LINES, last=1))
    _press_primary(author, card, told)
    click.echo(told["shared"])
    _show(_drawn(author, eventually(lambda: _changed(author, card), _SECONDS)))


def _ask(person: Person, question: str) -> None:
    click.secho(f"   > {question}", fg="cyan")
    ts = person.post(BOT, question)
    for message in eventually(lambda: _whole_answer(person, ts), _SECONDS):
        lines = _drawn(person, message)
        cards = [place for place, line in enumerate(lines) if line == DIVIDER]
        _show([*lines[: cards[1]], "…"] if len(cards) > 1 else lines)


def _whole_answer(person: Person, ts: str) -> list[Json]:
    """The bot's messages about a question once one can say whether they helped; until then nothing."""
    messages = [each for each in person.thread(BOT, ts)[1:] if each.get("blocks")]
    kinds = {block["type"] for each in messages for block in each["blocks"]}
    return messages if "context_actions" in kinds else []


def _with_primary(person: Person) -> Json | None:
    """The newest message in somebody's DM that has a green button."""
    return next((each for each in reversed(person.dm()) if _primary(each)), None)


def _primary(message: Json) -> Json | None:
    return next((each for each in buttons(message.get("blocks") or []) if each.get("style") == "primary"), None)


def _press_primary(person: Person, message: Json, told: dict[str, str]) -> None:
    primary = _primary(message)
    if primary is None:
        raise Failed("A button is missing.")
    click.secho(f"   {told['press'].format(who=person.handle, label=label_of(primary))}", fg="green")
    person.click(BOT, message["ts"], primary["action_id"])


def _after(person: Person, message: Json) -> Json | None:
    """The first message of the bot after this one."""
    return next((each for each in person.dm() if each["ts"] > message["ts"] and each.get("blocks")), None)


def _changed(person: Person, before: Json) -> Json | None:
    now = next(each for each in person.dm() if each["ts"] == before["ts"])
    return now if now.get("blocks") != before.get("blocks") else None


def _drawn(person: Person, message: Json) -> list[str]:
    return list(block_lines(message.get("blocks") or [], names_for(person)))


def _say(text: str) -> None:
    click.secho(f"\n{text}", bold=True)


def _show(lines: list[str]) -> None:
    for line in lines:
        for part in folded(line):
            click.echo(f"   │ {part}")
