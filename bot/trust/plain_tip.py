"""The plain fallback: a tip of the author's own sentences, chosen without a model."""

import re
from collections.abc import Iterator, Sequence

from bot.conversation import Message, Thread
from bot.errors import Refused
from bot.ports import FilledTip
from bot.trust.authorship import only_asks
from bot.trust.tools import tools_in
from storage.records import Kind, Language, TipContent

MADE_WITH = "plain"
VERSION = "plain-1"

_FENCE = re.compile(r"```[^\S\n]*\n?(.*?)```", re.DOTALL)
_ITEM = re.compile(r"^\s*(?:[-•・*]|\d+[.)．）])\s+(.+)$")
_SENTENCE = re.compile(r"(?:[^。．！？!?.\n]|\.(?!\s|$))+(?:[。．！？!?]+|\.+(?=\s|$)|$)")
"""Up to 。 ! ? or a full stop that ends a word; 3.5 and prompts.md go on."""
_FILLER = re.compile(
    r"^\s*(?:thanks|thank you|nice|great|ok|okay|yes|no|ありがとう|なるほど|了解|いいですね|はい|すごい)", re.IGNORECASE
)

_OUTCOME = re.compile(
    r"うまくい[っき]|減[りっ]|減らせ|早く|速く|短縮|半分|楽に|改善|助か|できまし|できるように|効果"
    r"|\b(?:work(?:ed|s) (?:well|great|fine)|halved|saved|faster|reduced|improved|now takes|dropped"
    r"|cut (?:\w+ ){0,3}(?:down|from|to))\b",
    re.IGNORECASE,
)
_CAVEAT = re.compile(
    r"ただし|ただ、|注意|気をつけ|確認が必要|必ず確認|間違え|苦手|入れないで|貼らないで"
    r"|\b(?:careful|caveat|except|beware|watch out|double-check|don't paste|do not paste|still (?:have|need) to)\b",
    re.IGNORECASE,
)
_FAILED = re.compile(
    r"失敗|うまくいかな|だめでした|ダメでした|でたらめ|使えな|逆に時間"
    r"|\b(?:fail(?:ed|s)?|didn't work|made (?:it|things) worse|hallucinat\w+|invented|useless)\b",
    re.IGNORECASE,
)
_TRYING = re.compile(
    r"試し中|試して(?:い|み)|お試し|検証中|実験|\b(?:trying out|experiment\w*|testing|still unsure)\b", re.IGNORECASE
)

_MODELS = re.compile(
    r"\b(?:GPT-?\d[\w.\-]*|o[134](?:-mini)?|Claude (?:Opus|Sonnet|Haiku)[ \d.]*|Gemini \d[\w. ]*)\b", re.IGNORECASE
)


def plain_tip(thread: Thread, author_id: str, *, language: Language) -> FilledTip:
    """A tip from what the author wrote in this thread. Raises Refused when they wrote no words."""
    people = set(thread.people())
    own = [(i, m) for i, m in enumerate(thread.messages) if m.author_id == author_id and m in people]
    if not own:
        raise Refused("capture.refused_empty")
    telling = [(i, m) for i, m in own if not only_asks(m)] or own
    prompts = [(i, code.strip("\n")) for i, m in telling for code in _FENCE.findall(m.text) if code.strip()]
    steps = [(i, item) for i, m in telling for item in _items(m)]
    sentences = [(i, s) for i, m in telling for s in _sentences(m)]
    outcome = [(i, s) for i, s in sentences if _OUTCOME.search(s)][:3]
    caveats = [(i, s) for i, s in sentences if _CAVEAT.search(s)][:3]
    title_at, title = _title(sentences, prompts, own)
    task = [(i, s) for i, s in sentences if (i, s) not in outcome and (i, s) not in caveats and s != title][:4]
    words = "\n".join(m.text for _, m in telling)
    evidence: dict[str, tuple[int, ...]] = {"title": (title_at,)}
    for name, chosen in (("task", task), ("outcome", outcome), ("caveats", caveats)):
        if chosen:
            evidence[name] = tuple(dict.fromkeys(i for i, _ in chosen))
    evidence |= {f"prompts.{n}": (i,) for n, (i, _) in enumerate(prompts)}
    evidence |= {f"steps.{n}": (i,) for n, (i, _) in enumerate(steps)}
    content = TipContent(
        kind=_kind(words),
        title=_cut(title.rstrip("。. ") or title, 150),
        task=_join(task, language),
        prompts=tuple(code[:12_000] for _, code in prompts),
        tools=tools_in(words),
        models=tuple(dict.fromkeys(found.strip() for found in _MODELS.findall(words)))[:5],
        steps=tuple(_cut(item, 3_000) for _, item in steps)[:20],
        outcome=_join(outcome, language),
        caveats=_join(caveats, language),
        language=language,
    )
    return FilledTip(content, evidence, MADE_WITH, VERSION)


def _sentences(message: Message) -> Iterator[str]:
    prose = _FENCE.sub("\n", message.text)
    for line in prose.splitlines():
        if _ITEM.match(line) or line.startswith(">"):
            continue
        for sentence in _SENTENCE.findall(line):
            words = sentence.strip()
            if len(words) > 5 and not _FILLER.match(words):  # noqa: PLR2004 - shorter ones say nothing alone
                yield words


def _items(message: Message) -> Iterator[str]:
    for line in _FENCE.sub("\n", message.text).splitlines():
        if match := _ITEM.match(line):
            yield match.group(1).strip()


def _title(
    sentences: Sequence[tuple[int, str]], prompts: Sequence[tuple[int, str]], own: Sequence[tuple[int, Message]]
) -> tuple[int, str]:
    """The sentence that says most about how.

    One that names a tool, else the first of some length, else what there is.
    """
    naming = [one for one in sentences if tools_in(one[1])]
    telling = naming or [one for one in sentences if len(one[1]) >= 12] or list(sentences)  # noqa: PLR2004 - as above
    if telling:
        return telling[0]
    if prompts:
        at, prompt = prompts[0]
        return at, prompt.splitlines()[0]
    at, message = own[0]
    return at, message.text.strip().splitlines()[0]


def _kind(words: str) -> Kind:
    """Never a worry: only who has it can say so."""
    if _FAILED.search(words) and not _OUTCOME.search(words):
        return Kind.PITFALL
    return Kind.EXPERIMENT if _TRYING.search(words) and not _OUTCOME.search(words) else Kind.PRACTICE


def _join(chosen: Sequence[tuple[int, str]], language: Language) -> str:
    """Sentences of one message in one line: what stood in another message may speak of something else."""
    by_message: dict[int, list[str]] = {}
    for index, sentence in chosen:
        by_message.setdefault(index, []).append(sentence)
    joint = "" if language == "ja" else " "
    return _cut("\n".join(joint.join(sentences) for sentences in by_message.values()), 3_000)


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    cut = max(text.rfind(mark, limit // 2, limit - 1) for mark in ("。", "、", ". ", ", ", " "))
    return text[: cut if cut > 0 else limit - 1].rstrip() + "…"
