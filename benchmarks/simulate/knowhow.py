"""What people of the simulated company know and ask, in both languages, and a model that reads it without guessing."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.model_server import Asked, data_of, oblige, task_of

TASKS: Sequence[tuple[str, str]] = (
    ("議事録", "meeting minutes"),
    ("翻訳", "translation"),
    ("要約", "summaries"),
    ("メール", "e-mail"),
    ("校正", "proofreading"),
    ("コードレビュー", "code review"),
    ("テスト", "testing"),
    ("調査", "research"),
    ("データ分析", "data analysis"),
    ("資料作成", "slides"),
    ("契約書", "contracts"),
    ("問い合わせ対応", "customer support"),
    ("Excel", "Excel"),
    ("SQL", "SQL"),
)
TOOLS: Sequence[str] = ("ChatGPT", "Claude", "Copilot", "Gemini", "NotebookLM")
WAYS: Sequence[tuple[str, str]] = (
    ("用語集を先に渡す", "hand over the glossary first"),
    ("良い例を三つ見せる", "show it three good examples"),
    ("読み手を一行で伝える", "say in one line who will read it"),
    ("表の形で頼む", "ask for a table"),
    ("一段落ずつ進める", "go paragraph by paragraph"),
    ("反論を先に書かせる", "let it write the objections first"),
    ("数字は自分で確かめる", "check every number yourself"),
    ("短い版と長い版を両方頼む", "ask for a short and a long version"),
    ("前提を三つ書いておく", "write down three assumptions"),
    ("チェックリストで見直させる", "let it check against a list"),
    ("分からないと言ってよいと伝える", "tell it that it may say it does not know"),
    ("最後に質問させる", "let it ask questions at the end"),
)
WORRIES: Sequence[tuple[str, str, str, str]] = (
    (
        "AIの下書きをどこまで直すべきか迷う",
        "直しているうちに、自分で書くより時間がかかる。",
        "I cannot tell how much of a draft to rewrite",
        "By the time I have mended it I could have written it myself.",
    ),
    (
        "AIを使ったと上司に言い出しにくい",
        "手を抜いたと思われないか心配。",
        "I do not dare to say that I used AI",
        "It may look as if I had not done the work.",
    ),
    (
        "数字を確かめる時間がない",
        "もっともらしい数字ほど怖い。",
        "No time to check the numbers",
        "The plausible ones frighten me most.",
    ),
    (
        "若手が自分で考えなくなりそう",
        "何を任せてよいのか線が引けない。",
        "Juniors may stop thinking for themselves",
        "I do not know where to draw the line.",
    ),
)
"""Title and what it is about, in Japanese and in English."""

LINES = {
    "ja": ("去年、同じことで悩みました", "10分だけと決めてみました", "よければ話しましょう"),
    "en": ("I had that last year", "I set a timer: ten minutes", "Happy to talk"),
}
REASONS = {"ja": "半分の時間で済みました", "en": "Saved me an hour"}


@dataclass(frozen=True)
class KnowHow:
    """One thing that somebody found out, as they would write it."""

    language: str
    title: str
    outcome: str
    prompt: str
    topic: str
    tool: str

    @property
    def message(self) -> str:
        return f"{self.title}\n```\n{self.prompt}\n```\n{self.outcome}"


def know_how(language: str, chance: random.Random) -> KnowHow:
    topic, tool, way = chance.choice(TASKS), chance.choice(TOOLS), chance.choice(WAYS)
    minutes = chance.randrange(5, 95)
    if language == "ja":
        title = f"{topic[0]}は{tool}に{way[0]}と楽です。"
        return KnowHow(
            "ja", title, f"{minutes}分ほど短くなりました。", f"{topic[0]}をお願いします。{way[0]}。", topic[0], tool
        )
    title = f"For {topic[1]} with {tool}: {way[1]}."
    return KnowHow(
        "en", title, f"It took {minutes} minutes less.", f"Help me with {topic[1]}. {way[1]}.", topic[1], tool
    )


def worry(language: str, chance: random.Random) -> tuple[str, str]:
    """Title and what it is about."""
    title_ja, about_ja, title_en, about_en = chance.choice(WORRIES)
    return (title_ja, about_ja) if language == "ja" else (title_en, about_en)


def question(language: str, chance: random.Random) -> str:
    task = chance.choice(TASKS)
    return f"{task[0]}、みんなはどうやってる？" if language == "ja" else f"How do others use AI for {task[1]}?"


def topic(language: str, chance: random.Random) -> str:
    """Something to follow: a task or a tool."""
    task = chance.choice([*TASKS, *((tool, tool) for tool in TOOLS)])
    return task[0] if language == "ja" else task[1]


def read(asked: Asked) -> str:
    """The scripted model's obliging answer, with the topics and tools that the messages name."""
    answer = oblige(asked)
    if task_of(asked) != "fill":
        return answer
    filled = json.loads(answer)
    said = [(number, text) for number, by, text in data_of(asked)["messages"] if by != "bot"]
    for field, names in (("topics", [name for task in TASKS for name in task]), ("tools", TOOLS)):
        for name in dict.fromkeys(names):
            where = [number for number, text in said if name in text]
            if where:
                filled[field].append({"text": name, "rests_on": where[:1]})
    return json.dumps(filled, ensure_ascii=False)
