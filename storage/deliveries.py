"""Posts of the bot, remembered before they are sent so that none is sent twice."""

from storage._tables import DeliveryRow
from storage.database import Database
from storage.records import Delivery, MessageRef


def find(db: Database, team_id: str, key: str) -> Delivery | None:
    with db.reading() as session:
        row = session.get(DeliveryRow, (team_id, key))
        return _delivery(row) if row else None


def begin(db: Database, team_id: str, key: str, channel_id: str) -> Delivery:
    """Notes that a post is about to be sent; the note of an earlier try stays."""
    with db.writing() as session:
        row = session.get(DeliveryRow, (team_id, key))
        if row is None:
            row = DeliveryRow(team_id=team_id, key=key, channel_id=channel_id, ts=None, begun_at=db.now())
            session.add(row)
            session.flush()
        return _delivery(row)


def done(db: Database, team_id: str, key: str, ref: MessageRef) -> None:
    """Notes where the post stands."""
    with db.writing() as session:
        row = session.get_one(DeliveryRow, (team_id, key))
        row.channel_id, row.ts = ref.channel_id, ref.ts


def _delivery(row: DeliveryRow) -> Delivery:
    ref = MessageRef(row.channel_id, row.ts) if row.ts else None
    return Delivery(row.team_id, row.key, row.channel_id, ref, row.begun_at)
