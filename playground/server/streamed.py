"""What a streamed message shows so far: text, task cards or a plan of them, and blocks, in the order they came in.

https://docs.slack.dev/reference/methods/chat.startStream, https://docs.slack.dev/ai/developing-agents
"""

from collections.abc import Iterable

from playground.server.conversation import Json
from playground.server.screens import Streaming

_TASK_STATUS = ("pending", "in_progress", "complete", "error")
_NEEDED = {
    "markdown_text": ("text",),
    "task_update": ("id", "title", "status"),
    "plan_update": ("title",),
    "blocks": (),
}
_TASK_TEXTS = ("details", "output")


def is_chunk(chunk: Json) -> bool:
    """Whether Slack takes this as one piece of a stream; the blocks in it are checked elsewhere."""
    needed = _NEEDED.get(str(chunk.get("type")))
    if needed is None or not all(isinstance(chunk.get(key), str) for key in needed):
        return False
    if chunk["type"] == "blocks":
        return isinstance(chunk.get("blocks"), list)
    return chunk["type"] != "task_update" or chunk["status"] in _TASK_STATUS


def words(chunks: Iterable[Json]) -> str:
    return "".join(str(chunk["text"]) for chunk in chunks if chunk["type"] == "markdown_text")


def blocks(stream: Streaming) -> list[Json]:
    """One card for each task, with what was said of it last; as a plan, all of them stand together.

    A block keeps its block_id while the message grows.
    """
    shown: list[Json] = []
    tasks: dict[str, Json] = {}
    plan: Json | None = None
    for chunk in stream.chunks:
        kind = chunk["type"]
        if kind == "markdown_text":
            if shown and shown[-1]["type"] == "markdown":
                shown[-1]["text"] += chunk["text"]
            else:
                shown.append({"type": "markdown", "text": chunk["text"], "block_id": f"text-{len(shown)}"})
        elif kind == "blocks":
            shown += chunk["blocks"]
        else:
            if plan is None and (kind == "plan_update" or stream.as_plan):
                plan = {"type": "plan", "title": "", "tasks": [], "block_id": "plan"}
                shown.append(plan)
            if kind == "plan_update" and plan is not None:
                plan["title"] = chunk["title"]
            elif chunk["id"] in tasks:
                tasks[chunk["id"]].update(_task(chunk))
            else:
                tasks[chunk["id"]] = _task(chunk)
                (plan["tasks"] if plan is not None and stream.as_plan else shown).append(tasks[chunk["id"]])
    return shown


def _task(chunk: Json) -> Json:
    card: Json = {"type": "task_card", "task_id": chunk["id"], "title": chunk["title"], "status": chunk["status"]}
    card["block_id"] = f"task-{chunk['id']}"
    card |= {key: _rich(str(chunk[key])) for key in _TASK_TEXTS if chunk.get(key)}
    return card | ({"sources": chunk["sources"]} if chunk.get("sources") else {})


def _rich(text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}
