"""The blanks of a prompt: where they are, what they are called, and the prompt with them filled in.

Four ways to write one are known. What could as well be code, a heading or a link is left alone:
- `{{name}}`: unless the prompt is written in a template language, or the name is not one (`{{ user.name }}`). Within
  code only a name that is not plain ASCII is one, or the one thing that a fence holds.
- `{名前}`: only names in Japanese script; plain ASCII in single braces is code more often than not.
- `【…】` and `[…]`: only when they ask for it (「ここに…を貼り付け」, "[your …]"); else they are headings or links.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

NAME = 80
"""A name has at most so many characters."""

_JA = r"\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff々〆〇"
_PLACES = re.compile(
    rf"(?<![{{$\\=])\{{\{{(?P<double>[^{{}}\n]{{1,{NAME}}})\}}\}}(?!\}})"
    rf"|(?<![{{}}$\\^_)A-Za-z0-9])\{{(?P<single>[^{{}}\n\"'`:;=<>,]{{1,{NAME}}})\}}(?!\}})"
    rf"|【(?P<lenticular>[^【】\n]{{1,{NAME}}})】"
    rf"|(?<![\w\])!])\[(?P<square>[^\[\]\n]{{1,{NAME}}})\](?![\[(:])"
)
_FENCE = re.compile(r"```[^\n`]*\n?(?P<inside>[\s\S]*?)(?:```|\Z)")
_SPAN = re.compile(r"(?<!`)`(?!`)[^`\n]+`(?!`)")
_TEMPLATE = re.compile(r"\{%|\{\{\s*[#/>^!&\-.~]|\{\{\{|-\}\}|\{\{[^{}\n]*\|[^{}\n]*\}\}|\{#")
"""Signs of Jinja, Handlebars, Go templates and the like."""

_HTML = re.compile(
    r"</?(?:html|head|body|title|div|span|p|a|ul|ol|li|table|tr|td|th|h[1-6]|img|input|button|form|label|option|select"
    r"|strong|em|b|i|br|script|style|template|section|nav|main|header|footer)\b[^<>\n]*>",
    re.IGNORECASE,
)
_ASCII_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_ \-]*")
_KEYWORD = re.compile(r"(?:else|if|for|end|range|with|block|define|include|template|this|yield)\b")
_OTHER_NAME = re.compile(r"[^|#/>^!&%=\"'`\\$;].*")
_ASKS = re.compile(
    r"(?:ここ(?:に|へ|から)|[○〇×]{2}|_{2,}|(?:を|の)?(?:入力|記入|挿入|貼り?付け|ペースト)(?:$|す|し|て|る|く)|を(?:書|入れ))"
)
_ASKS_EN = re.compile(r"(?:your|insert|enter|paste)\s+\S", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank in a text: its name as people read it, and where it stands."""

    name: str
    start: int
    end: int


def blanks(text: str) -> tuple[Blank, ...]:
    """The blanks of a prompt in order; they do not overlap."""
    if _TEMPLATE.search(text):
        return ()
    code = _code(text)
    found = []
    for match in _PLACES.finditer(text):
        name = " ".join(match[match.lastgroup or 0].split())
        if name and _is_blank(text, match, name, code):
            found.append(Blank(name, match.start(), match.end()))
    return tuple(found)


def names(texts: Iterable[str]) -> tuple[str, ...]:
    """The names of all blanks of some prompts, each once, in order of appearance."""
    return tuple(dict.fromkeys(blank.name for text in texts for blank in blanks(text)))


def fill(text: str, values: Mapping[str, str]) -> str:
    """The prompt with its blanks filled in by name; those without a value stay. What is filled in is not looked at."""
    parts, last = [], 0
    for blank in blanks(text):
        parts += [text[last : blank.start], values.get(blank.name) or text[blank.start : blank.end]]
        last = blank.end
    return "".join([*parts, text[last:]])


@dataclass(frozen=True, slots=True)
class _Code:
    start: int
    end: int
    inside: str


def _code(text: str) -> tuple[_Code, ...]:
    """Fenced blocks and spans of code."""
    fences = tuple(_Code(*match.span(), match["inside"]) for match in _FENCE.finditer(text))

    def spans() -> Iterator[_Code]:
        for match in _SPAN.finditer(text):
            if not any(fence.start <= match.start() < fence.end for fence in fences):
                yield _Code(*match.span(), match.group())

    return (*fences, *spans())


def _is_blank(text: str, match: re.Match[str], name: str, code: tuple[_Code, ...]) -> bool:
    around = next((one for one in code if one.start <= match.start() < one.end), None)
    is_all = around is not None and around.inside.strip() == match.group()
    kind = match.lastgroup
    if kind == "double":
        return _is_double(text, match, name, in_code=around is not None and not is_all)
    if kind == "single":
        return bool(re.search(f"[{_JA}]", name)) and (around is None or _line(text, match).strip() == match.group())
    asks = bool(_ASKS.search(name)) or (kind == "square" and bool(_ASKS_EN.match(name)))
    return asks and (around is None or is_all)


def _is_double(text: str, match: re.Match[str], name: str, *, in_code: bool) -> bool:
    if not name.isascii():
        return bool(_OTHER_NAME.fullmatch(name)) and any(char.isalpha() for char in name)
    is_name = bool(_ASCII_NAME.fullmatch(name)) and not _KEYWORD.match(name)
    return is_name and not in_code and not _HTML.search(_line(text, match))


def _line(text: str, match: re.Match[str]) -> str:
    start = text.rfind("\n", 0, match.start()) + 1
    end = text.find("\n", match.end())
    return text[start : end if end >= 0 else len(text)]
