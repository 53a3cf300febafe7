"""`python -m playground as NAME …`: somebody's Slack client, one act at a time."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from playground.person import Json, Person, control, eventually, upload
from playground.running import Failed, Running, manifest
from playground.screen import Names, block_lines, buttons, label_of, message_lines, names_for

BOT = "@yoridokoro"
_TS = re.compile(r"\d{10}\.\d{6}")
_MIMETYPES = {".txt": "text/plain", ".md": "text/markdown", ".csv": "text/csv"}
_SECONDS = 20.0
_QUIET_SECONDS = 1.0


@dataclass(frozen=True)
class Screen:
    """Somebody at their client."""

    running: Running
    person: Person

    @property
    def names(self) -> Names:
        return names_for(self.person)


@click.group(name="as", help="Acts and sees as NAME, one of the demo company's people: aya, ben, mika, …")
@click.argument("name")
@click.pass_context
def act_as(context: click.Context, name: str) -> None:
    running: Running = context.obj()
    handle = name.lstrip("@")
    known = [each["handle"] for each in control(running.url, running.control_token, "people")]
    if handle not in known:
        raise Failed(f"There is nobody called {name}. There are: {', '.join(known)}")
    context.obj = Screen(running, running.person(handle))


@act_as.command()
@click.argument("text")
@click.pass_obj
def dm(screen: Screen, text: str) -> None:
    """Writes to the bot, and shows what it answers."""
    with_news(screen, lambda: screen.person.post(BOT, text))


@act_as.command()
@click.argument("channel")
@click.argument("text")
@click.option("--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Attached.")
@click.pass_obj
def post(screen: Screen, channel: str, text: str, path: Path | None) -> None:
    """Writes TEXT in CHANNEL ("#ai-tips", or "@yoridokoro" for the bot)."""
    files: list[Json] = []
    if path:
        files = [upload(path.name, path.read_bytes(), mimetype=_MIMETYPES.get(path.suffix, "application/octet-stream"))]
    if channel == BOT:
        with_news(screen, lambda: screen.person.post(channel, text, files=files))
    else:
        screen.person.post(channel, text, files=files)


@act_as.command()
@click.argument("channel")
@click.argument("where")
@click.argument("text")
@click.pass_obj
def reply(screen: Screen, channel: str, where: str, text: str) -> None:
    """Replies in the thread WHERE: a message's ts, a thread's key of the demo, or words that stand in it."""
    screen.person.post(channel, text, thread_ts=_message(screen, channel, where))


@act_as.command()
@click.argument("channel")
@click.argument("where")
@click.argument("emoji", default="bulb")
@click.pass_obj
def react(screen: Screen, channel: str, where: str, emoji: str) -> None:
    """Adds an emoji (bulb) to the message WHERE."""
    with_news(screen, lambda: screen.person.react(channel, _message(screen, channel, where), emoji.strip(":")))


@act_as.command()
@click.argument("channel")
@click.argument("where")
@click.argument("emoji", default="bulb")
@click.pass_obj
def unreact(screen: Screen, channel: str, where: str, emoji: str) -> None:
    """Takes one's emoji away."""
    with_news(screen, lambda: screen.person.unreact(channel, _message(screen, channel, where), emoji.strip(":")))


@act_as.command()
@click.argument("channel")
@click.argument("where")
@click.argument("text", default="")
@click.pass_obj
def forward(screen: Screen, channel: str, where: str, text: str) -> None:
    """Forwards the message WHERE to the bot."""
    with_news(screen, lambda: screen.person.forward(channel, _message(screen, channel, where), BOT, text))


@act_as.command()
@click.argument("channel", default=BOT)
@click.option("--limit", default=10, show_default=True, help="So many messages, the newest.")
@click.pass_obj
def see(screen: Screen, channel: str, limit: int) -> None:
    """Shows CHANNEL, or the DM with the bot, with its threads."""
    names = screen.names
    for message in screen.person.messages(channel)[-limit:]:
        _print(message_lines(message, names))
        if message.get("reply_count"):
            for answer in screen.person.thread(channel, message["ts"])[1:]:
                _print(message_lines(answer, names, inside=True))


@act_as.command()
@click.argument("channel")
@click.argument("where")
@click.pass_obj
def thread(screen: Screen, channel: str, where: str) -> None:
    """Shows one thread."""
    for place, message in enumerate(screen.person.thread(channel, _message(screen, channel, where))):
        _print(message_lines(message, screen.names, inside=place > 0))


@act_as.command(name="click")
@click.argument("label")
@click.option("--value", help="What to choose, in a menu.")
@click.option("--home", is_flag=True, help="In the Home tab.")
@click.option("--in", "channel", default=BOT, help="In another channel than the DM with the bot.")
@click.pass_obj
def press(screen: Screen, label: str, value: str | None, channel: str, *, home: bool) -> None:
    """Presses the newest button that says LABEL (its beginning will do)."""
    if home:
        _press_in_home(screen, label, value)
        return
    messages = screen.person.dm() if channel == BOT else screen.person.messages(channel)
    labelled = ((each["ts"], _labelled(each.get("blocks") or [], label)) for each in reversed(messages))
    found = next(((ts, element["action_id"]) for ts, element in labelled if element), None)
    if found is None:
        raise Failed(f"No button says {label}.")
    with_news(screen, lambda: screen.person.click(channel, *found, value=value))


@act_as.command()
@click.argument("command")
@click.argument("text", default="")
@click.option("--in", "channel", default="#general", show_default=True)
@click.pass_obj
def slash(screen: Screen, command: str, text: str, channel: str) -> None:
    """Runs a command such as /share-tip."""
    with_news(screen, lambda: screen.person.slash(command, text, channel))


@act_as.command()
@click.argument("name")
@click.argument("channel", required=False)
@click.argument("where", required=False)
@click.pass_obj
def shortcut(screen: Screen, name: str, channel: str | None, where: str | None) -> None:
    """Runs the shortcut NAME ("Save as tip" on a message, "Share a tip" anywhere)."""
    declared = {each["name"]: each["callback_id"] for each in manifest()["features"]["shortcuts"]}
    callback_id = declared.get(name, name)
    if channel and where:
        ts = _message(screen, channel, where)
        with_news(screen, lambda: screen.person.message_shortcut(callback_id, channel, ts))
    else:
        with_news(screen, lambda: screen.person.global_shortcut(callback_id))


@act_as.command()
@click.pass_obj
def form(screen: Screen) -> None:
    """Shows the open form as it is now."""
    if not screen.person.views():
        raise Failed("No form is open.")
    _show_form(screen)


@act_as.command()
@click.argument("fields", nargs=-1, metavar="LABEL=TEXT…")
@click.pass_obj
def submit(screen: Screen, fields: tuple[str, ...]) -> None:
    """Fills in the open form (what its labels say) and sends it."""
    views = screen.person.views()
    if not views:
        raise Failed("No form is open.")
    view = views[-1]
    values: dict[str, dict[str, Any]] = {}
    for field in fields:
        label, _, text = field.partition("=")
        block = next((b for b in view["blocks"] if b["type"] == "input" and b["label"]["text"].startswith(label)), None)
        if block is None:
            raise Failed(f"The form has no field {label}.")
        values[block["block_id"]] = {block["element"]["action_id"]: _entered(block["element"], text)}
    with_news(screen, lambda: _submit(screen.person, view["id"], values))


@act_as.command()
@click.pass_obj
def home(screen: Screen) -> None:
    """Opens the bot's Home tab."""
    _print(list(block_lines(_home(screen)["blocks"], screen.names)))


def with_news(screen: Screen, do: Callable[[], Any]) -> None:
    """Does something and shows what is new in one's DM with the bot, or which form has opened, once it is quiet."""
    before = {message["ts"]: message for message in screen.person.dm()}
    forms = len(screen.person.views())
    do()
    if len(screen.person.views()) > forms:
        _show_form(screen)
        return
    for message in _news(screen.person, before):
        _print(message_lines(message, screen.names))


def _news(person: Person, before: dict[str, Json]) -> Iterator[Json]:
    """New and changed messages of the bot; waits until one comes, and then until no more do."""

    def changed() -> list[Json]:
        return [each for each in person.dm() if each.get("bot_id") and before.get(each["ts"]) != each]

    try:
        seen = eventually(changed, _SECONDS)
    except TimeoutError:
        return
    while True:
        time.sleep(_QUIET_SECONDS)
        now = changed()
        if now == seen:
            yield from now
            return
        seen = now


def _press_in_home(screen: Screen, label: str, value: str | None) -> None:
    view = _home(screen)
    element = _labelled(view["blocks"], label)
    if element is None:
        raise Failed(f"No button says {label}.")
    action_id, chosen = element["action_id"], value or element.get("value")
    block_id = next((each["block_id"] for each in view["blocks"] if element in list(buttons([each]))), None)
    with_news(screen, lambda: screen.person.click_in_view(view["id"], action_id, value=chosen, block_id=block_id))


def _submit(person: Person, view_id: str, values: dict[str, dict[str, Any]]) -> None:
    result = person.submit(view_id, values)
    for error in result["errors"].values():
        click.secho(error, fg="red")


def _show_form(screen: Screen) -> None:
    view = screen.person.views()[-1]
    click.secho(view["title"]["text"], bold=True)
    _print(list(block_lines(view["blocks"], screen.names)))


def _home(screen: Screen) -> Json:
    screen.person.open_home()
    view = eventually(screen.person.home, _SECONDS)
    return dict(view or {})


def _entered(element: Json, text: str) -> Any:
    """What somebody chooses by its label, or types."""
    for option in element.get("options", ()):
        if option["text"]["text"].startswith(text):
            return [option["value"]] if element["type"] == "checkboxes" else option["value"]
    return text


def _labelled(blocks: list[Json], label: str) -> Json | None:
    return next((each for each in buttons(blocks) if label in (each["action_id"], label_of(each)[: len(label)])), None)


def _message(screen: Screen, channel: str, where: str) -> str:
    """The ts of a message that is named by itself, by the demo's key, or by words of it."""
    if _TS.fullmatch(where):
        return where
    keys = control(screen.running.url, screen.running.control_token, "keys")
    if where in keys:
        return str(keys[where])
    for message in reversed(screen.person.messages(channel)):
        inside = screen.person.thread(channel, message["ts"]) if message.get("reply_count") else [message]
        for each in reversed(inside):
            if where in each.get("text", ""):
                return str(each["ts"])
    raise Failed(f"No message in {channel} says {where}.")


def _print(lines: list[str]) -> None:
    for line in lines:
        click.echo(line)
