"""What can go wrong with the database, in our words. SQLAlchemy's exceptions do not leave storage."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy.exc
import sqlalchemy.orm.exc


class StorageError(Exception):
    """The database did not do what was asked."""


class Locked(StorageError):
    """The database is locked or cannot be reached just now: nothing was written, and it may be tried again."""


class Behind(StorageError):
    """The database lacks migrations that this code needs."""


class Ahead(StorageError):
    """The database has migrations that this code does not know."""


class AlreadyRunning(StorageError):
    """Another process works on this SQLite file."""


class NotFound(StorageError):
    """There is no such record."""


class Own(StorageError):
    """It is the person's own, and this is for others."""


class NotPossible(StorageError):
    """A tool is missing or a target is not empty; the message says which."""


_PASSING = ("locked", "busy", "timeout", "deadlock", "connection", "canceling statement", "terminating")


@contextmanager
def in_our_words() -> Iterator[None]:
    """Turns what passes by itself into Locked, everything else of the database into StorageError."""
    try:
        yield
    except sqlalchemy.exc.DBAPIError as error:
        said = str(error.orig).lower()
        is_passing = isinstance(error, sqlalchemy.exc.OperationalError) and any(word in said for word in _PASSING)
        if is_passing or error.connection_invalidated:
            raise Locked("the database is locked or out of reach") from error
        # PostgreSQL's details name the values of a key: people's ids do not go into the log
        raise StorageError(f"{type(error).__name__}: {str(error.orig).splitlines()[0]} [{error.statement}]") from None
    except sqlalchemy.orm.exc.StaleDataError as error:
        raise Locked("another writer came between") from error
    except sqlalchemy.exc.TimeoutError as error:
        raise Locked("no connection to the database became free") from error
