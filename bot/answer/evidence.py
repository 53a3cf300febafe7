"""What the found tips say together, counted by code and not by the model: how many it worked for, and what failed."""

from collections.abc import Container, Sequence

from bot.ports import Sentence
from bot.texts import say
from storage.records import Hit, Kind, Language

_TITLE = 120


def voices(hits: Sequence[Hit]) -> tuple[int, int]:
    """How many say that it worked, with changes or without, and how many that it did not: tips and trials."""
    worked = sum((hit.tip.content.kind is Kind.PRACTICE) + hit.trials.worked + hit.trials.changed for hit in hits)
    failed = sum((hit.tip.content.kind is Kind.PITFALL) + hit.trials.failed for hit in hits)
    return worked, failed


def is_pitfall(hit: Hit) -> bool:
    """Whether a tip tells what did not work, likely on the same task."""
    return hit.strength == "strong" and hit.tip.content.kind is Kind.PITFALL


def pitfall_sentence(hits: Sequence[Hit], language: Language, cited: Container[str]) -> Sentence | None:
    """A sentence on what did not work, when it was found on the same task and nothing told of it yet.

    It cites by the hit's place, from 1. `cited`: ids of the tips that the answer cites already.
    """
    missed = [(place, hit) for place, hit in enumerate(hits, start=1) if is_pitfall(hit) and hit.tip.id not in cited]
    if not missed:
        return None
    title = missed[0][1].tip.content.title[:_TITLE]
    text = say(language, "answer.pitfall", title=title)
    return Sentence(text, tuple(place for place, _ in missed))
