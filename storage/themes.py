"""Themes: started, prolonged, merged, closed; and the tips that were shared under them."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage import _analysis, audit, follows, tips
from storage._feed import announce
from storage._kinds import NO_WORRY
from storage._tables import DraftRow, ThemeRow, TipRow
from storage._themed import OPEN, forget_asked, row_of, theme_of, without_own_words
from storage._visibility import visible_to
from storage.database import Database, insert_if_absent
from storage.errors import NotFound
from storage.records import Language, Learned, Theme, ThemeFormat, Tip, Viewer

_MOST = 100


def start(
    db: Database,
    *,
    team_id: str,
    theme_id: str,
    format: ThemeFormat,  # noqa: A002 - the field's word
    name: str,
    purpose: str,
    question: str,
    language: Language,
    owner_id: str,
    channel_id: str,
    ends_at: datetime,
    by: str,
) -> Theme:
    """A theme, once by its id, which is its request's. `by`: who started it."""
    with db.writing() as session:
        is_new = insert_if_absent(
            session,
            ThemeRow,
            team_id=team_id,
            id=theme_id,
            format=format,
            name=name,
            purpose=purpose,
            question=question,
            language=language,
            owner_id=owner_id,
            channel_id=channel_id,
            state="running",
            learned=[],
            started_at=db.now(),
            ends_at=ends_at,
            revision=1,
            drawn_revision=1,
        )
        if is_new:
            audit.note(db, session, team_id, "theme.started", actor=by, record=("theme", theme_id))
        return theme_of(session.get_one(ThemeRow, (team_id, theme_id)))


def unstarted(db: Database, team_id: str, theme_id: str) -> None:
    """Its kick-off could not be posted: there is no such theme."""
    with db.writing() as session:
        session.execute(sa.delete(ThemeRow).where(ThemeRow.team_id == team_id, ThemeRow.id == theme_id))
        audit.forget_record(session, team_id, theme_id)


def get(db: Database, team_id: str, theme_id: str) -> Theme:
    """Raises NotFound."""
    with db.reading() as session:
        row = session.get(ThemeRow, (team_id, theme_id))
        if row is None:
            raise NotFound("no such theme")
        return theme_of(row)


def open_ones(db: Database, team_id: str | None = None) -> list[Theme]:
    """The themes that have not ended, oldest first."""
    chosen = sa.select(ThemeRow).where(ThemeRow.state.in_(OPEN)).order_by(ThemeRow.started_at, ThemeRow.id)
    if team_id is not None:
        chosen = chosen.where(ThemeRow.team_id == team_id)
    with db.reading() as session:
        return [theme_of(row) for row in session.scalars(chosen.limit(_MOST))]


def has_any(db: Database, team_id: str) -> bool:
    """Whether there ever was a theme, as far as anything is kept of it."""
    with db.reading() as session:
        return session.scalar(sa.select(ThemeRow.id).where(ThemeRow.team_id == team_id).limit(1)) is not None


def running(db: Database, team_id: str, readable: Collection[str]) -> list[Theme]:
    """The themes that run in channels that somebody can read, oldest first. Retrospectives take no tips."""
    return [
        theme
        for theme in open_ones(db, team_id)
        if theme.state == "running" and theme.permalink and theme.channel_id in readable and theme.format != "retro"
    ]


def named(db: Database, team_id: str, names: Iterable[str], readable: Collection[str]) -> list[str]:
    """Ids of the themes, ended ones too, in channels of `readable` whose name has all words of one of these."""
    wanted = [words for name in names if (words := _words(name))]
    if not wanted:
        return []
    with db.reading() as session:
        rows = session.execute(
            sa.select(ThemeRow.id, ThemeRow.name, ThemeRow.channel_id)
            .where(ThemeRow.team_id == team_id)
            .order_by(ThemeRow.started_at.desc())
            .limit(_MOST * 5)
        ).all()
    known = [row for row in rows if row.channel_id in readable]
    return [row.id for row in known if any(words <= _words(row.name) for words in wanted)]


def names_of(db: Database, team_id: str, theme_ids: Collection[str], readable: Collection[str]) -> dict[str, str]:
    """The names of those of these themes, ended ones too, that are in channels of `readable`, by id."""
    chosen = sa.select(ThemeRow.id, ThemeRow.name, ThemeRow.channel_id)
    with db.reading() as session:
        rows = session.execute(chosen.where(ThemeRow.team_id == team_id, ThemeRow.id.in_(sorted(theme_ids)))).all()
    return {row.id: row.name for row in rows if row.channel_id in readable}


def _words(name: str) -> set[str]:
    return {word[0] for word in _analysis.named(name)}


def tips_of(db: Database, viewer: Viewer, theme_id: str) -> list[Tip]:
    """The tips that were shared under a theme and that the viewer may see, newest first. Worries are never reported."""
    with db.reading() as session:
        rows = session.scalars(
            sa.select(TipRow)
            .where(visible_to(viewer), NO_WORRY, TipRow.theme_id == theme_id)
            .order_by(TipRow.published_at.desc(), TipRow.id)
            .limit(_MOST)
        )
        return [tips.tip_of(row) for row in rows]


def last_shared(db: Database, team_id: str, theme_id: str) -> datetime | None:
    """When the last tip came: of one without a name the day alone is known."""
    newest = sa.select(sa.func.max(TipRow.published_at)).where(
        TipRow.team_id == team_id, TipRow.theme_id == theme_id, TipRow.state == "published"
    )
    with db.reading() as session:
        return cast("datetime | None", session.scalar(newest))


def idle_asked(db: Database, team_id: str, theme_id: str) -> None:
    """Its owner was asked whether it goes on."""
    with db.writing() as session:
        row = row_of(session, team_id, theme_id)
        row.idle_asked_at = row.idle_asked_at or db.now()


def go_on(db: Database, team_id: str, theme_id: str, *, until: datetime | None = None) -> Theme:
    """Its owner says that it goes on, perhaps for longer. What has ended stays so."""
    with db.writing() as session:
        row = row_of(session, team_id, theme_id)
        if row.state in OPEN:
            row.kept_at, row.idle_asked_at = db.now(), None
            if until is not None and until > row.ends_at:
                row.ends_at, row.state, row.wrapped_at, row.learned = until, "running", None, []
                row.revision += 1
        return theme_of(row)


def wrap(db: Database, team_id: str, theme_id: str, learned: Sequence[Learned]) -> Theme:
    """Its time is over: its owner is to see what was learned. Once; what was edited meanwhile stays."""
    with db.writing() as session:
        kept = _kept(session, team_id, learned)
        row = row_of(session, team_id, theme_id)
        if row.state == "running":
            row.state, row.wrapped_at, row.idle_asked_at = "wrapping", db.now(), None
            row.learned = kept
            row.revision += 1
        return theme_of(row)


def edit(db: Database, team_id: str, theme_id: str, learned: Sequence[Learned]) -> Theme:
    """The owner's own words for the wrap-up, while it is not posted."""
    with db.writing() as session:
        kept = _kept(session, team_id, learned)
        row = row_of(session, team_id, theme_id)
        if row.state == "wrapping":
            row.learned = kept
            row.revision += 1
        return theme_of(row)


def learn(db: Database, team_id: str, theme_id: str, learned: Sequence[Learned]) -> Theme:
    """More of what was learned, below what stands there, while the wrap-up is not posted."""
    with db.writing() as session:
        kept = _kept(session, team_id, learned)
        row = row_of(session, team_id, theme_id)
        if kept and row.state == "wrapping":
            row.learned = [*row.learned, *kept]
            row.revision += 1
        return theme_of(row)


def close(db: Database, team_id: str, theme_id: str, *, by: str | None) -> Theme:
    """Ends a theme; `by` None: by the clock. Its tips stay."""
    with db.writing() as session:
        row = row_of(session, team_id, theme_id)
        _end(db, session, row, by)
        return theme_of(row)


def merge(db: Database, team_id: str, theme_id: str, into: str, *, by: str, carries_anonymous: bool) -> Theme:
    """Ends a theme whose tips and drafts go on under another. Raises NotFound unless that one is running.

    `carries_anonymous`: also tips without a name, which are under no theme from then on otherwise.
    """
    with db.writing() as session:
        # tips first, then the feed, then themes: in this order a withdrawal holds them too
        moving = sa.select(TipRow).where(TipRow.team_id == team_id, TipRow.theme_id == theme_id)
        for tip in session.scalars(moving.order_by(TipRow.id).with_for_update()).all():
            tip.theme_id = into if carries_anonymous or not tip.is_anonymous else None
            if tip.state == "published":
                announce(db, session, team_id, tip.id, at=tips.now_for(db, tip))
        held = {one: row_of(session, team_id, one) for one in sorted({theme_id, into})}
        row, other = held[theme_id], held[into]
        if row is other or row.state not in OPEN or other.state != "running":
            raise NotFound("no such running theme")
        session.execute(
            sa.update(DraftRow).where(DraftRow.team_id == team_id, DraftRow.theme_id == theme_id).values(theme_id=into)
        )
        row.merged_into = into
        follows.merged_into(session, team_id, theme_id, into)
        _end(db, session, row, by)
        return theme_of(row)


def hand_over(db: Database, team_id: str, theme_id: str, owner_id: str) -> Theme:
    """Somebody else looks after a theme from now on."""
    with db.writing() as session:
        row = row_of(session, team_id, theme_id)
        if row.owner_id != owner_id:
            row.owner_id, row.idle_asked_at = owner_id, None
            row.learned = without_own_words(row)
            row.revision += 1
            audit.note(db, session, team_id, "theme.handed_over", actor=owner_id, record=("theme", theme_id))
            forget_asked(session, team_id, theme_id)
        return theme_of(row)


def _end(db: Database, session: Session, row: ThemeRow, by: str | None) -> None:
    if row.state not in OPEN:
        return
    row.state, row.closed_at, row.idle_asked_at = "closed", db.now(), None
    row.revision += 1
    kind: audit.ActorKind = "person" if by else "clock"
    audit.note(db, session, row.team_id, "theme.closed", actor=by, kind=kind, record=("theme", row.id))


def _kept(session: Session, team_id: str, learned: Sequence[Learned]) -> list[dict[str, object]]:
    """Sentences whose tips are all there still; these are held, so that a withdrawal finds what it takes along."""
    wanted = sorted({tip_id for one in learned for tip_id in one.tip_ids})
    there = set(
        session.scalars(
            sa.select(TipRow.id)
            .where(TipRow.team_id == team_id, TipRow.id.in_(wanted), TipRow.state == "published")
            .order_by(TipRow.id)
            .with_for_update(read=True)
        )
    )
    return [
        {"text": one.text, "tips": list(one.tip_ids), "own": one.is_own}
        for one in learned
        if there.issuperset(one.tip_ids)
    ]
