"""Sets of documents, questions and which answer which; and the vectors of their texts, kept on disk between runs."""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.llm.embed import LocalEmbedder
from storage.records import ImportedTip

OWN = Path(__file__).parent.parent / "search_set"
_TITLE = 60
_TASK = 3_000


@dataclass(frozen=True)
class SearchSet:
    """Documents as tips (by external id), questions, the ids that answer each, and questions that none answers."""

    name: str
    tips: dict[str, ImportedTip]
    questions: dict[str, str]
    answers: dict[str, set[str]]
    unanswerable: dict[str, str]

    def half(self, number: int) -> list[str]:
        """Every other question: weights are chosen on half 0, everything is reported on half 1."""
        return in_half(self.questions, number)


def in_half(keys: Iterable[str], number: int) -> list[str]:
    return [key for key in keys if int(_order(key)[-1], 16) % 2 == number]


def read(folder: Path, *, pool: int, questions: int) -> SearchSet:
    """A set, cut to a pool: the first questions in a random order that stays, what answers them, and others."""
    documents = {one["_id"]: one for one in _lines(folder / "corpus.jsonl")}
    asked = {one["_id"]: str(one["text"]) for one in _lines(folder / "queries.jsonl")}
    answers: dict[str, set[str]] = {}
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines():
        question, document, *_ = line.split("\t")
        answers.setdefault(question, set()).add(document)
    chosen = sorted((key for key in asked if key in answers), key=_order)[:questions]
    needed = {document for key in chosen for document in answers[key]}
    others = [key for key in sorted(documents, key=_order) if key not in needed]
    kept = sorted(needed, key=_order) + others[: max(0, pool - len(needed))]
    foreign = folder / "unanswerable.jsonl"
    return SearchSet(
        folder.name,
        {key: _tip(documents[key]) for key in kept},
        {key: asked[key] for key in chosen},
        {key: answers[key] for key in chosen},
        {one["_id"]: str(one["text"]) for one in _lines(foreign)} if foreign.exists() else {},
    )


class Vectors:
    """Vectors by text, computed once by the embedder of the package."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.embedder = LocalEmbedder()
        self._file = sqlite3.connect(folder / "meanings.db")
        self._file.execute(
            "create table if not exists meanings"
            " (embedder text, kind text, hash text, vector blob, primary key (embedder, kind, hash))"
        )

    def questions(self, texts: Sequence[str]) -> list[bytes]:
        return [self._of("question", text) for text in texts]

    def passages(self, texts: Sequence[str]) -> list[bytes]:
        return [self._of("passage", text) for text in texts]

    def _of(self, kind: str, text: str) -> bytes:
        key = (self.embedder.key, kind, hashlib.sha256(text.encode()).hexdigest())
        row = self._file.execute("select vector from meanings where (embedder, kind, hash) = (?, ?, ?)", key).fetchone()
        if row:
            return bytes(row[0])
        if kind == "passage":
            vector = self.embedder.passages([text])[0]
        else:
            meaning = self.embedder.question(text)
            vector = meaning.vector if meaning else b""
        self._file.execute("insert into meanings values (?, ?, ?, ?)", (*key, vector))
        self._file.commit()
        return vector


def _tip(document: dict[str, str]) -> ImportedTip:
    if "content" in document:
        return ImportedTip.model_validate({**document["content"], "external_id": document["_id"]})  # type: ignore[dict-item]
    title, text = document["title"].strip(), document["text"].strip()
    return ImportedTip(external_id=document["_id"], title=(title or text[:_TITLE])[:150], task=text[:_TASK])


def _lines(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]


def _order(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()
