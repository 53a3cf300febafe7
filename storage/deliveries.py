"""Posts of the bot, remembered before they are sent so that none is sent twice."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from storage._tables import DeliveryRow, DraftRow
from storage.database import Database, insert_if_absent
from storage.records import OPEN_STATES, Delivery, MessageRef

_ROUND = "circulate:"

_NAMING = (_ROUND, "question:", "theme:")
"""How keys begin that may name somebody and do not all go with what they are about: what it was stays longer."""


def find(db: Database, team_id: str, key: str) -> Delivery | None:
    with db.reading() as session:
        row = session.get(DeliveryRow, (team_id, key))
        return _delivery(row) if row else None


def begin(db: Database, team_id: str, key: str, channel_id: str) -> Delivery:
    """Notes that a post is about to be sent; the note of an earlier try stays."""
    with db.writing() as session:
        now = db.now()
        if insert_if_absent(session, DeliveryRow, team_id=team_id, key=key, channel_id=channel_id, begun_at=now):
            return Delivery(team_id, key, channel_id, None, now, is_new=True)
        return _delivery(session.get_one(DeliveryRow, (team_id, key)))


def done(db: Database, team_id: str, key: str, ref: MessageRef) -> None:
    """Notes where the post stands, unless what it is about ended meanwhile."""
    with db.writing() as session:
        session.execute(
            sa.update(DeliveryRow)
            .where(DeliveryRow.team_id == team_id, DeliveryRow.key == key)
            .values(channel_id=ref.channel_id, ts=ref.ts)
        )


def not_sent(db: Database, team_id: str, key: str) -> None:
    """A post that was about to be sent did not go out: the next try is the first one again."""
    with db.writing() as session:
        mine = DeliveryRow.team_id == team_id, DeliveryRow.key == key, DeliveryRow.ts.is_(None)
        session.execute(sa.delete(DeliveryRow).where(*mine))


def is_noted(db: Database, team_id: str, ref: MessageRef) -> bool:
    """Whether a message is known as what became of some delivery."""
    with db.reading() as session:
        rows = sa.select(DeliveryRow.key).where(
            DeliveryRow.team_id == team_id, DeliveryRow.channel_id == ref.channel_id, DeliveryRow.ts == ref.ts
        )
        return session.scalar(rows.limit(1)) is not None


def of_draft(draft_id: str, what: str) -> str:
    """The key of a post about a draft: its card, its reminder. It goes with the draft's end."""
    return f"draft:{draft_id}:{what}"


def also_of_draft(db: Database, team_id: str, draft_id: str, what: str, ref: MessageRef) -> bool:
    """Notes a request's post as one about a draft too, while it is open; False when it has ended."""
    with db.writing() as session:
        draft = session.get(DraftRow, (team_id, draft_id), with_for_update=True)
        if draft is None or draft.state not in OPEN_STATES:
            return False
        key = of_draft(draft_id, what)
        place = {"channel_id": ref.channel_id, "ts": ref.ts, "begun_at": db.now()}
        insert_if_absent(session, DeliveryRow, team_id=team_id, key=key, **place)
        return True


def posts_of_draft(db: Database, team_id: str, draft_id: str) -> list[Delivery]:
    """Every post about an open draft that stands, as its key names it."""
    theirs = _begins(of_draft(draft_id, ""))
    chosen = sa.select(DeliveryRow).where(DeliveryRow.team_id == team_id, theirs, DeliveryRow.ts.is_not(None))
    with db.reading() as session:
        return [_delivery(row) for row in session.scalars(chosen.order_by(DeliveryRow.key))]


def to_speaker(draft_id: str, user_id: str) -> str:
    """The key of the one message that asks somebody about their words; it outlives the draft's end."""
    return f"speaker:{draft_id}:{user_id}"


def forget_draft(session: Session, team_id: str, draft_id: str) -> None:
    """Deletes where a draft's posts stand: a DM tells whose it is. For storage's own modules."""
    _forget(session, team_id, of_draft(draft_id, ""))


def forget_speaker(session: Session, team_id: str, draft_id: str, user_id: str) -> None:
    """Deletes where the posts about a speaker's words stand. For storage's own modules."""
    _forget(session, team_id, to_speaker(draft_id, user_id))


def _forget(session: Session, team_id: str, prefix: str) -> None:
    session.execute(sa.delete(DeliveryRow).where(DeliveryRow.team_id == team_id, _begins(prefix)))


def of_tip(tip_id: str, what: str) -> str:
    """The key of a post to a tip's owner about its source. It goes when they answer, and with the tip."""
    return f"tip:{tip_id}:{what}"


def told_of(tip_id: str) -> tuple[str, ...]:
    """The beginnings of the keys of posts about a tip: to its author, of thanks or echoes, and to who tried it."""
    return tuple(f"{_ROUND}{what}:{tip_id}:" for what in ("thanks", "echo", "tried"))


def care_of(tip_id: str) -> str:
    """The beginning of the keys of posts by which a tip's author is asked about it: they name both."""
    return f"{_ROUND}care:{tip_id}:"


def forget_care(session: Session, team_id: str, tip_id: str) -> None:
    """Deletes where an author was asked about a tip. For storage's own modules."""
    _forget(session, team_id, care_of(tip_id))


def forget_tip(session: Session, team_id: str, tip_id: str) -> None:
    """Deletes where the posts to a tip's owner stand: a DM tells whose it is. For storage's own modules."""
    for prefix in (of_tip(tip_id, ""), *told_of(tip_id), care_of(tip_id)):
        _forget(session, team_id, prefix)


def of_author_question(question_id: str, what: str) -> str:
    """The key of a post about a question to an author: its card, its receipt. It goes with the question's end."""
    return f"author_question:{question_id}:{what}"


def forget_author_question(session: Session, team_id: str, question_id: str, what: str = "") -> None:
    """Deletes where a question's posts stand, or one of them. For storage's own modules."""
    _forget(session, team_id, of_author_question(question_id, what))


def of_talk(talk_id: str, what: str) -> str:
    """The key of a post about an offer to talk, or of a talk. It goes with its end."""
    return f"talk:{talk_id}:{what}"


def forget_talk(session: Session, team_id: str, talk_id: str, what: str = "") -> None:
    """Deletes where a talk's posts stand, or some of them. For storage's own modules."""
    _forget(session, team_id, of_talk(talk_id, what))


def of_theme(theme_id: str, what: str) -> str:
    """The key of a post about a theme. What its owner is asked (`owner:…`) goes with the owner."""
    return f"theme:{theme_id}:{what}"


def forget_theme_asked(session: Session, team_id: str, theme_id: str) -> None:
    """Deletes where a theme's owner was asked. For storage's own modules."""
    _forget(session, team_id, of_theme(theme_id, "owner:"))


def to_person(what: str, which: str, user_id: str) -> str:
    """The key of a message that comes round to somebody: a digest, a notice, a small question."""
    return f"{_ROUND}{what}:{which}:{user_id}"


def tried(tip_id: str, user_id: str) -> str:
    """The key of the message that asks somebody what came of a tip. It goes with what is known of their taking it."""
    return to_person("tried", tip_id, user_id)


def forget_tried(session: Session, team_id: str, tip_id: str, user_id: str) -> None:
    """Deletes where somebody was asked what came of a tip. For storage's own modules."""
    theirs = sa.and_(DeliveryRow.team_id == team_id, DeliveryRow.key == tried(tip_id, user_id))
    session.execute(sa.delete(DeliveryRow).where(theirs))


def forget_person(session: Session, team_id: str, user_id: str) -> None:
    """Deletes where the messages that came round to somebody stand. For storage's own modules."""
    theirs = sa.and_(_begins(_ROUND), DeliveryRow.key.endswith(f":{user_id}", autoescape=True))
    session.execute(sa.delete(DeliveryRow).where(DeliveryRow.team_id == team_id, theirs))


def tidy(db: Database, *, before: datetime) -> None:
    """Lets go where messages stand that were begun before then and may name somebody: nothing sends them again."""
    naming = sa.or_(*(_begins(prefix) for prefix in _NAMING))
    with db.writing() as session:
        session.execute(sa.delete(DeliveryRow).where(DeliveryRow.begun_at < before, naming))


def forget_requests(session: Session, request_ids: Sequence[str]) -> None:
    """Deletes where the posts of ended requests stand; their keys begin with the request's id (32 characters)."""
    session.execute(sa.delete(DeliveryRow).where(sa.func.substr(DeliveryRow.key, 1, 32).in_(request_ids)))


def _begins(prefix: str) -> sa.ColumnElement[bool]:
    return sa.func.substr(DeliveryRow.key, 1, len(prefix)) == prefix


def _delivery(row: DeliveryRow) -> Delivery:
    ref = MessageRef(row.channel_id, row.ts) if row.ts else None
    return Delivery(row.team_id, row.key, row.channel_id, ref, row.begun_at)
