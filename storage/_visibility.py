"""Who may see a tip. One condition, in one file, used by every read."""

import sqlalchemy as sa

from storage._tables import TipRow
from storage.records import Viewer


def visible_to(viewer: Viewer) -> sa.ColumnElement[bool]:
    """True for the tips that `viewer` may see.

    Published tips of the viewer's workspace: those for the whole workspace if they are a full member, those for a
    channel if they are in it now.
    """
    where_they_are = TipRow.visible_channel_id.in_(sorted(viewer.channel_ids))
    for_all = sa.and_(TipRow.visible_channel_id.is_(None), sa.literal(viewer.is_full_member))
    return sa.and_(TipRow.team_id == viewer.team_id, TipRow.state == "published", sa.or_(for_all, where_they_are))
