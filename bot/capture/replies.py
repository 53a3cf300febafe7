"""A reply to a colleague's open question becomes a draft of the replier: one for each person and question."""

import re
from dataclasses import replace
from typing import Any

from bot.capture.filling import fields_of, keep, own_words
from bot.conversation import Channel, Message, Thread, has_words
from bot.errors import Refused
from bot.ports import Step, World
from bot.trust import consent
from bot.trust.authorship import only_asks, without_quotes
from storage import drafts, questions, settings
from storage.drafts import Capture
from storage.records import (
    OPEN_STATES,
    WORKSPACE,
    Draft,
    Kind,
    OpenQuestion,
    Request,
    Source,
    TipContent,
    Visibility,
)

_ENOUGH = 14
"""Japanese letters that say something; an English word counts for _A_WORD of them."""
_A_WORD = 2.5

_NOTHING = re.compile(
    r"分かりません|わかりません|分からない|わからない|知りません|知らない|存じません|知りたい|気になり|同じく|お疲れ|ありがとう|助かり"
    r"|(?:don'?t|do not|doesn'?t) know|no idea|not sure|same here|me too|same question|curious|interested"
    r"|thank|thx|\+1|good question|following",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"(?<=[。．!！?？])|(?<=\.)\s|\n")
_JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")
_WORD = re.compile(r"[A-Za-z][A-Za-z'\-]*")
_JOINT = {"task", "outcome", "caveats"}
_LISTS = ("prompts", "tools", "models", "steps", "topics")


def has_substance(text: str) -> bool:
    """Whether a reply tells something: thanks, "I don't know either" and a question back are left alone."""
    if "```" in text:
        return True
    if only_asks(Message("", None, "", text)):
        return False
    return _is_enough(" ".join(one for one in _SENTENCES.split(text) if one and not _NOTHING.search(one)))


def _is_enough(told: str) -> bool:
    return len(_JAPANESE.findall(told)) + _A_WORD * len(_WORD.findall(told)) >= _ENOUGH


def is_reply(text: str) -> bool:
    """Whether a message in a question's thread replies to it, be it in a word: thanks and a shrug alone do not."""
    said = [one for one in _SENTENCES.split(text) if one and has_words(one)]
    return any(not _NOTHING.search(one) or _is_enough(_NOTHING.sub("", one)) for one in said)


def from_thread(world: World, request: Request, step: Step, channel_id: str, root_ts: str, ts: str) -> Draft | None:
    """The draft of what somebody wrote in a question's thread, with all they wrote there; None where there is none.

    Of several messages in a row the last one's job makes it of all. What stands in a channel is a reply also where no
    draft comes of it; what stands in one's DM with the bot nobody else reads.
    """
    team_id, user_id = request.team_id, request.person()
    question = questions.of_thread(world.db, team_id, channel_id, root_ts)
    if question is None or not _may_reply(world, question, user_id):
        return None
    try:
        channel = _place(world, team_id, channel_id)
        is_read = _is_captured(world, team_id, user_id)
    except Refused:
        # nobody asked for a draft: where capture is off, a reply is a reply
        is_read = False
    thread = world.reading.thread(channel_id, root_ts) if is_read else None
    message = thread.message(ts) if thread else None
    if not channel_id.startswith("D") and (thread is None or (message and is_reply(message.text))):
        questions.replied(world.db, team_id, question.id)
    if thread is None:
        return None
    own = [message for message in thread.people() if message.author_id == user_id]
    if not own or own[-1].ts != ts:
        return None
    telling = [
        message for message in without_quotes(replace(thread, messages=tuple(own))) if has_substance(message.text)
    ]
    if not telling:
        return None
    told = {message.ts for message in telling}
    heard = consent.heard(world, team_id, thread, telling[-1].ts)
    heard = replace(heard, messages=tuple(m for m in heard if m.author_id != user_id or m.ts in told))
    source = _source(world, channel, root_ts, telling[-1].ts)
    return _from_messages(world, step, request, question, heard, channel, source)


def _place(world: World, team_id: str, channel_id: str) -> Channel:
    """Where the reply stands. Raises Refused where capture is off; one's DM with the bot is one's own."""
    if channel_id.startswith("D"):
        return Channel(channel_id, "", is_private=True, is_shared=False, is_member=True, is_direct=True)
    channel = world.reading.channel(channel_id)
    consent.check_channel(world, team_id, channel)
    return channel


def _source(world: World, channel: Channel, root_ts: str, ts: str) -> Source:
    if channel.is_direct:
        return Source(kind="dm")
    link = world.reading.permalink(channel.id, ts)
    return Source("thread", channel.id, root_ts, ts, link, in_public=not channel.is_private)


def _from_messages(
    world: World,
    step: Step,
    request: Request,
    question: OpenQuestion,
    thread: Thread,
    channel: Channel,
    source: Source,
) -> Draft | None:
    user_id = request.person()
    last = max(message.ts for message in thread if message.author_id == user_id)
    try:
        filled = fields_of(world, step, request.team_id, thread, channel, last, author_id=user_id, alone=True)
    except Refused:
        return None
    if filled["content"]["kind"] == Kind.WORRY or _wrote_more(world, thread, user_id, request.payload["ts"]):
        return None
    visibility = WORKSPACE if channel.is_direct else consent.readers_of(channel)
    draft = _begin(world, request, question, source, visibility)
    if draft.state not in OPEN_STATES:
        return None
    if draft.edited_at is not None:
        # its author has taken it into their own hands
        return draft
    questions.replied(world.db, request.team_id, question.id)
    if draft.content is not None and draft.source.kind == "form":
        filled = {**filled, "content": _added(step, draft, TipContent.model_validate(filled["content"]))}
    return keep(world, draft, thread, channel, filled)


def _wrote_more(world: World, thread: Thread, user_id: str, ts: str) -> bool:
    """Whether they wrote on while a slow model read: that message's job makes the draft, of all they wrote."""
    now = world.reading.thread(thread.channel_id, thread.root_ts).people()
    return any(message.author_id == user_id and message.ts > ts for message in now)


def from_form(world: World, request: Request, step: Step, question_id: str, text: str) -> Draft | None:
    """The draft of what somebody wrote in the form for a reply; a second one is added to the first."""
    question = questions.get(world.db, request.team_id, question_id)
    user_id = request.person()
    may = _may_reply(world, question, user_id) and _is_captured(world, request.team_id, user_id)
    if not may or not has_substance(text):
        return None
    filled = own_words(world, Message("1.0", user_id, "", text))
    draft = _begin(world, request, question, Source(kind="form"), WORKSPACE)
    if draft.state not in OPEN_STATES:
        return None

    told = TipContent.model_validate(_added(step, draft, filled.content))
    questions.replied(world.db, request.team_id, question.id)
    if draft.edited_at is not None:
        return draft
    return drafts.fill(
        world.db,
        request.team_id,
        draft.id,
        author_id=user_id,
        content=told,
        evidence=draft.evidence,
        made_with=filled.made_with,
        prompt_version=filled.prompt_version,
    )


def _added(step: Step, draft: Draft, more: TipContent) -> dict[str, Any]:
    """A draft's words with more after them, put together once: a job that goes on adds nothing twice."""

    def content() -> dict[str, Any]:
        return (more if draft.content is None else extended(draft.content, more)).model_dump(mode="json")

    return step("content", content)


def extended(before: TipContent, more: TipContent) -> TipContent:
    """A draft's words with more of the same person's after them; what would not fit is left out."""
    changes: dict[str, Any] = {}
    for name in _JOINT:
        texts = [text for text in (getattr(before, name), getattr(more, name)) if text]
        joint = "\n".join(dict.fromkeys(texts))
        changes[name] = joint if len(joint) <= 3_000 else getattr(before, name)  # noqa: PLR2004 - the record's own limit
    if more.title not in changes["task"] and more.title != before.title and not more.task:
        changes["task"] = "\n".join(filter(None, [changes["task"], more.title]))[:3_000]
    for name in _LISTS:
        changes[name] = tuple(dict.fromkeys((*getattr(before, name), *getattr(more, name))))
    return before.model_copy(update=changes)


def _begin(
    world: World,
    request: Request,
    question: OpenQuestion,
    source: Source,
    visibility: Visibility,
) -> Draft:
    user_id, team_id = request.person(), request.team_id
    draft, _ = drafts.begin(
        world.db,
        team_id=team_id,
        draft_id=request.id,
        source=source,
        visibility=visibility,
        capture=Capture(f"question:{question.id}:{user_id}", user_id),
        thread=world.keys.messages(team_id, f"question:{question.id}", user_id),
        author_id=user_id,
        question_id=question.id,
    )
    return draft


def _may_reply(world: World, question: OpenQuestion, user_id: str) -> bool:
    """Whether somebody's words are a reply: it is open still, and not their own."""
    if not question.is_open or question.asker_id == user_id:
        return False
    return not (question.is_anonymous and world.keys.owns(question.owner, question.team_id, question.id, user_id))


def _is_captured(world: World, team_id: str, user_id: str) -> bool:
    """Whether somebody's words may be read and become a draft."""
    if settings.person(world.db, team_id, user_id).never_capture:
        return False
    return world.reading.person(user_id).is_full_member
