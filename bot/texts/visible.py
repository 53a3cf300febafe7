"""Text as a person sees it: nothing in it that hides, turns, or carries what nobody can read."""

import unicodedata

_HIDDEN = {"Cc", "Cf", "Co", "Cs"}
_BLANKS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u2800\u3164\uffa0")
"""Characters of other categories that show nothing."""

_JOINER, _AS_EMOJI = "\u200d", "\ufe0f"
_SYMBOLS = {"So", "Sk", "Sm", "Po", "Pd"}


def visible(text: str) -> str:
    """Without characters that hide or turn text: control, bidi, zero-width, tags, private use, blanks.

    Line breaks and tabs stay, and what joins emoji of several parts or picks a kanji's form, where it does so.
    """
    kept: list[str] = []
    before = ""
    for char in text.replace("\u2028", "\n").replace("\u2029", "\n"):
        if _is_seen(char, before):
            kept.append(char)
            before = char
    return "".join(kept)


def _is_seen(char: str, before: str) -> bool:
    if " " <= char <= "~" or char in "\n\t":
        return True
    if char in (_JOINER, _AS_EMOJI):
        return before == _AS_EMOJI != char or (before != "" and _carries_emoji(before))
    if "\ufe00" <= char < _AS_EMOJI or "\U000e0000" <= char <= "\U000e0fff":
        # one that picks a form of 葛 or 辻 is meant, any other could only carry bytes
        return "\U000e0100" <= char <= "\U000e01ef" and _is_kanji(before)
    return char not in _BLANKS and unicodedata.category(char) not in _HIDDEN


def _carries_emoji(char: str) -> bool:
    return char in "#*0123456789ℹ" or unicodedata.category(char) in _SYMBOLS


def _is_kanji(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff" or "\uf900" <= char <= "\ufaff" or "\U00020000" <= char <= "\U000323af"
