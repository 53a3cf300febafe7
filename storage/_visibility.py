"""Who may see a tip. One condition, in one file, used by every read."""

import json
from functools import lru_cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler

from storage._tables import TipRow
from storage.records import Viewer

_VIEWERS = 256


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """True for the tips that `viewer` may see.

    Published tips of the viewer's workspace: those for the whole workspace if they are a full member or let in by an
    admin, those for a channel if they are in it now.
    """
    named = viewing(viewer)
    return _condition(*(sa.literal(named[name]) for name in ("viewer_team", "viewer_reads_all", "viewer_channels")))


def viewing(viewer: Viewer) -> dict[str, Any]:
    """A viewer as parameters of `VISIBLE`."""
    return {
        "viewer_team": viewer.team_id,
        "viewer_reads_all": viewer.reads_workspace,
        "viewer_channels": _as_json(viewer.channel_ids),
    }


@lru_cache(maxsize=_VIEWERS)
def _as_json(channel_ids: frozenset[str]) -> str:
    """Sorted: the same channels are the same parameter."""
    return json.dumps(sorted(channel_ids))


def is_listed(column: Any, names: Any) -> sa.ColumnElement[bool]:
    """Whether a column is one of `names`, a parameter that is a JSON array of strings. For storage's own modules."""
    return cast("sa.ColumnElement[bool]", column.bool_op("IN")(_Listed(names)))


class _Listed(sa.sql.functions.FunctionElement[str]):
    """The strings of a JSON array. One parameter however many there are: hundreds cost more than the search itself."""

    inherit_cache = True
    name = "listed"


@compiles(_Listed, "sqlite")
def _listed_by_sqlite(element: _Listed, compiler: SQLCompiler, **how: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **how)}))"  # noqa: S608 - a parameter's name


@compiles(_Listed, "postgresql")
def _listed_by_postgresql(element: _Listed, compiler: SQLCompiler, **how: Any) -> str:
    return f"(SELECT jsonb_array_elements_text(CAST({compiler.process(element.clauses, **how)} AS jsonb)))"


def _condition(team_id: Any, reads_workspace: Any, channels: Any) -> sa.ColumnElement[bool]:
    where_they_are = is_listed(TipRow.visible_channel_id, channels)
    for_all = sa.and_(TipRow.visible_channel_id.is_(None), reads_workspace)
    return sa.and_(TipRow.team_id == team_id, TipRow.state == "published", sa.or_(for_all, where_they_are))


VISIBLE = _condition(
    sa.bindparam("viewer_team", type_=sa.String),
    sa.bindparam("viewer_reads_all", type_=sa.Boolean),
    sa.bindparam("viewer_channels", type_=sa.String),
)
"""`visible_to` for statements that are put together once: their parameters are `viewing(viewer)`."""
