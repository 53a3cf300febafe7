"""Whether there is hardly a tip yet, as somebody sees it."""

from storage import tips
from storage.database import Database
from storage.records import Viewer, Visibility
from tests.storage.steps import TEAM, draft, share


def test_promise_2_tips_are_few_by_what_the_viewer_may_see(db: Database) -> None:
    inside = Viewer(TEAM, "U1", is_full_member=True, channel_ids=frozenset({"C2"}))
    outside = Viewer(TEAM, "U2", is_full_member=True)
    assert tips.are_fewer(db, outside, 1)
    share(db, draft(db))
    share(db, draft(db, ts="2.000001", channel="C2", visibility=Visibility("C2")))
    assert not tips.are_fewer(db, inside, 2)
    assert not tips.are_fewer(db, outside, 1)
    assert tips.are_fewer(db, outside, 2)
