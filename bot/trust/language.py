"""Which of our two languages a text is in."""

import re

from storage.records import Language

_KANA = re.compile(r"[\u3041-\u30ff\uff66-\uff9f]")
_KANJI = re.compile(r"[\u4e00-\u9fff]")
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")
_CODE = re.compile(r"```.*?```", re.DOTALL)


def language_of(text: str, default: Language = "en") -> Language:
    """Japanese as soon as kana carry it or kanji outweigh the Latin words; code does not count."""
    prose = _CODE.sub(" ", text) if _CODE.sub(" ", text).strip() else text
    japanese = len(_KANA.findall(prose)) + len(_KANJI.findall(prose))
    english = len(_LATIN_WORD.findall(prose))
    if not japanese and not english:
        return default
    return "ja" if japanese > english else "en"
