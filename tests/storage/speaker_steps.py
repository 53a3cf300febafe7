"""A draft that rests on others' words, and what becomes of it."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import count

from storage import drafts, speakers, tips
from storage.database import Database
from storage.drafts import Capture, NewSpeaker
from storage.records import (
    WORKSPACE,
    Borrowed,
    Draft,
    Evidence,
    KeyedHash,
    Source,
    Tip,
    TipContent,
    Viewer,
)
from tests.storage.steps import AYA, TEAM, hashed

CHIE, DAI = "U0CHIE", "U0DAI"
OWNER = Viewer(TEAM, AYA, is_full_member=False)
READER = Viewer(TEAM, "U0READER", is_full_member=True)
_number = count(1)


def waiting(
    db: Database,
    borrowed: dict[str, tuple[str, tuple[str, ...]]],
    *,
    agreed: Iterable[str] = (),
    title: str = "用語集を先に渡す",
    **own: object,
) -> Draft:
    """Aya's draft; `borrowed`: a field's words, and the people whose words it rests on."""
    ts = f"{next(_number)}.000001"
    begun, _ = drafts.begin(
        db,
        team_id=TEAM,
        draft_id=hashed("request", ts).digest[:32],
        source=Source("thread", "C1", ts, ts, "https://x.slack.com/archives/C1/p1", in_public=True),
        visibility=WORKSPACE,
        capture=Capture(ts, "U0MIKA", "C1", ts, "bulb"),
        thread=[hashed(TEAM, "C1", ts)],
    )
    who = sorted({one for _, rests_on in borrowed.values() for one in rests_on} - {AYA})
    return drafts.fill(
        db,
        TEAM,
        begun.id,
        author_id=AYA,
        content=TipContent(title=title, **own),  # type: ignore[arg-type] # pydantic takes the words
        evidence=[Evidence("title", message(begun.id, AYA), AYA)],
        made_with="plain",
        prompt_version=None,
        borrowed=[
            Borrowed(field, text, tuple(Evidence(field, message(begun.id, one), one) for one in rests_on))
            for field, (text, rests_on) in borrowed.items()
        ],
        speakers=[NewSpeaker(one, (f"https://x/{one}",), has_agreed=one in agreed) for one in who],
        capturer_id="U0MIKA",
        speakers_due_at=db.now() + timedelta(days=14),
    )


def message(draft_id: str, user_id: str) -> KeyedHash:
    return hashed("message", draft_id, user_id)


def content(db: Database, draft: Draft) -> TipContent:
    found = drafts.get(db, TEAM, draft.id).content
    assert found is not None
    return found


def ask(db: Database, draft: Draft, user_id: str, *, at_most: int = 5) -> speakers.Speaker | None:
    since, due = db.now() - timedelta(days=7), db.now() + timedelta(days=14)
    return speakers.reserve(db, TEAM, draft.id, user_id, since=since, at_most=at_most, due_at=due)


def tip_now(db: Database, tip: Tip) -> Tip | None:
    return tips.get(db, READER, tip.id)
