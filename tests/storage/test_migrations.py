"""Migrations: up and down with data in the tables, and equal to the models."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from migrations.own_tables import include_name
from storage import drafts, insights, proposals, shown, sources, tips
from storage._tables import Base
from storage.database import Database, alembic_config, check_migrations, hold_single_process, migrate, open_database
from storage.errors import Ahead, AlreadyRunning, Behind
from storage.records import WORKSPACE, MessageRef, TipContent, Viewer
from tests.conftest import FrozenClock
from tests.storage.speaker_steps import waiting
from tests.storage.steps import AYA, BEN, TEAM, draft, everything, hashed, owned_by, share

ROOT = Path(__file__).parent.parent.parent
REVISIONS = [script.revision for script in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()][::-1]


@pytest.fixture
def with_data(db: Database) -> Iterator[Database]:
    share(db, draft(db, ts="1.1"))
    share(db, draft(db, ts="1.2"), anonymously=True)
    draft(db, ts="1.3")
    waiting(db, {"outcome": ("半分になった", (BEN,))})
    shown.note(db, TEAM, MessageRef("D1", "1.1"), ["t1"], "ja")
    insights.keep(db, TEAM, public=["C1"], members=[BEN], now=db.now())
    return db


def go(db: Database, step: str, revision: str) -> None:
    with db.engine.connect() as connection:
        getattr(command, step)(alembic_config(connection), revision)
        connection.commit()


def rows(db: Database, table: str) -> int:
    with db.engine.connect() as connection:
        return int(connection.exec_driver_sql(f"select count(*) from {table}").scalar() or 0)  # noqa: S608 - a table of ours


def test_the_models_are_what_the_migrations_make(db: Database) -> None:
    with db.engine.connect() as connection:
        options = {"include_name": include_name, "compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_each_revision_goes_down_and_up_again_with_data_in_it(with_data: Database) -> None:
    before = rows(with_data, "tips")
    assert before == 2
    for down, up in zip(reversed(["base", *REVISIONS[:-1]]), reversed(REVISIONS), strict=True):
        go(with_data, "downgrade", down)
        go(with_data, "upgrade", up)
        go(with_data, "downgrade", down)
    migrate(with_data)
    check_migrations(with_data)
    assert not [row for row in everything(with_data) if BEN in row and row.startswith("evidence")]
    share(with_data, draft(with_data, ts="1.4"))


def test_going_down_loses_no_tip_that_its_author_has_shared(db: Database) -> None:
    waiting_to_come_out, missing = draft(db, ts="1.1"), share(db, draft(db, ts="1.2"))
    words = waiting_to_come_out.content
    assert words is not None
    tips.publish_anonymously(
        db,
        team_id=TEAM,
        draft_id=waiting_to_come_out.id,
        tip_id=tips.new_id(),
        owner=hashed("owner", "t", BEN),
        visibility=WORKSPACE,
        comes_out_at=db.now() + timedelta(hours=3),
        digest=proposals.propose(db, TEAM, "draft", waiting_to_come_out.id, words, words),
    )
    sources.hide(db, TEAM, missing.id)
    go(db, "downgrade", "0003")
    with db.engine.connect() as connection:
        states = connection.exec_driver_sql("select state from tips").scalars().all()
    assert states == ["published"] * 2


def test_going_up_keeps_it_that_an_author_changed_their_tip(db: Database, clock: FrozenClock) -> None:
    as_read, edited, edited_before = share(db, draft(db, ts="1.1")), share(db, draft(db, ts="1.2")), draft(db, ts="1.3")
    drafts.edit(db, TEAM, edited_before.id, TipContent(title="自分の言葉"))
    edited_before = share(db, edited_before)
    clock.advance(hours=1)
    author = Viewer(TEAM, AYA, is_full_member=True)
    tips.edit(db, author, edited.id, TipContent(title="自分の言葉"), owned_by(AYA))
    go(db, "downgrade", "0015")
    migrate(db)
    hashes = [hashed(TEAM, "C1", ts) for ts in ("1.1", "1.2", "1.3")]
    in_own_words = {rest.tip.id: rest.in_own_words for rest in sources.named_resting_on(db, TEAM, hashes)}
    assert in_own_words == {as_read.id: False, edited.id: True, edited_before.id: True}


def test_going_down_leaves_the_job_engines_tables_alone(with_data: Database) -> None:
    table = "workflow_status" if with_data.is_sqlite else "dbos.workflow_status"
    assert rows(with_data, table) == 0
    go(with_data, "downgrade", "base")
    assert rows(with_data, table) == 0


def test_a_database_behind_the_code_says_what_to_run(db: Database) -> None:
    go(db, "downgrade", "base")
    with pytest.raises(Behind, match="python -m bot migrate"):
        check_migrations(db)


def test_a_database_ahead_of_the_code_is_not_touched(db: Database) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("update alembic_version set version_num = '9999'"))
    with pytest.raises(Ahead, match="9999"):
        check_migrations(db)
    with pytest.raises(Ahead, match="newer version"):
        migrate(db)


def test_a_second_worker_on_one_sqlite_file_is_refused(sqlite_template: Path, tmp_path: Path) -> None:
    file = tmp_path / "one.db"
    shutil.copy(sqlite_template, file)
    db = open_database(f"sqlite:///{file}", now=lambda: datetime.now(UTC))
    with hold_single_process(db), pytest.raises(AlreadyRunning, match="PostgreSQL"), hold_single_process(db):
        pass
    with hold_single_process(db):
        pass
    db.close()
