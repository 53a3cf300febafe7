"""Text → terms for the search, the same for Japanese and English.

Sudachi (split A) gives normalised forms: 打合せ and 打ち合わせ, ｻｰﾊﾞ and サーバー are one term, and many English
words get their loanword too (review → レビュー), which bridges the languages. English words are stemmed beside that.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import snowballstemmer
from sudachipy import Dictionary, SplitMode

VERSION = "1"
"""Change it whenever terms come out differently: every index is then built anew."""

_LONGEST = 20_000
_SKIPPED = {"助詞", "助動詞", "補助記号", "記号", "空白", "代名詞", "接続詞", "感動詞", "連体詞"}
_LATIN = re.compile(r"[a-z][a-z0-9+#.\-_]*|[0-9][a-z0-9.\-_]*")

_STOP_EN = frozenset(
    """
    a about above after again all also am an and any anybody anyone are as at be because been before
    being below between both but by can colleague colleagues could did do does doing done during each
    else everybody everyone ever few for from get got had has have having he help her here hers him his
    how i if in into is it its just know let like make many may me might more most much must my no
    nobody nor not of off on once one only or other others our ours out over own people please same
    shall she should so some somebody someone such tell than thank thanks that the their theirs them
    then there these they this those through to too try under until up us use used using very want was
    way we were what when where which while who whom whose why will with would you your yours
    """.split()  # noqa: SIM905 - a list of words is read as words
)
_STOP_JA = frozenset(
    """
    皆 人 方 時 事 物 為る 居る 有る 遣る 成る 仰る 下さる 頂く 呉れる 遣り方 方法 仕方 教える 知る 使う
    使い方 どう 何 何の 様 為 所 中 等 さん 訳 出来る 思う 言う 良い 無い どんな どの 如何 他 誰 何時
    何処 何故 是非 一寸 色々 試す 願う お ご 御 達 話 聞く 見る 行く 来る 置く 仕舞う 欲しい 場合 例 系
    """.split()  # noqa: SIM905 - a list of words is read as words
)

_local = threading.local()
_dictionary = Dictionary(dict="core")


def words(text: str) -> Iterator[tuple[str, ...]]:
    """The words of a text in its order, function words left out, each with the terms it is found by."""
    for line in unicodedata.normalize("NFKC", text[:_LONGEST]).splitlines():
        for morpheme in _tokenizer().tokenize(line):
            if morpheme.part_of_speech()[0] not in _SKIPPED:
                yield _terms_of(morpheme.surface().casefold(), morpheme.normalized_form().casefold())


def terms(text: str) -> list[str]:
    """All terms of a text, for the index."""
    return [term for word in words(text) for term in word]


def question(text: str) -> list[tuple[str, ...]]:
    """The words that say what a question is about, each once; words of asking are left out in both languages."""
    return [word for word in dict.fromkeys(words(text)) if word and not _STOP.intersection(word)]


def _stems(words: frozenset[str]) -> frozenset[str]:
    stem = snowballstemmer.stemmer("english").stemWord
    return frozenset(stem(word) for word in words)


_STOP = _stems(_STOP_EN) | _STOP_JA


@lru_cache(maxsize=50_000)
def _terms_of(surface: str, normal: str) -> tuple[str, ...]:
    if not _LATIN.fullmatch(surface):
        return (normal,) if normal.strip() else ()
    stem = _stem(surface)
    return (stem,) if normal.isascii() else (stem, normal)


def _stem(word: str) -> str:
    stemmer = getattr(_local, "stemmer", None)
    if stemmer is None:
        stemmer = _local.stemmer = snowballstemmer.stemmer("english")
    return str(stemmer.stemWord(word))


def _tokenizer() -> Any:
    """One a thread: Sudachi's tokenizers are not thread-safe."""
    tokenizer = getattr(_local, "tokenizer", None)
    if tokenizer is None:
        tokenizer = _local.tokenizer = _dictionary.tokenizer(mode=SplitMode.A)
    return tokenizer
