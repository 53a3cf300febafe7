"""A tip's texts → what in them tells who wrote it or for whom. The model points; code takes out."""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from bot.llm.client import Client
from bot.llm.prompts import load
from bot.ports import Detail, DetailKind
from storage.records import Language

TASK = "find_details"
_SHORTEST, _LONGEST, _MANY = 2, 80, 60


class Pointed(BaseModel):
    """One detail, exactly as it stands in a text."""

    text: str
    kind: DetailKind = "detail"


class Found(BaseModel):
    """What the model returns."""

    details: list[Pointed] = Field(default_factory=list)


def find_details(client: Client, texts: Sequence[str], *, language: Language) -> list[Detail]:
    """What has to go before these texts are shared without a name. Raises ModelUnavailable.

    Only what stands in a text, letter by letter: a model that names anything else changes nothing.
    """
    prompt = load(TASK)
    found = client.complete(prompt.messages({"language": language, "texts": list(texts)}), Found, TASK)
    every = {one.text.strip(): one.kind for one in found.details}
    return [
        Detail(text, kind)
        for text, kind in list(every.items())[:_MANY]
        if _SHORTEST <= len(text) <= _LONGEST and any(text in one and text != one.strip() for one in texts)
    ]
