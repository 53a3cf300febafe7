"""import, export, search, ask: tips from the command line."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

import click
from pydantic import ValidationError

from bot.answer.embedding import embed_some
from bot.answer.finding import find
from bot.answer.service import answer as answer_question
from bot.answer.views.reply import summary_of
from bot.app import offline
from bot.config import load_settings
from bot.errors import ModelUnavailable, Refused, SlackUnavailable
from bot.ports import World
from bot.trust.redaction import redact
from bot.trust.viewer import viewer_of
from storage import audit, imports, meanings, tips, trials
from storage import search as searching
from storage.records import Hit, ImportedTip, Viewer, Visibility
from storage.search import Explained

WORKSPACE = click.option("--workspace", required=True, help="The workspace's id, T….")
AS = click.option("--as", "user_id", required=True, help="The person's id, U….")
AS_MEMBER = click.option("--as-member", is_flag=True, help="They are a full member: Slack need not be asked.")


@click.group(name="import")
def import_() -> None:
    """Brings know-how in from elsewhere."""


@import_.command(name="tips")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@WORKSPACE
@click.option("--channel", help="Only this channel's members see them, C….")
@click.option("--published", is_flag=True, help="You vouch for the consent of those who wrote them.")
def import_tips(file: TextIO, workspace: str, channel: str | None, *, published: bool) -> None:
    """Tips from FILE.jsonl, a line each; bad lines are reported by number and nothing else is lost."""
    if not published:
        raise click.UsageError("Without --published nothing would be visible: say that you vouch for the consent.")
    bad: list[int] = []
    total = imports.Imported()
    with offline(load_settings(), workspace) as world:
        audit.looked(world.db, workspace, "tips.imported")
        lines = file.readlines()
        with click.progressbar(length=len(lines), label="Importing", file=sys.stderr) as bar:
            done = 0
            good = _read(lines, bad)
            for total in imports.add_imported(world.db, workspace, good, visibility=Visibility(channel)):
                so_far = total.added + total.updated + total.unchanged
                bar.update(so_far - done)
                done = so_far
        searching.catch_up(world.db, world.index)
    click.echo(f"{total.added} added, {total.updated} updated, {total.unchanged} unchanged, {len(bad)} bad", err=True)
    sys.exit(1 if bad else 0)


def _read(lines: list[str], bad: list[int]) -> Iterator[ImportedTip]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield _clean(ImportedTip.model_validate_json(line))
        except ValidationError as error:
            bad.append(number)
            what = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'line'}: {e['msg']}" for e in error.errors()[:3])
            click.echo(f"line {number}: {what}", err=True)


def _clean(tip: ImportedTip) -> ImportedTip:
    """Secrets and personal data do not come in by files either."""
    told = tip.model_dump(mode="json")
    for name, value in told.items():
        if name in ("external_id", "made_with", "kind", "language"):
            continue
        if isinstance(value, str):
            told[name] = redact(value).text
        elif isinstance(value, list):
            told[name] = [redact(one).text for one in value]
    return ImportedTip.model_validate(told)


@click.command()
@WORKSPACE
@click.option("--as", "user_id", help="Only what this person may see; without it, the workspace's own tips.")
@AS_MEMBER
def export(workspace: str, user_id: str | None, *, as_member: bool) -> None:
    """Tips as JSON lines on stdout: those for the whole workspace, or what a person may see."""
    with offline(load_settings(), workspace) as world:
        audit.looked(world.db, workspace, "tips.exported")
        viewer = Viewer(workspace, None, is_full_member=True)
        if user_id:
            viewer = _viewer(world, workspace, user_id, as_member=as_member)
        for tip in tips.export(world.db, viewer):
            tried = trials.of_tips(world.db, viewer, [tip.id]).get(tip.id)
            row = tip.content.model_dump(mode="json")
            row |= {"id": tip.id, "external_id": tip.external_id, "made_with": tip.made_with}
            row |= {"channel": tip.visibility.channel_id, "author": tip.author_id, "permalink": tip.permalink}
            row |= {"published_at": tip.published_at.isoformat(), "trials": asdict(tried) if tried else None}
            row |= {"verified_at": tip.verified_at.isoformat() if tip.verified_at else None}
            click.echo(json.dumps(row, ensure_ascii=False))


@click.command()
@WORKSPACE
@click.option("--anew", is_flag=True, help="Embed every tip again, not only those without a vector.")
@click.option("--words-only", is_flag=True, help="Leave meaning to the running bot.")
def reindex(workspace: str, *, anew: bool, words_only: bool) -> None:
    """Builds the search index anew, and embeds the tips that have no vector yet, at the workspace's cost."""
    with offline(load_settings(), workspace) as world:
        click.echo(f"{searching.rebuild(world.db, world.index)} tips indexed by their words.", err=True)
        if words_only or world.embedder.key is None:
            return
        if anew:
            meanings.forget_embedders(world.db)
        try:
            while embed_some(world):
                click.echo(".", nl=False, err=True)
        except ModelUnavailable as unavailable:
            click.echo(f" The embedder is not to be had ({unavailable.reason}): run doctor, then this again.", err=True)
            sys.exit(1)
        click.echo(" Every tip is embedded.", err=True)


@click.command()
@click.argument("query", required=False)
@WORKSPACE
@AS
@AS_MEMBER
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--queries", type=click.Path(exists=True, dir_okay=False, path_type=Path), help='Lines of {"id","text"}.')
@click.option("--format", "form", type=click.Choice(["table", "json", "jsonl"]), default="table", show_default=True)
@click.option("--explain", "with_reasons", is_flag=True, help="Say why each stands where it does.")
def search(
    query: str | None,
    workspace: str,
    user_id: str,
    limit: int,
    queries: Path | None,
    form: str,
    *,
    as_member: bool,
    with_reasons: bool,
) -> None:
    """Finds tips that a person may see: QUERY, or many --queries at once."""
    if (query is None) == (queries is None):
        raise click.UsageError("Give either a QUERY or --queries FILE.jsonl.")
    with offline(load_settings(), workspace) as world:
        audit.looked(world.db, workspace, "tips.searched")
        viewer = _viewer(world, workspace, user_id, as_member=as_member)
        if queries is not None:
            _search_many(world, viewer, queries, limit)
            return
        found = find(world, viewer, query or "", limit=limit).explained
    if form == "table":
        for one in found:
            click.echo(f"{one.hit.rank:>3}  {one.hit.tip.content.title}")
            if with_reasons:
                click.echo(f"     {_reasons(one)}")
        if not found:
            click.echo("Nothing that this person can see.", err=True)
        return
    rows = [_hit(one.hit) | ({"why": asdict(one.factors)} if with_reasons else {}) for one in found]
    click.echo(json.dumps({"hits": rows}, ensure_ascii=False))


def _reasons(one: Explained) -> str:
    """Shares (0 to 1) and factors (around 1), in the order in which they count."""
    why = one.factors
    closeness = "none" if why.closeness is None else f"{why.closeness:.3f}"
    said = f"{one.hit.strength}: words {why.words:.2f}, meaning {why.meaning:.2f} (closeness {closeness})"
    said += f", of the question's words {why.covered:.0%}; evidence ×{why.evidence:.3f}, freshness ×{why.freshness:.3f}"
    said += f", own tool ×{why.tool:.3f}, language ×{why.language:.3f}"
    if one.hit.tip.verified_at is not None:
        said += f"; verified by {'its author' if one.hit.tip.verified_by == 'owner' else 'a host'}"
        said += f" on {one.hit.tip.verified_at:%Y-%m-%d}"
    return said + (f"; {len(one.hit.folded)} near-duplicates folded" if one.hit.folded else "")


def _search_many(world: World, viewer: Viewer, queries: Path, limit: int) -> None:
    lines = [line for line in queries.read_text("utf-8").splitlines() if line.strip()]
    with click.progressbar(lines, label="Searching", file=sys.stderr) as bar:
        for number, line in enumerate(bar, start=1):
            try:
                asked = json.loads(line)
                query_id, text = asked["id"], str(asked["text"])
            except (ValueError, KeyError, TypeError):
                click.echo(f'line {number}: not {{"id", "text"}}', err=True)
                sys.exit(1)
            hits = find(world, viewer, text, limit=limit).hits
            click.echo(json.dumps({"id": query_id, "hits": [_hit(hit) for hit in hits]}, ensure_ascii=False))


def _hit(hit: Hit) -> dict[str, Any]:
    """`score` falls with the rank: raw scores would tell about tips that the person may not see."""
    return {"tip": hit.tip.external_id or hit.tip.id, "score": round(1 / hit.rank, 6)}


@click.command()
@click.argument("question")
@WORKSPACE
@AS
@AS_MEMBER
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def ask(question: str, workspace: str, user_id: str, form: str, *, as_member: bool) -> None:
    """Answers a QUESTION as the bot would answer this person."""
    with offline(load_settings(), workspace) as world:
        audit.looked(world.db, workspace, "tips.asked")
        viewer = _viewer(world, workspace, user_id, as_member=as_member)
        reply = answer_question(world, viewer, redact(question).text)
    joint = "" if reply.language == "ja" else " "
    text = joint.join(sentence.text for sentence in reply.sentences) or summary_of(reply)
    cited = [
        {
            "number": one.number,
            "tip": one.tip.external_id or one.tip.id,
            "title": one.tip.content.title,
            "permalink": one.tip.permalink,
        }
        for one in reply.tips
    ]
    if form == "json":
        click.echo(json.dumps({"text": text, "citations": cited, "answered": reply.is_answered}, ensure_ascii=False))
        return
    click.echo(text)
    for one in cited:
        click.echo(f"[{one['number']}] {one['title']}  {one['permalink'] or ''}")


def _viewer(world: World, team_id: str, user_id: str, *, as_member: bool) -> Viewer:
    """A person as Slack knows them; somebody Slack cannot be asked about sees nothing, unless --as-member."""
    if as_member:
        return Viewer(team_id, user_id, is_full_member=True)
    try:
        return viewer_of(world, team_id, user_id)
    except (Refused, SlackUnavailable):
        return Viewer(team_id, user_id, is_full_member=False)
