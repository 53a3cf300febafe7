"""How fast and how big: the whole search over made-up tips, a viewer with 500 of 5,000 channels."""

import gc
import hashlib
import random
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa

from benchmarks.search import quality
from bot.llm.embed import LocalEmbedder
from storage import imports, meanings, search
from storage._tables import ChangeRow, EmbedderRow, FeedRow, TipRow, VectorRow
from storage.database import Database, migrate, open_database
from storage.records import ImportedTip, Meaning, TipContent, Viewer, Visibility

_TEAM = "T0BENCH"
_DIMENSIONS = 384
_CHANNELS, _MINE = 5_000, 500
_IN_CHANNELS = 0.7
_COMMON_WORDS = 0.6
_BATCH = 2_000
_WARM_UP, _EVERY = 20, 10
_TOKENIZERS = ("unicode61", "trigram")
_BESIDE, _BESIDE_QUESTIONS = 100_000, 20
"""Up to how many tips SQLite's full text is measured, and with how many questions: one takes 0.1 s and more there."""
_ENDS = "機構 資料 集計 作成 確認 手順 report plan check draft table note script".split()  # noqa: SIM905 - a list of words is read as words
_TOPICS = "議事 契約 翻訳 採用 経理 営業 広報 開発 障害 顧客 meeting contract sales hiring finance code review".split()  # noqa: SIM905 - as above


@dataclass(frozen=True)
class Speed:
    """Milliseconds of the searching thread at p50 and p99; `first`: of a viewer's first search. Seconds of CPU; MB.

    `build_s` is None where an index was kept from before. Beside it: words alone (BM25 over Sudachi), meaning alone,
    and SQLite's full text at p50, which looks at no viewer; None where it would take hours.
    """

    tips: int
    cpu_p50: float
    cpu_p99: float
    first_p50: float
    words_p99: float
    meaning_p99: float
    fts5_unicode61_p50: float | None
    fts5_trigram_p50: float | None
    wall_p50: float
    wall_p99: float
    build_s: float | None
    load_s: float
    catch_up_s: float
    disk_mb: float
    memory_mb: float


def measure(tips: int, queries: int = 300, *, kept: Path | None = None) -> Speed:
    """`kept`: where the made-up tips and their index are kept, to be used again."""
    chance = random.Random(1)  # noqa: S311 - a seeded draw, guards nothing
    with _folder(kept, tips) as folder:
        is_known = (folder / "index" / "position.json").exists()
        db = open_database(f"sqlite:///{folder}/bench.db", now=lambda: datetime.now(UTC))
        migrate(db)
        vocabulary = _vocabulary()
        if not is_known:
            _fill(db, tips, vocabulary, chance)
        before = _memory_mb()
        began = time.process_time()
        index = search.open_index(db, folder / "index")
        build = None if is_known else time.process_time() - began
        began = time.process_time()
        index.meanings.follow(db, "bench/1", wait=True)
        load = time.process_time() - began
        mine = frozenset(_some_channels(chance))
        viewer = Viewer(_TEAM, "U0BENCH", is_full_member=True, channel_ids=mine)
        asked = [
            (text, Meaning("bench/1", _vector(chance))) for text in _questions(vocabulary, queries + _WARM_UP, chance)
        ]
        for text, meaning in asked[:_WARM_UP]:
            search.search(db, index, viewer, text, 10, meaning=meaning, wait=True)
        # the collector would walk over what the benchmark made
        gc.collect()
        gc.freeze()
        cpu, words, alone, wall, first = [], [], [], [], []
        for number, (text, meaning) in enumerate(asked[_WARM_UP:]):
            cpu_before, wall_before = time.thread_time(), time.perf_counter()
            search.search(db, index, viewer, text, 10, meaning=meaning, wait=True)
            cpu.append((time.thread_time() - cpu_before) * 1_000)
            wall.append((time.perf_counter() - wall_before) * 1_000)
            cpu_before = time.thread_time()
            search.search(db, index, viewer, text, 10)
            words.append((time.thread_time() - cpu_before) * 1_000)
            cpu_before = time.thread_time()
            index.meanings.nearest(viewer, meaning, quality.DEPTH, None)
            alone.append((time.thread_time() - cpu_before) * 1_000)
            if number % _EVERY == 0:
                other = replace(viewer, user_id=f"U{number}", channel_ids=frozenset(_some_channels(chance)))
                cpu_before = time.thread_time()
                search.search(db, index, other, text, 10, meaning=meaning, wait=True)
                first.append((time.thread_time() - cpu_before) * 1_000)
        gc.unfreeze()
        catch_up = _catch_up(db, index)
        memory = max(_memory_mb() - before, 0.0)
        beside = {tokenizer: _full_text(db, tokenizer, asked) for tokenizer in _TOKENIZERS} if tips <= _BESIDE else {}
        disk = sum(file.stat().st_size for file in (folder / "index").rglob("*") if file.is_file()) / 1e6
        db.close()
    p50, p99 = (float(np.percentile(cpu, share)) for share in (50, 99))
    return Speed(
        tips,
        p50,
        p99,
        float(np.percentile(first, 50)),
        float(np.percentile(words, 99)),
        float(np.percentile(alone, 99)),
        *(beside.get(tokenizer) for tokenizer in _TOKENIZERS),
        float(np.percentile(wall, 50)),
        float(np.percentile(wall, 99)),
        build,
        load,
        catch_up,
        disk,
        memory,
    )


@contextmanager
def _folder(kept: Path | None, tips: int) -> Iterator[Path]:
    if kept is None:
        with tempfile.TemporaryDirectory() as name:
            yield Path(name)
        return
    folder = kept / str(tips)
    folder.mkdir(parents=True, exist_ok=True)
    yield folder


def embedding_ms(questions: int = 40) -> tuple[float, float]:
    """CPU of one question's embedding, p50 and p99."""
    embedder = LocalEmbedder()
    embedder.question("warm up")
    times = []
    for number in range(questions):
        before = time.process_time()
        embedder.question(f"会議の議事録を短くまとめるプロンプト、みんなはどうしてますか {number}")
        times.append((time.process_time() - before) * 1_000)
    return float(np.percentile(times, 50)), float(np.percentile(times, 99))


def _full_text(db: Database, tokenizer: str, asked: Sequence[tuple[str, Meaning]]) -> float:
    """CPU of a question to SQLite's full text over the same tips, p50."""
    with db.reading() as session:
        rows = session.execute(sa.select(TipRow.id, TipRow.content))
        texts = ((tip_id, "\n".join([of["title"], of["task"], *of["prompts"]])) for tip_id, of in rows if of)
        order = quality.full_text(texts, tokenizer)
    took = []
    for text, _ in asked[:_BESIDE_QUESTIONS]:
        before = time.thread_time()
        order(text)
        took.append((time.thread_time() - before) * 1_000)
    return float(np.percentile(took, 50))


def _catch_up(db: Database, index: search.Index) -> float:
    """Wall seconds from a commit of one tip until a search has taken it in."""
    took = []
    for number in range(5):
        tip = ImportedTip(external_id=f"late {number}", title=f"latecomer {number}")
        list(imports.add_imported(db, _TEAM, [tip], visibility=Visibility()))
        before = time.perf_counter()
        search.catch_up(db, index)
        took.append(time.perf_counter() - before)
    return max(took)


def _some_channels(chance: random.Random) -> list[str]:
    return [f"C{number}" for number in chance.sample(range(_CHANNELS), _MINE)]


def _vocabulary() -> list[str]:
    """Words as tips have them: some in every fourth tip, most in few; Japanese and English."""
    syllables = [f"{topic}{end}" if not topic.isascii() else f"{topic} {end}" for topic in _TOPICS for end in _ENDS]
    return syllables + [f"x{number:x}" for number in range(40_000)]


def _fill(db: Database, tips: int, vocabulary: list[str], chance: random.Random) -> None:
    weights = 1 / np.arange(1, len(vocabulary) + 1) ** 0.8
    ends = np.cumsum(weights / weights.sum())
    draw = np.random.default_rng(1)
    now = datetime.now(UTC)
    for first in range(0, tips, _BATCH):
        numbers = range(first, min(first + _BATCH, tips))
        picked = np.searchsorted(ends, draw.random((len(numbers), 45)))
        vectors = draw.integers(-60, 61, (len(numbers), _DIMENSIONS), dtype=np.int8)
        rows: list[dict[str, Any]] = []
        changes, stored = [], []
        for at, number in enumerate(numbers):
            said = [vocabulary[place] for place in picked[at]]
            tip_id = hashlib.sha256(str(number).encode()).hexdigest()[:32]
            content = TipContent(title=" ".join(said[:5]), task=" ".join(said[5:30]), prompts=(" ".join(said[30:]),))
            place = f"C{chance.randrange(_CHANNELS)}" if chance.random() < _IN_CHANNELS else None
            rows.append(
                {
                    "team_id": _TEAM,
                    "id": tip_id,
                    "state": "published",
                    "content": content.model_dump(mode="json"),
                    "visible_channel_id": place,
                    "is_anonymous": False,
                    "made_with": "bench",
                    "published_at": now,
                    "updated_at": now,
                }
            )
            changes.append({"seq": number + 1, "team_id": _TEAM, "tip_id": tip_id, "changed_at": now})
            stored.append(
                {
                    "team_id": _TEAM,
                    "tip_id": tip_id,
                    "embedder": "bench/1",
                    "words_hash": "",
                    "vector": vectors[at].tobytes(),
                    "seq": number + 1,
                }
            )
        with db.writing() as session:
            session.execute(sa.insert(TipRow), rows)
            session.execute(sa.insert(ChangeRow), changes)
            session.execute(sa.insert(VectorRow), stored)
    with db.writing() as session:
        session.execute(sa.update(FeedRow).values(last_seq=tips))
        session.add(EmbedderRow(embedder="bench/1", feed_seq=tips, vector_seq=tips, is_whole=True))


def _questions(vocabulary: list[str], count: int, chance: random.Random) -> list[str]:
    """Three to eight words, common and rare, as in a sentence."""
    common = len(_TOPICS) * len(_ENDS)
    return [
        " ".join(
            vocabulary[
                chance.randrange(common) if chance.random() < _COMMON_WORDS else chance.randrange(len(vocabulary))
            ]
            for _ in range(chance.randint(3, 8))
        )
        for _ in range(count)
    ]


def _vector(chance: random.Random) -> bytes:
    return bytes(meanings.quantised([chance.gauss(0, 1) for _ in range(_DIMENSIONS)]))


def _memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1]) if Path("/proc/self/statm").exists() else 0
    return pages * resource.getpagesize() / 1e6
