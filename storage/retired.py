"""Models and tools that are gone: a small list that ships, and what a workspace's hosts make of it."""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

import sqlalchemy as sa

from storage._tables import RetiredRow
from storage.database import Database
from storage.records import Retired
from storage.terms import key_of

_FILE = Path(__file__).parent / "retired.toml"

_VERSION = re.compile(r"[-@ ]?(?:\d{6,8}|latest)$")
"""What makers put behind a model's name: a date, or that it is the latest of them."""

_PARTS = re.compile(r"[^\W\d]+|\d+")
"""The words and the numbers of a name, however they are joined."""


def listed(db: Database, team_id: str) -> list[Retired]:
    """What is gone for a workspace, by name."""
    with db.reading() as session:
        rows = session.scalars(sa.select(RetiredRow).where(RetiredRow.team_id == team_id)).all()
    own = {row.key: Retired(row.label, row.day) for row in rows}
    found = {**{key_of(one.label): one for one in _shipped()}, **own}
    return sorted((one for one in found.values() if one.day), key=lambda one: one.label.casefold())


def change(db: Database, team_id: str, wanted: Sequence[Retired]) -> None:
    """The list as hosts want it: what ships and is not in it is not gone here."""
    chosen = {key_of(one.label): one for one in wanted}
    shipped = {key_of(one.label): one for one in _shipped()}
    with db.writing() as session:
        session.execute(sa.delete(RetiredRow).where(RetiredRow.team_id == team_id))
        for key, one in {**{key: Retired(one.label, "") for key, one in shipped.items()}, **chosen}.items():
            if one != shipped.get(key):
                session.add(RetiredRow(team_id=team_id, key=key, label=one.label, day=one.day))


def among(names: Iterable[str], gone: Iterable[Retired], *, today: str, since: str) -> Retired | None:
    """The first of these tools and models that is gone by `today` and was not yet on the day `since` (YYYY-MM-DD)."""
    by_parts = {_parts(one.label): one for one in gone}
    for name in names:
        one = by_parts.get(_parts(name)) or by_parts.get(_parts(_VERSION.sub("", name)))
        if one is not None and since < one.day <= today:
            return one
    return None


def _parts(name: str) -> tuple[tuple[str, ...], str]:
    """A name's words in any order, and its number: one writes Claude 3.5 Sonnet, the other claude-sonnet-3-5."""
    parts = _PARTS.findall(unicodedata.normalize("NFKC", name).casefold())
    words = sorted(one for one in parts if not one[0].isdigit())
    return tuple(words), "".join(one for one in parts if one[0].isdigit())


@cache
def _shipped() -> tuple[Retired, ...]:
    return tuple(Retired(label, str(day)) for label, day in tomllib.loads(_FILE.read_text("utf-8")).items())
