"""migrate, doctor, jobs, backup, restore: what an operator does."""

import json
import sys
from pathlib import Path
from typing import cast

import click

from bot.app import SystemClock, migrate_all, open_storage
from bot.commands.check import Finding, examine
from bot.config import load_settings
from bot.jobs import Engine
from storage import backup as backups
from storage import requests
from storage.database import check_migrations
from storage.records import Request, RequestState

FORMAT = click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)


@click.command()
def migrate() -> None:
    """Brings the database to what this version needs."""
    settings = load_settings()
    db = open_storage(settings, SystemClock())
    try:
        migrate_all(db)
    finally:
        db.close()
    click.echo("The database is up to date.", err=True)


@click.command()
@click.option(
    "--only", type=click.Choice(["slack", "database", "pepper", "model", "embedder"]), help="Look at one thing only."
)
@FORMAT
def doctor(only: str | None, form: str) -> None:
    """Says what is wrong with the setup, and how to mend it."""
    findings = list(examine(load_settings(), only))
    if form == "json":
        click.echo(json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            click.echo(_line(finding))
    sys.exit(1 if any(finding.state == "wrong" for finding in findings) else 0)


def _line(finding: Finding) -> str:
    mark = {"good": "ok   ", "note": "note ", "wrong": "WRONG"}[finding.state]
    return f"{mark} {finding.about}: {finding.said}" + (f"\n      → {finding.mend}" if finding.mend else "")


@click.command()
@click.argument("request_id", required=False)
@click.option("--state", type=click.Choice(["accepted", "done", "refused", "failed"]))
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@click.option("--steps", "with_steps", is_flag=True, help="Each request's steps, too.")
@FORMAT
def jobs(request_id: str | None, state: str | None, limit: int, with_steps: bool, form: str) -> None:
    """The newest requests, or the state and steps of one REQUEST_ID (or reference number)."""
    db = open_storage(load_settings(), SystemClock())
    try:
        check_migrations(db)
        engine = Engine(db)
        found = requests.recent(db, state=cast("RequestState | None", state), limit=limit)
        if request_id:
            found = requests.by_id_or_reference(db, request_id)
        rows = [_job(one, engine if request_id or with_steps else None) for one in found]
        engine.close()
    finally:
        db.close()
    if form == "json":
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            click.echo(
                f"{row['id']}  {row['state']:<8}  {row['kind']:<24}  {row['accepted_at']}  {row['reference'] or ''}"
            )
            for job in cast("list[dict[str, object]]", row.get("jobs", [])):
                for step in cast("list[dict[str, object]]", job["steps"]):
                    click.echo(f"    {step['step']:<20} {'failed' if step['failed'] else 'done'}")
    if request_id and not rows:
        click.echo("There is no such request.", err=True)
        sys.exit(1)


def _job(request: Request, engine: Engine | None) -> dict[str, object]:
    """A request without its payload and its person."""
    row: dict[str, object] = {
        "id": request.id,
        "team": request.team_id,
        "kind": request.kind,
        "state": request.state,
        "reference": request.reference,
        "accepted_at": request.accepted_at.isoformat(),
        "ended_at": request.ended_at.isoformat() if request.ended_at else None,
    }
    if engine is not None:
        row["jobs"] = engine.steps(request.id)
    return row


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copies the database to FILE while the bot runs. Back the pepper file up too, and apart."""
    settings = load_settings()
    db = open_storage(settings, SystemClock())
    try:
        backups.backup(db, file)
    finally:
        db.close()
    click.echo(f"Backed up to {file}. The pepper file {settings.pepper_path} is not in it: back it up apart.", err=True)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace what is in the database now.")
def restore(file: Path, *, force: bool) -> None:
    """Brings the database back from FILE. Stop the bot first."""
    backups.restore(load_settings().database_url, file, force=force)
    click.echo("Restored. The search index builds itself anew at the next start.", err=True)
