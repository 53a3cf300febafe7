"""Whether a sentence says only what its sources say, as far as code can tell: quotes, figures, names, words.

Pure functions over texts. They cannot read: a sentence that turns a source's meaning round in the source's own words
passes. What they catch is what models add: a figure, a tool, a quotation, a subject that no source knows.
"""

import re
import threading
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal

import snowballstemmer

from storage.records import Tip

Fault = Literal["empty", "quote", "figure", "name", "words"]

LEAST_MET = 0.4
"""The share of a sentence's content words that its sources have to hold, when both are in one language."""

_QUOTE = re.compile(r"[「『“\"]([^」』”\"]{5,})[」』”\"]|`([^`]{3,})`")

_FIGURE = re.compile(r"(\d+(?:,\d{3})*(?:\.\d+)?)\s*(千|万|億)?[\s\-]?")
_ATTACHED = re.compile(r"[a-z][a-z.+_-]*\d[\w.-]*|\d+(?:\.\d+)?[a-z]*-?[a-z]+\d\w*")
_TIMES = {"千": 1_000, "万": 10_000, "億": 100_000_000}
_KANJI = {
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
    "百": 100,
    "千": 1_000,
    "一": 1,
}
_COUNTERS = "分の|時間|か月|ヶ月|カ月|割|倍|回|分|秒|日|週|月|年|件|人|個|枚|名|本|冊|つ|段階|種類|文|行|字|円"
_KANJI_FIGURE = re.compile(rf"(?<![一-鿿])(?!十分(?!間|の|ほど|か))([二三四五六七八九十百千]+)(?={_COUNTERS})")
_WORDS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "twice": 2,
    "thrice": 3,
    "dozen": 12,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "ninety": 90,
}
_WORD_FIGURE = re.compile(rf"\b({'|'.join(_WORDS)})\b")
_UNITS: tuple[tuple[str, str], ...] = (
    ("/", r"分の"),
    ("second", r"秒|seconds?\b|secs?\b"),
    ("minute", r"分(?!の|類|析|割|野)|minutes?\b|mins?\b"),
    ("hour", r"時間|hours?\b|hrs?\b"),
    ("week", r"週|weeks?\b"),
    ("month", r"[かヶカ]月|months?\b"),
    ("year", r"年|years?\b"),
    ("day", r"日|days?\b"),
    ("%", r"%|パーセント|percent\b|per cent\b"),
    ("tenth", r"割"),
    ("times", r"倍|times\b|x\b|-?fold\b"),
    ("yen", r"円|yen\b"),
    ("dollar", r"ドル|dollars?\b|usd\b"),
    ("person", r"人|名|people\b|persons?\b"),
    ("character", r"文字|字|characters?\b|chars?\b"),
    ("token", r"トークン|tokens?\b"),
)
_UNIT = re.compile("|".join(f"(?P<u{number}>{pattern})" for number, (_, pattern) in enumerate(_UNITS)))

_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-._/][A-Za-z0-9]+)*[+#]{0,2}")


def _each(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NO_NAMES = frozenset({"ai", "llm", "llms", "i", "ok", "english", "japanese"})
_PRODUCTS = _each(
    """
    chatgpt gpt openai claude anthropic sonnet opus haiku gemini gemma copilot github notebooklm llama mistral
    perplexity deepl midjourney whisper notion cursor devin grok qwen deepseek dall-e excel word powerpoint
    outlook teams slack zoom python javascript vba canva figma zapier dify bard bing siri alexa
    """
)
"""Names that begin an English sentence like any word; others are known by their capitals, or from the tips."""
_KATAKANA_NAMES = {
    "チャットgpt": "chatgpt",
    "チャットジーピーティー": "chatgpt",
    "クロード": "claude",
    "ジェミニ": "gemini",
    "コパイロット": "copilot",
    "ミッドジャーニー": "midjourney",
    "パープレキシティ": "perplexity",
    "ディープエル": "deepl",
    "ノーション": "notion",
    "カーソル": "cursor",
    "エクセル": "excel",
    "ワード": "word",
    "パワーポイント": "powerpoint",
    "スラック": "slack",
    "パイソン": "python",
    "ズーム": "zoom",
}
_KATAKANA = re.compile(r"[ァ-ヶー]{2,}")
_KANJI_RUN = re.compile(r"[一-鿿々]+")
_KANA = re.compile(r"[ぁ-ヶ]")
_SENTENCE_START = re.compile(r"(?:^|[.!?:;\n]\s*|[「『“\"(*•-]\s*)$")
_LIGHT_JA = _each(
    """
    場合 方法 使用 利用 共有 知恵 必要 重要 可能 結果 内容 作業 確認 効果 有効 今回 以下 人 時 前 後 中 的 方 事 物 際
    """
)
_LIGHT_EN = _each(
    """
    the and for are was were that this these those with from they them their then than have has had been being not
    but you your our can could should would will may might must one other others some someone many more most when
    what which who how why where also just very use used using uses tip tips say says said people colleague
    colleagues make makes made get gets it its there here into onto out about after before
    """
)


def fault_of(text: str, sources: Sequence[str], *, names: Iterable[str] = ()) -> Fault | None:
    """What a sentence says beyond its sources; None when they support it.

    `sources`: the words of each cited tip. `names`: tools, models and products that any of the found tips name.
    """
    said, held = normal(text), [normal(source) for source in sources]
    if not all(any(_squeezed(quote) in _squeezed(source) for source in held) for quote in _quotes(said)):
        return "quote"
    if any(_squeezed(said).rstrip("。.") in _squeezed(source) for source in held):
        return None if said.strip("。. ") else "empty"
    whole = "\n".join(held)
    if not _figures_are_held(said, whole):
        return "figure"
    if any(not _is_named(name, whole) for name in names_in(said, names)):
        return "name"
    return _fault_of_words(said, held)


def fault_in(text: str, cited: Sequence[Tip], *, among: Sequence[Tip]) -> Fault | None:
    """What a sentence says beyond the tips that it rests on, which are some `among` those that were found."""
    names = [name for tip in among for name in (*tip.content.tools, *tip.content.models)]
    return fault_of(text, [_words_of(tip) for tip in cited], names=names)


def _words_of(tip: Tip) -> str:
    """Everything a tip says."""
    c = tip.content
    several = (*c.prompts, *c.tools, *c.models, *c.steps, *c.topics)
    return "\n".join((c.title, c.task, c.background, c.reasoning, c.outcome, c.caveats, *several))


def normal(text: str) -> str:
    """One form for one meaning: widths, ligatures, hyphens of all kinds."""
    return re.sub(r"[‐-―−]", "-", unicodedata.normalize("NFKC", text))


def _quotes(text: str) -> list[str]:
    return [match.group(1) or match.group(2) for match in _QUOTE.finditer(text)]


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def figures(text: str) -> list[tuple[float, str | None]]:
    """The figures of a normal text with their units, in one form: 3割 is 30 %, 二倍 is 2 times, 半分 is none."""
    lower = text.lower()
    found = [(_value(*match.groups()), _unit_at(lower, match.end())) for match in _FIGURE.finditer(lower)]
    found += [(_kanji_value(match[1]), _unit_at(lower, match.end())) for match in _KANJI_FIGURE.finditer(lower)]
    for match in _WORD_FIGURE.finditer(lower):
        unit = "times" if match[1] in ("twice", "thrice") else _unit_at(lower, match.end() + 1)
        found.append((float(_WORDS[match[1]]), unit))
    return [(value * 10, "%") if unit == "tenth" else (value, unit) for value, unit in found]


def _value(digits: str, times: str | None) -> float:
    return float(digits.replace(",", "")) * _TIMES.get(times or "", 1)


def _kanji_value(digits: str) -> float:
    total = last = 0
    for digit in digits:
        value = _KANJI[digit]
        if value >= 10:  # noqa: PLR2004 - ten and above multiply
            total, last = total + max(last, 1) * value, 0
        else:
            last = value
    return float(total + last)


def _unit_at(text: str, at: int) -> str | None:
    match = _UNIT.match(text, at)
    return _UNITS[int(str(match.lastgroup)[1:])][0] if match else None


def _figures_are_held(said: str, source: str) -> bool:
    """Each figure stands in the source, and with its unit where both name one."""
    held: dict[float, set[str | None]] = {}
    for value, unit in figures(source):
        held.setdefault(value, set()).add(unit)
    # a figure inside a name (GPT-4o) is the name's business
    for value, unit in figures(_ATTACHED.sub(" ", said.lower())):
        units = held.get(value)
        if units is None or (unit is not None and None not in units and unit not in units):
            return False
    return True


def names_in(text: str, known: Iterable[str] = ()) -> list[str]:
    """What a normal text calls by a proper name: Latin words in Japanese, capitals in English, known products."""
    lower = text.lower()
    named = {name for name in map(str.lower, map(normal, known)) if _KATAKANA.search(name) and name in lower}
    named |= {latin for katakana, latin in _KATAKANA_NAMES.items() if _stands_in(katakana, lower)}
    famous = _PRODUCTS.union(part for name in known for part in _parts(normal(name)))
    is_japanese = bool(_KANA.search(text))
    # the Latin half of チャットGPT is no name of its own
    rest = re.sub("|".join(map(re.escape, _KATAKANA_NAMES)), " ", text, flags=re.IGNORECASE)
    for match in _LATIN.finditer(rest):
        word = match[0]
        if word.lower() in _NO_NAMES or len(word) < 2:  # noqa: PLR2004 - one letter names nothing
            continue
        if is_japanese or _looks_like_a_name(word, rest[: match.start()], famous):
            named.add(word.lower())
    return sorted(named)


def _stands_in(katakana: str, text: str) -> bool:
    """As a word of its own: クロード is not in クロードバンク."""
    return re.search(rf"(?<![ァ-ヶー]){re.escape(katakana)}(?![ァ-ヶー])", text) is not None


def _looks_like_a_name(word: str, before: str, famous: frozenset[str]) -> bool:
    if re.search(r"[A-Z0-9]", word[1:]):
        return True
    if not word[0].isupper():
        return False
    return not _SENTENCE_START.search(before) or word.lower() in famous


def _is_named(name: str, source: str) -> bool:
    """Whether the source names it: in any writing (GPT 4o, GPT-4o), in the plural, or in katakana."""
    lower = source.lower()
    if _KATAKANA.search(name):
        return name in lower
    if any(_stands_in(katakana, lower) for katakana, latin in _KATAKANA_NAMES.items() if latin == name):
        return True
    held = _tokens(lower)
    return any(form in held for form in (name, _bare(name), name.removesuffix("s"), f"{name}s")) or (
        len(parts := _parts(name)) > 1 and all(part in held for part in parts)
    )


def _tokens(lower: str) -> set[str]:
    words = _LATIN.findall(lower)
    loose = re.findall(r"[a-z0-9]+", lower)
    return {
        *words,
        *map(_bare, words),
        *loose,
        *map("".join, pairwise(loose)),
    }


def _bare(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _parts(name: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", name.lower())


def _fault_of_words(said: str, sources: Sequence[str]) -> Fault | None:
    """Enough of its content words are the source's; across languages nothing can be told."""
    japanese = bool(_KANA.search(said))
    words = _japanese_words(said) if japanese else _english_words(said)
    if not words:
        return "empty"
    if any(bool(_KANA.search(source)) != japanese for source in sources):
        return None
    source = "\n".join(sources)
    lower = source.lower()
    held = set(_english_words(source))
    met = sum(word in lower if japanese else word in held for word in words)
    return None if met >= LEAST_MET * len(words) and met > 0 else "words"


def _japanese_words(text: str) -> list[str]:
    """Kanji in pairs, katakana and Latin words: what carries meaning where no space divides words."""
    found: list[str] = []
    for run in _KANJI_RUN.findall(text):
        if run in _LIGHT_JA:
            continue
        found += [run] if len(run) == 1 else [run[at : at + 2] for at in range(len(run) - 1)]
    found += _KATAKANA.findall(text)
    found += [word.lower() for word in _LATIN.findall(text) if len(word) > 1]
    return [word for word in found if word not in _LIGHT_JA]


def _english_words(text: str) -> list[str]:
    words = (word.lower() for word in re.findall(r"[A-Za-z][A-Za-z']{2,}", text))
    return [_stem(word) for word in words if word not in _LIGHT_EN]


_stemmer = snowballstemmer.stemmer("english")
_stemming = threading.Lock()


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    # the stemmer keeps the word it works on in itself
    with _stemming:
        return str(_stemmer.stemWord(word))
