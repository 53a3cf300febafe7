"""What storage's modules share."""

import psycopg
import pytest
import sqlalchemy as sa

from storage import database
from storage._tables import ChannelRow
from storage.database import Database, insert_if_absent
from storage.errors import Locked


def test_whether_a_row_is_new_is_told_rightly(db: Database) -> None:
    channel = {"team_id": "T1", "channel_id": "C1", "shared_capture": False, "shared_answers": False}
    with db.writing() as session:
        assert insert_if_absent(session, ChannelRow, **channel)
        assert not insert_if_absent(session, ChannelRow, **channel)
    with db.writing() as session:
        assert not insert_if_absent(session, ChannelRow, **channel)


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_only_reads_begins_no_transaction(db: Database) -> None:
    with db.reading() as session, db.asking() as connection:
        for each in (session.connection(), connection):
            each.execute(sa.select(ChannelRow)).all()
            held = each.connection.dbapi_connection
            assert isinstance(held, psycopg.Connection)
            assert held.info.transaction_status is psycopg.pq.TransactionStatus.IDLE
    with db.writing() as session:
        held = session.connection().connection.dbapi_connection
        assert isinstance(held, psycopg.Connection)
        assert not held.autocommit


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_died_at_rest_is_replaced_unseen(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "_RESTED_SECONDS", 0.0)
    for way in (db.reading, db.writing):
        _end_all_connections(db)
        with way() as session:
            assert session.scalar(sa.select(sa.literal(1))) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_connection_that_died_a_moment_ago_is_said_to_pass_and_does(db: Database) -> None:
    _end_all_connections(db)
    with pytest.raises(Locked), db.reading() as session:
        session.scalar(sa.select(sa.literal(1)))
    with db.reading() as session:
        assert session.scalar(sa.select(sa.literal(1))) == 1


def _end_all_connections(db: Database) -> None:
    """Of this database, as a restart of the server would, once the pool holds some."""
    with db.reading() as session, db.reading() as another:
        assert session.scalar(sa.select(sa.literal(1))) == another.scalar(sa.select(sa.literal(1)))
    engine = sa.create_engine(db.url, isolation_level="AUTOCOMMIT", poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        connection.exec_driver_sql(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
