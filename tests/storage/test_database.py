"""What storage's modules share."""

from storage._tables import ChannelRow
from storage.database import Database, insert_if_absent


def test_whether_a_row_is_new_is_told_rightly(db: Database) -> None:
    channel = {"team_id": "T1", "channel_id": "C1", "shared_capture": False, "shared_answers": False}
    with db.writing() as session:
        assert insert_if_absent(session, ChannelRow, **channel)
        assert not insert_if_absent(session, ChannelRow, **channel)
    with db.writing() as session:
        assert not insert_if_absent(session, ChannelRow, **channel)
