"""Under which peppers keyed hashes are kept, and new hashes for people who came by."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import sqlalchemy as sa

from storage._tables import EvidenceRow, OpenQuestionRow, TalkRow, TipRow, ToldRow
from storage.database import Database
from storage.records import KeyedHash

Rekeyed = Callable[[str, KeyedHash], KeyedHash | None]
"""The newest hash for a record's owner, by its id and the hash that was kept; None when they are not its owner."""


class Use(NamedTuple):
    """How many hashes stand under a pepper: of people, and of source messages.

    Of people: what they own without their name, and that they were told of the policy.
    """

    people: int
    messages: int


def in_use(db: Database) -> dict[int, Use]:
    """The peppers' versions under which hashes still stand. Those of messages go with their tips and drafts."""
    people, messages = Counter[int](), Counter[int]()
    with db.reading() as session:
        for count, column in (
            (people, TipRow.owner_pepper_version),
            (people, OpenQuestionRow.owner_pepper_version),
            (people, TalkRow.owner_pepper_version),
            (people, ToldRow.pepper_version),
            (messages, EvidenceRow.pepper_version),
        ):
            rows = session.execute(sa.select(column, sa.func.count()).where(column.is_not(None)).group_by(column))
            count.update({version: number for version, number in rows if version is not None})
    return {version: Use(people[version], messages[version]) for version in sorted({*people, *messages})}


def rekey(db: Database, team_id: str, newest: int, rekeyed: Rekeyed) -> int:
    """Keeps the newest hash for all that somebody owns and that an older pepper still stands for. Gives how many.

    Neither the record's times nor the feed tell of it.
    """
    return sum(_rekey(db, table, team_id, newest, rekeyed) for table in (TipRow, OpenQuestionRow, TalkRow))


def _rekey(
    db: Database,
    table: type[TipRow] | type[OpenQuestionRow] | type[TalkRow],
    team_id: str,
    newest: int,
    rekeyed: Rekeyed,
) -> int:
    """Where the hash is still the one that was looked at: what was withdrawn meanwhile belongs to nobody."""
    old = sa.select(table.id, table.owner_hash, table.owner_pepper_version).where(
        table.team_id == team_id, table.owner_pepper_version < newest, table.owner_hash.is_not(None)
    )
    with db.reading() as session:
        kept = [
            (record_id, KeyedHash(digest or "", version or 0)) for record_id, digest, version in session.execute(old)
        ]
    anew = [(record_id, one, new) for record_id, one in kept if (new := rekeyed(record_id, one))]
    if not anew:
        return 0
    with db.writing() as session:
        return sum(
            session.connection()
            .execute(
                sa.update(table)
                .where(table.team_id == team_id, table.id == record_id, table.owner_hash == one.digest)
                .values(owner_hash=new.digest, owner_pepper_version=new.version)
            )
            .rowcount
            for record_id, one, new in anew
        )
