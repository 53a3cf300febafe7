"""insights: whether the community lives, as pictures or figures that tell of nobody."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import click

from bot.app import offline
from bot.circulate.insights import service, words
from bot.commands.tips import WORKSPACE
from bot.config import load_settings
from bot.texts import LANGUAGES
from storage.records import Language


@click.command()
@WORKSPACE
@click.option("--format", "form", type=click.Choice(["png", "svg", "json"]), default="json", show_default=True)
@click.option("--language", type=click.Choice(LANGUAGES), help="Of pictures and words; without it, the setting's.")
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Where pictures go; here without it.",
)
def insights(workspace: str, form: str, language: str | None, out: Path) -> None:
    """Figures of weeks that are over: JSON on stdout, or pictures in a folder, their names on stdout.

    What would tell of fewer than five people is left out; only the minutes that the queue took may be one host's.
    """
    settings = load_settings()
    reads = cast("Language", language or settings.language)
    with offline(settings, workspace) as world:
        shown = service.shown(world, workspace)
    pictures = words.pictures(shown, reads)
    if form == "json":
        click.echo(json.dumps(row(shown, pictures), ensure_ascii=False, default=str))
        return
    from bot.circulate.insights import charts  # noqa: PLC0415 - a second to load that the other commands need not

    out.mkdir(parents=True, exist_ok=True)
    for picture in pictures:
        file = out / f"insights-{picture.name}.{reads}.{form}"
        file.write_bytes(charts.draw(shown, picture, reads, cast("charts.Format", form)))
        click.echo(file)


def row(shown: service.Shown, pictures: list[words.Picture]) -> dict[str, Any]:
    """All figures, and the pictures in words."""
    channels = [{**asdict(part), "name": shown.name_of(part)} for part in shown.figures.channels]
    minutes = [{"week": week, "minutes": count} for week, count in sorted(shown.minutes.items())]
    about = {"members": shown.members, "percent": shown.percent, "minutes": minutes}
    return {**asdict(shown.figures), "channels": channels, **about, "words": {one.name: one.alt for one in pictures}}
