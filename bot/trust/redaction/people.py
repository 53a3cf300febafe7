"""People's names, where a word of respect or a field says that they are names.

Sudachi's dictionary knows which words are names: 田中様, but not お客様, 王様 or 担当者様. Mentions (@…) are not taken
out here: who may be mentioned is decided elsewhere.
"""

import re
import threading
from collections.abc import Iterator, Sequence
from typing import Any

from sudachipy import Dictionary, SplitMode

from bot.trust.redaction.kinds import Kind, Span

_TITLE = re.compile(
    r"様|さん|さま|氏|君|くん|ちゃん|殿|先生|先輩|教授|社長|会長|専務|常務|取締役|部長|本部長|次長|課長|係長|主任|室長|店長|支店長|工場長|代表|所長"
    r"|リーダー|マネージャー|マネジャー"
)
_FIELD = re.compile(
    r"(?:氏名|お?名前|担当者?|申請者|記入者|顧客名|宛名|名義人?|フルネーム)[\"']?[ ]?(?:は|[:=])[ ]?[\"'「]?"
)
_WINDOW = re.compile(r"[一-龠々〆ヶぁ-んァ-ヴーA-Za-z・= ]{1,16}")
_JOINS = {"・", " ", "=", "＝"}
_KANJI = re.compile("[一-龠々]+")
_MAX = 16

_NAME = r"(?:[A-Z]['’])?[A-Z][a-zà-ÿ]{1,20}(?:[A-Z][a-zà-ÿ]{1,20})?(?:['’\-][A-Z][a-zà-ÿ]{1,20})?"
_ENGLISH = re.compile(
    rf"\b(?:M(?:rs|r|s|x)|Miss|Dr|Prof|Professor|Sir|Madam|Herr|Frau)\.? "
    rf"(?P<value>{_NAME}(?: (?:(?:van|von|de|la|der) )?{_NAME})?)"
)
_SAN = re.compile(
    r"(?<![@\w])(?P<value>[A-Z][a-z]{1,14}(?: [A-Z][a-z]{1,14})?)[- ](?:san|sama|sensei|kun|chan)(?![A-Za-z0-9_])"
)
_ENGLISH_FIELD = re.compile(
    r"(?i:\b(?:full[ _]?name|(?:customer|patient|client|contact)[ _]name))[\"']?[ ]?[:=][ ]?[\"']?"
    r"(?P<value>[A-Z][a-z]{1,20}(?: [A-Z][a-z]{1,20}){1,2})"
)
_NO_NAMES = frozenset({"Word", "Excel", "Office", "Teams", "Paint", "Outlook", "Pepper", "Robot", "Right", "Universe"})
_PRODUCTS = frozenset(
    """
    claude gemini notion miro asana kimi suno kintone sora meta mistral bing siri alexa jasper devin otter manus
    jira figma cursor perplexity deepl zoom rpa
    クロード ジェミニ コパイロット アレクサ シリ コルタナ デビン ミストラル ノーション
    """.split()  # noqa: SIM905 - a list of words is read as words
)
"""What colleagues call さん although it is software."""
_SYLLABLES = re.compile(
    r"(?:(?:[kgsztdnhbpmrjfyw]|ky|gy|sh|ch|ts|ny|hy|by|py|my|ry|ss|kk|tt|pp|tch|ssh)?[aiueo]|n(?![aiueo]))+",
    re.IGNORECASE,
)
"""A Japanese name in Latin letters: Tanaka, Shinichi."""
_NO_SURNAMES = frozenset("神奥姫本前今")
"""Surnames that before a title are nearly always something else: 神様, 奥様."""

_local = threading.local()
_dictionary = Dictionary(dict="core")


def names(text: str) -> Iterator[Span]:
    yield from _before_titles(text)
    yield from _in_fields(text)
    for pattern in (_ENGLISH, _SAN, _ENGLISH_FIELD):
        for match in pattern.finditer(text):
            first = match["value"].split()[0]
            if first not in _NO_NAMES and first.casefold() not in _PRODUCTS:
                yield Span(Kind.NAME, *match.span("value"))


def _before_titles(text: str) -> Iterator[Span]:
    for title in _TITLE.finditer(text):
        begin = _window_before(text, title.start())
        if begin == title.start() or "@" in text[max(0, begin - 1) : title.start()]:
            continue
        words = _words(text[begin : title.end() + 4], begin)
        at = next((i for i, (start, _, _) in enumerate(words) if start == title.start()), 0)
        span = _names_up_to(words, at)
        if span is not None:
            yield Span(Kind.NAME, *span)


def _in_fields(text: str) -> Iterator[Span]:
    for field in _FIELD.finditer(text):
        window = _WINDOW.match(text, field.end())
        if window is None:
            continue
        words = _words(window.group(), window.start())
        last = 0
        while last < len(words) and (_is_name(words[last][2]) or (last and text[words[last][0]] in _JOINS)):
            last += 1
        span = _names_up_to(words, last)
        if span is not None and span[0] == window.start():
            yield Span(Kind.NAME, *span)


def _window_before(text: str, end: int) -> int:
    begin = end
    while begin > 0 and end - begin < _MAX and _WINDOW.fullmatch(text, begin - 1, begin):
        begin -= 1
    return begin


def _words(text: str, offset: int) -> list[tuple[int, int, Any]]:
    return [(offset + word.begin(), offset + word.end(), word) for word in _tokenizer().tokenize(text)]


def _names_up_to(words: Sequence[tuple[int, int, Any]], at: int) -> tuple[int, int] | None:
    """The names that stand directly before a word, with the space or dot between them but not the one after them."""
    last = at
    while last > 0 and words[last - 1][2].surface().isspace():
        last -= 1
    first = last
    while first > 0 and (_is_name(words[first - 1][2]) or words[first - 1][2].surface() in _JOINS):
        first -= 1
    while first < last and words[first][2].surface() in _JOINS:
        first += 1
    if first < last:
        return words[first][0], words[last - 1][1]
    if last > 0 and _is_surname(words[last - 1][2]) and not (last > 1 and _is_noun(words[last - 2][2])):
        return words[last - 1][0], words[last - 1][1]
    return None


def _is_surname(word: Any) -> bool:
    """Whether a place or one character may be a surname, too: 中野主任, 星さん. Longer nouns are nouns: 上司さん."""
    surface = word.surface()
    may_be = word.part_of_speech()[2] == "地名" or (_is_noun(word) and len(surface) == 1)
    if not may_be or surface in _NO_SURNAMES or not _KANJI.fullmatch(surface):
        return False
    return any(entry.part_of_speech()[3] == "姓" for entry in _dictionary.lookup(surface))


def _is_noun(word: Any) -> bool:
    return bool(word.part_of_speech()[0] == "名詞")


def _is_name(word: Any) -> bool:
    surface = word.surface()
    if surface.casefold() in _PRODUCTS:
        return False
    if surface.isascii():
        is_known = word.part_of_speech()[2] == "人名" and not word.is_oov()
        return surface[:1].isupper() and (is_known or bool(_SYLLABLES.fullmatch(surface) and not surface.isupper()))
    return word.part_of_speech()[2] == "人名" and not word.is_oov()


def _tokenizer() -> Any:
    """One for each thread: a tokenizer serves one caller at a time."""
    if not hasattr(_local, "tokenizer"):
        _local.tokenizer = _dictionary.tokenizer(mode=SplitMode.C)
    return _local.tokenizer
