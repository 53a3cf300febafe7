"""What a draft or a tip would say without its author's name: made, looked at, shared as it was shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.capture import decisions
from bot.errors import ModelUnavailable, Refused
from bot.ports import Detail, Step, World
from bot.trust.unnamed import Unnamed, names_of, stands_in, unnamed
from storage import drafts, proposals, speakers
from storage.proposals import Of
from storage.records import OPEN_STATES, WORKSPACE, TipContent


@dataclass(frozen=True, slots=True)
class Subject:
    """What shall lose its name, for its author: a draft, or a tip that is shared.

    `content`: what of its words (`kept`) may be shown to those who would see it. `is_unshared_private`: no remote model
    may look at it yet.
    """

    of: Of
    id: str
    kept: TipContent
    content: TipContent
    from_a_thread: bool
    is_unshared_private: bool


@dataclass(frozen=True, slots=True)
class Proposed:
    """What would be shared, and the digest that says that it is this. `has_model`: a model looked at it."""

    shown: Unnamed
    digest: str
    has_model: bool


def subject(world: World, team_id: str, of: Of, record_id: str, user_id: str, *, to_all: bool) -> Subject:
    """Raises Refused for anybody but its author, and where too few people would see it.

    `to_all`: the whole workspace, instead of those few.
    """
    if of == "tip":
        tip = decisions.own_tip(world, team_id, record_id, user_id)
        kept, visibility, from_a_thread, is_private = tip.content, tip.visibility, tip.permalink is not None, False
    else:
        draft = decisions.own_draft(world, team_id, record_id, user_id)
        if draft.state not in OPEN_STATES or draft.content is None:
            raise Refused("capture.card_gone")
        kept, visibility, source = draft.content, draft.visibility, draft.source
        from_a_thread = source.kind in ("thread", "message")
        is_private = from_a_thread and not source.in_public
    decisions.check_many_enough(world, WORKSPACE if to_all else visibility)
    gets_new_readers = to_all and not visibility.is_workspace
    shown = speakers.without_others(world.db, team_id, of, record_id, kept) if gets_new_readers else kept
    return Subject(of, record_id, kept, shown, from_a_thread, is_private)


def propose(world: World, step: Step, team_id: str, asked: Subject, user_id: str) -> Proposed:
    """Looks for what leads to people, by the model where there is one, and keeps what is left."""

    def look() -> list[list[str]] | None:
        if asked.is_unshared_private:
            return None
        try:
            found = world.model.find_details(_texts(asked.content), language=asked.content.language)
        except ModelUnavailable:
            return None
        return [[detail.text, detail.kind] for detail in found]

    found = step("details", look)
    details = [Detail(text, kind) for text, kind in found or ()]  # type: ignore[arg-type] # JSON of a DetailKind
    shown = unnamed(asked.content, [*details, *names_of(_people(world, team_id, asked, user_id))])
    digest = proposals.propose(world.db, team_id, asked.of, asked.id, asked.kept, shown.content)
    return Proposed(shown, digest, has_model=found is not None)


def without_more(
    world: World,
    team_id: str,
    asked: Subject,
    digest: str,
    more: Sequence[str],
    *,
    has_model: bool,
) -> Proposed | None:
    """The proposal without these words too; None when they stand nowhere in it. `has_model`: as it was proposed.

    Raises Refused when it is another one by now.
    """
    kept = proposals.content_of(world.db, team_id, asked.of, asked.id, digest)
    if kept is None:
        raise Refused("anonymity.changed")
    content = TipContent.model_validate(kept)
    if not any(stands_in(content, text) for text in more):
        return None
    shown = unnamed(content, [Detail(text, "detail") for text in more])
    digest = proposals.propose(world.db, team_id, asked.of, asked.id, asked.kept, shown.content)
    return Proposed(shown, digest, has_model)


def _people(world: World, team_id: str, asked: Subject, user_id: str) -> list[str]:
    """Whose names may stand in it: the author's, and those of who spoke or pointed at it."""
    ids: set[str | None] = {user_id}
    if asked.of == "tip":
        # not the same where somebody looks after a tip whose author has left
        ids.add(decisions.own_tip(world, team_id, asked.id, user_id).author_id)
    else:
        ids |= {one.speaker_id for one in drafts.get(world.db, team_id, asked.id).evidence}
        ids |= {capture.user_id for capture in drafts.captures(world.db, team_id, asked.id)}
    names: list[str] = []
    for one in sorted(filter(None, ids)):
        try:
            names += world.reading.person(one).names
        except Refused:
            continue
    return names


def _texts(content: TipContent) -> list[str]:
    """What a model looks at."""
    said: dict[str, Any] = content.model_dump(
        mode="json", exclude={"kind", "prompts_edited", "language", "tools", "models"}
    )
    parts = [part for value in said.values() for part in (value if isinstance(value, list) else [value])]
    return [part for part in parts if part]
