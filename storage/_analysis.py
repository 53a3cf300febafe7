"""Text → terms for the search, the same for Japanese and English.

Sudachi (split A) gives normalised forms: 打合せ and 打ち合わせ, ｻｰﾊﾞ and サーバー are one term, and many English
words get their loanword too (review → レビュー), which bridges the languages. Latin words are cut out first: English
is stemmed, and names, files and code (`KeyError`, `gpt-4o`, `pd.read_csv`) are one term, however they are joined.
"""

import re
import threading
import tomllib
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import snowballstemmer
from sudachipy import Dictionary, SplitMode

from storage.records import Language

VERSION = "2"
"""Change it whenever terms come out differently: every index is then built anew."""

_LONGEST = 20_000
_SKIPPED = {"助詞", "助動詞", "補助記号", "記号", "空白", "代名詞", "接続詞", "感動詞", "連体詞"}
_LATIN = re.compile(r"[a-zA-Z0-9_]+(?:[.\-+#/'@:][a-zA-Z0-9_]+)*[+#]*")
_JOINTS = re.compile(r"[^a-zA-Z0-9+#]+")
_HUMPS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff\uff66-\uff9f]")
_ENGLISH = re.compile(r"[a-z]+(?:'[a-z]+)?")

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
    return _words(text, with_parts=True)


def terms(text: str) -> list[str]:
    """All terms of a text, for the index: words of asking are never asked for."""
    return [term for word in words(text) if not _STOP.intersection(word) for term in word]


def question(text: str) -> list[tuple[str, ...]]:
    """The words that say what a question is about, each once; words of asking are left out in both languages."""
    found = _words(text, with_parts=False)
    return [word for word in dict.fromkeys(found) if word and not _STOP.intersection(word)]


def language(text: str) -> Language:
    """The language of a question: Japanese as soon as it has a Japanese sign."""
    return "ja" if _JAPANESE.search(text) else "en"


def named(text: str) -> list[tuple[str, ...]]:
    """The words of a name, all of them."""
    return [word for word in _words(text, with_parts=False) if word]


def _words(text: str, *, with_parts: bool) -> Iterator[tuple[str, ...]]:
    for line in unicodedata.normalize("NFKC", text[:_LONGEST]).splitlines():
        named = _NAMES.sub(lambda found: f" {_names[found.group().casefold()]} ", line)
        end = 0
        for found in _LATIN.finditer(named):
            yield from _japanese(named[end : found.start()])
            yield from _latin(found.group(), with_parts=with_parts)
            end = found.end()
        yield from _japanese(named[end:])


def _japanese(text: str) -> Iterator[tuple[str, ...]]:
    if not text or text.isspace():
        return
    for morpheme in _tokenizer().tokenize(text):
        if morpheme.part_of_speech()[0] not in _SKIPPED and (term := morpheme.normalized_form().casefold()).strip():
            yield (term,)


@lru_cache(maxsize=50_000)
def _latin(word: str, *, with_parts: bool) -> tuple[tuple[str, ...], ...]:
    """The words in a run of Latin signs: plain English, or a name that is one term, for tips with its parts."""
    small = word.casefold()
    if _ENGLISH.fullmatch(small) and not _is_joined(word):
        return (_english(small.partition("'")[0]),)
    whole = _JOINTS.sub("", small)
    parts = [part for joint in _JOINTS.split(word) for part in _HUMPS.findall(joint)] if _is_joined(word) else []
    spoken = [_english(part.casefold()) for part in parts if len(part) > 1]
    if not whole:
        return ()
    if not with_parts:
        # "follow-up" is two words to those who write it as two
        plain = "-" in word and all(_ENGLISH.fullmatch(part) for part in small.split("-"))
        return tuple(spoken) if plain and spoken else ((whole,),)
    return ((whole,), *(one for one in spoken if one != (whole,)))


def _is_joined(word: str) -> bool:
    """Whether it is put together of several: by signs, by capitals inside, or of letters and figures."""
    return bool(re.search(r"[^a-zA-Z']|[a-z][A-Z]", word))


@lru_cache(maxsize=50_000)
def _english(word: str) -> tuple[str, ...]:
    """An English word's stem, and its loanword where Sudachi knows one."""
    stem = _stem(word)
    for form in dict.fromkeys((word, word.removesuffix("s"), stem)):
        found = list(_tokenizer().tokenize(form))
        if len(found) == 1 and not (normal := found[0].normalized_form().casefold()).isascii():
            return (stem, normal)
    return (stem,)


def _stems(words: frozenset[str]) -> frozenset[str]:
    stem = snowballstemmer.stemmer("english").stemWord
    return frozenset(stem(word) for word in words)


_STOP = _stems(_STOP_EN) | _STOP_JA
_names = {
    unicodedata.normalize("NFKC", written).casefold(): term
    for written, term in tomllib.loads((Path(__file__).parent / "names.toml").read_text("utf-8")).items()
}
# not inside a longer katakana word: ラマ is no part of パノラマ
_NAMES = re.compile(
    "|".join(f"(?<![ァ-ヴーa-z]){re.escape(one)}(?![ァ-ヴーa-z])" for one in sorted(_names, key=len, reverse=True)),
    re.IGNORECASE,
)


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
