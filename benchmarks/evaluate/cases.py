"""The cases in prompts/cases: small TOML files by theme and language that anybody can edit.

capture/<theme>.<language>.toml  threads, and what the tip made of each must hold
answer/<theme>.<language>.toml   questions with the tips that were found, and what the answer must hold
tips/<theme>.<language>.toml     the tips that the answer cases name
details/<theme>.<language>.toml  texts of tips, and what in them tells who wrote them or for whom
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.conversation import Message, Thread
from bot.ports import DetailKind, Turn
from storage.records import WORKSPACE, Kind, Language, Tip, TipContent

FOLDER = Path(__file__).parent.parent.parent / "prompts" / "cases"
_SPEAKER = re.compile(r"^@(?P<name>\S+)(?P<marked> 💡)?$", re.MULTILINE)
_BOT = "bot"

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$")]
Words = Annotated[str, Field(min_length=1)]
"""Words that have to be there; `|` stands between words of which one is enough."""

Attack = Literal[
    "injection",
    "fake citation",
    "contradiction",
    "pitfall",
    "prompt as instruction",
    "exact number",
    "near miss",
]


class CasesWrong(Exception):
    """A case that cannot be used; the text says which, and why."""


class Case(BaseModel):
    """What every case has. `language` is the file's."""

    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))

    id: Id
    theme: str
    language: Language
    adversarial: Attack | None = None
    must_say: tuple[Words, ...] = ()
    must_not_say: tuple[Words, ...] = ()


class CaptureCase(Case):
    """A thread, and what the tip has to hold.

    `thread`: a line "@Name" begins a message, "@Name 💡" the one that somebody marked, "@bot" one of a bot.
    `kind`: what the tip may be, with `|` between. `title`: words that it has to touch. `prompts`: as they stand there.
    """

    thread: str
    kind: str
    author: str
    title: tuple[Words, ...] = Field(min_length=1)
    prompts: tuple[str, ...] = ()
    tools: tuple[Words, ...] = ()

    @field_validator("kind")
    @classmethod
    def _is_kind(cls, value: str) -> str:
        wrong = set(value.split("|")) - {kind.value for kind in Kind if kind is not Kind.WORRY}
        if wrong:
            raise ValueError(f"there is no kind {', '.join(sorted(wrong))}")
        return value

    @cached_property
    def messages(self) -> tuple[Message, ...]:
        found = list(_SPEAKER.finditer(self.thread))
        ends = [*(match.start() for match in found[1:]), *([len(self.thread)] if found else [])]
        return tuple(
            Message(
                f"{number}.0",
                None if match["name"] == _BOT else match["name"],
                match["name"],
                self.thread[match.end() : end].strip(),
                is_bot=match["name"] == _BOT,
            )
            for number, (match, end) in enumerate(zip(found, ends, strict=True), start=1)
        )

    @cached_property
    def marked(self) -> str:
        """The message that was pointed at: the marked one, else the root."""
        marks = [bool(match["marked"]) for match in _SPEAKER.finditer(self.thread)]
        return f"{marks.index(True) + 1 if True in marks else 1}.0"

    def as_thread(self) -> Thread:
        return Thread("C0EVAL", "1.0", self.messages)

    def check(self) -> Iterator[str]:
        """What is wrong with the case itself."""
        own = "\n".join(m.text for m in self.messages if m.author_id == self.author)
        if not own:
            yield f"{self.author} says nothing in the thread"
        if self.thread.count(" 💡") > 1:
            yield "more than one message is marked"
        if not self.thread.lstrip().startswith("@"):
            yield "the thread has to begin with @Name"
        for prompt in self.prompts:
            if prompt.strip() not in own:
                yield f"the prompt {prompt.strip()[:30]!r} does not stand in a message of {self.author}"
        for words in (*self.must_say, *self.tools):
            if not says(self.thread, words):
                yield f"{words!r} does not stand in the thread"


class Before(BaseModel):
    """An earlier question of the conversation and the titles that were shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question: str
    shown: tuple[str, ...] = ()


class AnswerCase(Case):
    """A question with tips by their ids, and what the answer has to hold; `answerable = false`: nothing at all."""

    question: str
    tips: tuple[str, ...] = Field(min_length=1, max_length=8)
    answerable: bool = True
    must_cite: tuple[str, ...] = ()
    must_not_cite: tuple[str, ...] = ()
    earlier: tuple[Before, ...] = ()

    def turns(self) -> tuple[Turn, ...]:
        return tuple(Turn(before.question, before.shown) for before in self.earlier)

    def check(self, known: Mapping[str, TipContent]) -> Iterator[str]:
        missing = [name for name in self.tips if name not in known]
        if missing:
            yield f"there is no tip {', '.join(missing)}"
            return
        for name in (n for cited in (*self.must_cite, *self.must_not_cite) for n in cited.split("|")):
            if name not in self.tips:
                yield f"{name} is not among its tips"
        if self.answerable and not self.must_cite:
            yield "must_cite is missing"
        if not self.answerable and (self.must_cite or self.must_say):
            yield "an answer that must not be given can hold nothing"
        told = "\n".join(words_of(known[name]) for name in self.tips)
        for words in self.must_say:
            if not says(told, words):
                yield f"{words!r} does not stand in its tips"


class DetailCase(Case):
    """Texts of a tip that is to be shared without a name, and what has to go from them.

    `find`: words and what they are; `|` stands between words of which one is enough, and between kinds that are right.
    `may`: what may go too. Everything else has to stay.
    """

    texts: tuple[Words, ...] = Field(min_length=1)
    find: Mapping[str, str] = Field(default_factory=dict)
    may: tuple[Words, ...] = ()

    def check(self) -> Iterator[str]:
        for words, kinds in self.find.items():
            for one in words.split("|"):
                if not any(one in text for text in self.texts):
                    yield f"{one!r} does not stand in its texts"
            if wrong := sorted(set(kinds.split("|")) - set(get_args(DetailKind))):
                yield f"there is no kind {', '.join(wrong)}"
        for one in self.may:
            if not any(one in text for text in self.texts):
                yield f"{one!r} does not stand in its texts"


C = TypeVar("C", bound=Case)


@dataclass(frozen=True, slots=True)
class Cases:
    """All cases that were chosen, and the tips they name."""

    capture: tuple[CaptureCase, ...]
    answer: tuple[AnswerCase, ...]
    details: tuple[DetailCase, ...]
    contents: Mapping[str, TipContent]

    def __len__(self) -> int:
        return len(self.capture) + len(self.answer) + len(self.details)

    def tips_of(self, case: AnswerCase) -> tuple[Tip, ...]:
        return tuple(_tip(name, self.contents[name]) for name in case.tips)

    def chosen(self, pattern: str | None, limit: int | None) -> "Cases":
        """The cases whose address (capture/minutes.ja/the-id) or id fits a glob; of each sort at most `limit`."""

        def fits(sort: str, case: Case) -> bool:
            address = f"{sort}/{case.theme}.{case.language}/{case.id}"
            return pattern is None or fnmatch(address, pattern) or fnmatch(case.id, pattern)

        return Cases(
            tuple(case for case in self.capture if fits("capture", case))[:limit],
            tuple(case for case in self.answer if fits("answer", case))[:limit],
            tuple(case for case in self.details if fits("details", case))[:limit],
            self.contents,
        )


def load(folder: Path = FOLDER) -> Cases:
    """Every case, checked. Raises CasesWrong."""
    contents = {name: content for path in sorted(folder.glob("tips/*.toml")) for name, content in _tips_in(path)}
    capture = tuple(case for path in sorted(folder.glob("capture/*.toml")) for case in _cases_in(path, CaptureCase))
    answer = tuple(case for path in sorted(folder.glob("answer/*.toml")) for case in _cases_in(path, AnswerCase))
    details = tuple(case for path in sorted(folder.glob("details/*.toml")) for case in _cases_in(path, DetailCase))
    for thread in (*capture, *details):
        _refuse(thread, thread.check())
    for question in answer:
        _refuse(question, question.check(contents))
    return Cases(capture, answer, details, contents)


def says(text: str, words: str) -> bool:
    """Whether one of the words between the `|` stands in a text; width, case and spaces do not count.

    A figure is not found inside a longer one: 7 does not stand in 47.
    """
    return any(re.search(_whole_figures(plain(one)), plain(text)) for one in words.split("|"))


def _whole_figures(words: str) -> str:
    before = r"(?<!\d)(?<!\d[.,])" if words[:1].isdigit() else ""
    after = r"(?!\d)(?![.,]\d)" if words[-1:].isdigit() else ""
    return before + re.escape(words) + after


def plain(text: str) -> str:
    """A text for comparison: width, case and spaces do not count."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def words_of(content: TipContent) -> str:
    """Everything that a tip says."""
    several = (*content.prompts, *content.tools, *content.models, *content.steps, *content.topics)
    single = (content.title, content.task, content.background, content.reasoning, content.outcome, content.caveats)
    return "\n".join((*single, *several))


def _tip(name: str, content: TipContent) -> Tip:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Tip("T0EVAL", name, content, WORKSPACE, None, True, None, "case", None, at, at)


def _tips_in(path: Path) -> Iterator[tuple[str, TipContent]]:
    _, language = _named(path)
    for told in _tables(path, "tip"):
        name = told.pop("id", "?")
        try:
            yield name, TipContent.model_validate({"language": language, **told})
        except ValidationError as error:
            raise CasesWrong(f"{path.name}, tip {name}: {_first(error)}") from None


def _cases_in(path: Path, shape: type[C]) -> Iterator[C]:
    theme, language = _named(path)
    for told in _tables(path, "case"):
        try:
            yield shape.model_validate({"theme": theme, "language": language, **told})
        except ValidationError as error:
            raise CasesWrong(f"{path.name}, case {told.get('id', '?')}: {_first(error)}") from None


def _tables(path: Path, name: str) -> list[dict[str, Any]]:
    try:
        found = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CasesWrong(f"{path.name} is not TOML: {error}") from None
    if set(found) != {name}:
        raise CasesWrong(f"{path.name} has to hold [[{name}]] tables and nothing else")
    return list(found[name])


def _named(path: Path) -> tuple[str, str]:
    theme, _, language = path.stem.partition(".")
    if language not in ("ja", "en"):
        raise CasesWrong(f"{path.name} has to be called <theme>.ja.toml or <theme>.en.toml")
    return theme, language


def _first(error: ValidationError) -> str:
    first = error.errors(include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"


def _refuse(case: Case, wrong: Iterator[str]) -> None:
    if problem := next(wrong, None):
        raise CasesWrong(f"{case.theme}.{case.language}.toml, case {case.id}: {problem}")
