"""What a job keeps of an answer between its steps: ids of tips, never their words; they are read again when shown.

So what was withdrawn or closed to the viewer since is left out (promises 2 and 8).
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.answer.service import First, Numbered, Reply
from bot.ports import AskBack, Sentence, World
from storage import tips
from storage.records import Hit, Tip, Trials, Viewer

Kept = Mapping[str, Any]


def keep_first(found: First) -> dict[str, Any]:
    return {"hits": [_keep_hit(hit) for hit in found.hits], "shown": _keep(found.shown), "is_whole": found.is_whole}


def first_again(world: World, viewer: Viewer, kept: Kept) -> First:
    """The tips that were found at once, under the numbers that they have in the thread."""
    visible = {tip.id: tip for tip in tips.many(world.db, viewer, [one["tip"] for one in kept["hits"]])}
    hits = [
        Hit(visible[one["tip"]], one["rank"], one["strength"], Trials(*one["trials"]), tuple(one["folded"]))
        for one in kept["hits"]
        if one["tip"] in visible
    ]
    return First(tuple(hits), _again(kept["shown"], visible), kept["is_whole"])


def _keep_hit(hit: Hit) -> dict[str, Any]:
    trials = [hit.trials.worked, hit.trials.changed, hit.trials.failed]
    return {
        "tip": hit.tip.id,
        "rank": hit.rank,
        "strength": hit.strength,
        "trials": trials,
        "folded": list(hit.folded),
    }


def _keep(numbered: Iterable[Numbered]) -> list[dict[str, Any]]:
    return [{"number": one.number, "tip": one.tip.id} for one in numbered]


def _again(kept: Iterable[Kept], visible: Mapping[str, Tip]) -> tuple[Numbered, ...]:
    return tuple(Numbered(one["number"], visible[one["tip"]]) for one in kept if one["tip"] in visible)


def keep_reply(reply: Reply) -> dict[str, Any]:
    back = reply.ask_back
    return {
        "ending": reply.ending,
        "language": reply.language,
        "sentences": [{"text": sentence.text, "cites": list(sentence.cites)} for sentence in reply.sentences],
        "tips": _keep(reply.tips),
        "standing": reply.standing,
        "pointers": list(reply.pointers),
        "is_cut": reply.is_cut,
        "cut_short": reply.cut_short,
        "voices": [reply.worked, reply.failed],
        "own": list(reply.own),
        "narrowed": list(reply.narrowed),
        "ask_back": {"question": back.question, "options": list(back.options)} if back else None,
    }


def reply_again(world: World, viewer: Viewer, kept: Kept) -> Reply:
    """The reply of a step. Numbers stay: they are in the thread already."""
    visible = {tip.id: tip for tip in tips.many(world.db, viewer, [one["tip"] for one in kept["tips"]])}
    left = _again(kept["tips"], visible)
    numbers = {one.number for one in left}
    sentences = tuple(
        Sentence(sentence["text"], tuple(sentence["cites"]))
        for sentence in kept["sentences"]
        if numbers.issuperset(sentence["cites"])
    )
    back = kept["ask_back"]
    worked, failed = kept["voices"] if len(left) == len(kept["tips"]) else (0, 0)
    reply = Reply(
        kept["ending"],
        kept["language"],
        sentences,
        left,
        sum(one["number"] in numbers for one in kept["tips"][: kept["standing"]]),
        tuple(kept["pointers"]),
        kept["is_cut"],
        kept["cut_short"],
        worked,
        failed,
        tuple(kept["own"]),
        AskBack(back["question"], tuple(back["options"])) if back else None,
        tuple(kept.get("narrowed", ())),
    )
    if kept["tips"] and not left and reply.ending != "ask_back":
        return replace(reply, ending="nothing")
    if reply.ending == "model" and not sentences:
        return replace(reply, ending="unsupported")
    return reply
