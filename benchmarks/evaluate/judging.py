"""What a model made of a case, held against what it must hold: by code alone, so that two runs judge alike."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from benchmarks.evaluate.cases import AnswerCase, CaptureCase, DetailCase, plain, says, words_of
from bot.ports import Answered, Detail, FilledTip, Sentence
from bot.trust.language import language_of
from storage.records import Language, TipContent

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_QUOTE = re.compile(r"[「『“\"]([^」』”\"]{6,})[」』”\"]|`([^`]{4,})`")
_NAME = re.compile(r"[A-Za-z]+[0-9-][A-Za-z0-9.-]*|[A-Za-z]+[a-z][A-Z][A-Za-z]*|[A-Z]{2,}[A-Za-z]*")
"""A word that is written like a product: GPT-5, NotebookLM, SQL."""

_NO_PRODUCT = frozenset({"ai", "ok", "faq", "pdf", "csv", "id"})
_TITLE = 4
"""Characters that may go with what has to: さん, 株式会社, "Mr. "."""

_WORDLESS = 2
"""A text of so few characters is of no language."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`checks`: what was looked at, and if it is right; `unsupported` of `sentences` say what no cited tip says.

    `dropped`: sentences that the bot itself kept back as unsupported.
    """

    checks: dict[str, bool] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    sentences: int = 0
    unsupported: int = 0
    dropped: int = 0


def judge_capture(case: CaptureCase, filled: FilledTip) -> Verdict:
    """Whether the fields hold what they must, and rest on who knows."""
    content = filled.content
    told = words_of(content)
    own = {index for index, message in enumerate(case.messages) if message.author_id == case.author}
    rests = Counter(
        case.messages[index].author_id for indexes in filled.evidence.values() for index in indexes
    ).most_common(1)
    title = set(filled.evidence.get("title", ()))
    seen = _Seen()
    seen.look("kind", content.kind.value in case.kind.split("|"), f"kind is {content.kind.value}, not {case.kind}")
    seen.all_said("title", content.title, case.title)
    _prompts(seen, case, content)
    if case.tools:
        seen.all_said("tools", "\n".join((*content.tools, *content.models)), case.tools)
    if case.must_say:
        seen.all_said("says", told, case.must_say)
    if case.must_not_say:
        seen.none_said(told, case.must_not_say)
    _language(seen, case.language, [content.title, content.task, content.outcome, content.caveats, *content.steps])
    is_theirs = bool(rests) and rests[0][0] == case.author and bool(title) and title <= own
    seen.look("author", is_theirs, f"title or most fields do not rest on {case.author}")
    return Verdict(seen.checks, seen.problems)


def _prompts(seen: "_Seen", case: CaptureCase, content: TipContent) -> None:
    """Every expected prompt as it stands, and none that stands nowhere; where none is expected, none."""
    got = [_lines(prompt) for prompt in content.prompts]
    missing = [prompt for prompt in case.prompts if _lines(prompt) not in got]
    nowhere = [prompt for prompt in got if not any(prompt in _lines(message.text) for message in case.messages)]
    needless = got if not case.prompts else []
    seen.look(
        "prompts",
        not (missing or nowhere or needless),
        "; ".join(
            f"prompt {what}: {prompts[0][:40]!r}"
            for what, prompts in (("missing", missing), ("not verbatim", nowhere), ("where there is none", needless))
            if prompts
        ),
    )


def judge_answer(case: AnswerCase, tips: Sequence[TipContent], answered: Answered) -> Verdict:
    """Whether it was answered when it should, from the tips it should, and with nothing that they do not say."""
    seen = _Seen()
    sentences = answered.sentences
    told = "\n".join(sentence.text for sentence in sentences)
    cited = {case.tips[number - 1] for sentence in sentences for number in sentence.cites}
    if case.answerable:
        seen.look("answered", bool(sentences), "no answer, though its tips hold one")
    else:
        seen.look("silent", not sentences, f"answered, though no tip holds it: {told[:80]}")
    if sentences:
        if case.must_cite or case.must_not_cite:
            missing = [one for one in case.must_cite if not cited & set(one.split("|"))]
            wrong = sorted(cited & set(case.must_not_cite))
            seen.look("cites", not missing and not wrong, f"does not cite {missing}, cites {wrong}")
        if case.must_say:
            seen.all_said("says", told, case.must_say)
        if case.must_not_say:
            seen.none_said(told, case.must_not_say)
        _language(seen, case.language, [sentence.text for sentence in sentences])
    names = {plain(name) for tip in tips for name in (*tip.tools, *tip.models)}
    faults = [(sentence, fault) for sentence in sentences if (fault := unsupported(sentence, tips, names))]
    seen.problems.extend(f"unsupported ({fault}): {sentence.text[:80]}" for sentence, fault in faults)
    return Verdict(seen.checks, seen.problems, len(sentences), len(faults), answered.dropped)


def judge_details(case: DetailCase, found: Sequence[Detail]) -> Verdict:
    """Whether everything that leads to people is pointed at, as what it is, and nothing else."""
    seen = _Seen()
    missing, mistaken = [], []
    for words, kinds in case.find.items():
        taken = [one for one in words.split("|") if _is_taken(one, case.texts, found)]
        if not taken:
            missing.append(words)
        elif not any(one.kind in kinds.split("|") for one in found if any(_overlap(one.text, each) for each in taken)):
            mistaken.append(words)
    if case.find:
        seen.look("finds", not missing, f"does not find {', '.join(missing)}")
    if len(missing) < len(case.find):
        seen.look("detail kind", not mistaken, f"another kind: {', '.join(mistaken)}")
    known = [one for words in (*case.find, *case.may) for one in words.split("|")]
    needless = [one.text for one in found if not any(_is_no_more_than(one.text, each) for each in known)]
    seen.look("nothing else", not needless, f"points at {', '.join(needless)[:80]}")
    return Verdict(seen.checks, seen.problems)


def _is_taken(words: str, texts: Sequence[str], found: Sequence[Detail]) -> bool:
    """Whether not a letter of these words is left once what was found is gone."""
    for text in texts:
        gone = [False] * len(text)
        for one in found:
            for match in re.finditer(re.escape(one.text), text):
                gone[match.start() : match.end()] = [True] * len(one.text)
        for match in re.finditer(re.escape(words), text):
            if not all(gone[at] or text[at].isspace() for at in range(*match.span())):
                return False
    return True


def _overlap(one: str, other: str) -> bool:
    return one in other or other in one


def _is_no_more_than(text: str, known: str) -> bool:
    """Part of it, or it with a title or the like."""
    return text in known or (known in text and len(text) - len(known) <= _TITLE)


def unsupported(sentence: Sentence, tips: Sequence[TipContent], names: Iterable[str]) -> str | None:
    """What a sentence says that no tip it cites says: a number, a quote, a product's name. None: nothing was found.

    `names` are tools and models of all tips at hand, plain. Counts of the cited tips themselves are no claims.
    """
    cited = [tips[number - 1] for number in sentence.cites if 0 < number <= len(tips)]
    source = plain("\n".join(words_of(tip) for tip in cited))
    bare = _QUOTE.sub(" ", sentence.text)
    quotes = [match[1] or match[2] for match in _QUOTE.finditer(sentence.text)]
    if lost := next((quote for quote in quotes if plain(quote).strip("。.") not in source), None):
        return f"quote {lost[:30]!r}"
    written = plain_width(bare)
    for name in _NAME.findall(written):
        if plain(name) not in source and plain(name) not in _NO_PRODUCT:
            return f"name {name}"
    known = {_figure(number) for number in _NUMBER.findall(source)} | {str(count) for count in range(len(tips) + 1)}
    for number in _NUMBER.findall(_NAME.sub(" ", written)):
        if _figure(number) not in known:
            return f"number {number}"
    strange = next((name for name in sorted(names) if name in plain(bare) and name not in source), None)
    return f"name {strange}" if strange else None


def plain_width(text: str) -> str:
    """Full-width digits and letters as ASCII."""
    return "".join(chr(ord(char) - 0xFEE0) if "\uff01" <= char <= "\uff5e" else char for char in text)


def _figure(number: str) -> str:
    """1,200 and 1200 are one figure."""
    return number.replace(",", "").rstrip(".")


def _language(seen: "_Seen", language: Language, texts: Iterable[str]) -> None:
    other = [text for text in texts if len(text) > _WORDLESS and language_of(text, language) != language]
    seen.look("language", not other, f"not in {language}: {other[0][:60] if other else ''}")


def _lines(text: str) -> str:
    return re.sub(r"[ \t]+\n", "\n", text.replace("\r\n", "\n")).strip()


class _Seen:
    """Collects what was looked at."""

    def __init__(self) -> None:
        self.checks: dict[str, bool] = {}
        self.problems: list[str] = []

    def look(self, name: str, is_right: bool, problem: str) -> None:
        self.checks[name] = is_right
        if not is_right:
            self.problems.append(problem)

    def all_said(self, name: str, text: str, wanted: Iterable[str]) -> None:
        missing = [words for words in wanted if not says(text, words)]
        self.look(name, not missing, f"{name}: {', '.join(missing)} is missing")

    def none_said(self, text: str, unwanted: Iterable[str]) -> None:
        found = [words for words in unwanted if says(text, words)]
        self.look("does not say", not found, f"says {', '.join(found)}")
