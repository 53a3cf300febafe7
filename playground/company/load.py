"""A company from a folder: company.toml (workspaces, members, channels) and threads/*.toml (what was said where).

A thread file names its `channel` and holds `[[thread]]` tables: `key` and `days_ago` of the root, and `[[thread.post]]`
with `by` (a handle), `text`, and where wanted `key`, `minutes` (after the root), `edited`, `broadcast`,
`reactions` ({emoji = [handles]}) and `files` ([{name, text, title}]).
"""

import tomllib
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from playground.company.model import Attachment, Channel, Company, Member, Post, Workspace

DEMO = Path(__file__).parent / "demo"
_MINUTES_BETWEEN = 7
_MIMETYPES = {".txt": "text/plain", ".md": "text/markdown", ".csv": "text/csv"}


def load_company(folder: Path = DEMO) -> Company:
    """Reads a company. Raises ValueError with the file's name where a file does not fit."""
    company = _read(folder / "company.toml", _company)
    posts = [
        post for path in sorted((folder / "threads").glob("*.toml")) for post in _read(path, lambda t: list(_posts(t)))
    ]
    return Company(**company, posts=tuple(sorted(posts, key=lambda post: -post.ago)))


def _read(path: Path, parse: Any) -> Any:
    try:
        return parse(tomllib.loads(path.read_text(encoding="utf-8")))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path.name} does not describe a company: {error}") from error


def _company(table: Mapping[str, Any]) -> dict[str, Any]:
    second = table.get("second_workspace")
    return {
        "workspace": Workspace(**table["workspace"]),
        "second_workspace": Workspace(**second) if second else None,
        "members": tuple(Member(**each) for each in table["members"]),
        "channels": tuple(Channel(**{**each, "members": tuple(each["members"])}) for each in table["channels"]),
    }


def _posts(table: Mapping[str, Any]) -> Iterator[Post]:
    for thread in table["thread"]:
        start = timedelta(days=thread["days_ago"])
        for index, post in enumerate(thread["post"]):
            yield _post(table["channel"], thread["key"], index, start, post)


def _post(channel: str, root: str, index: int, start: timedelta, post: Mapping[str, Any]) -> Post:
    after = timedelta(minutes=post.get("minutes", index * _MINUTES_BETWEEN))
    return Post(
        channel=channel,
        author=post["by"],
        text=post["text"].strip("\n"),
        key=post.get("key") if index else root,
        thread=root if index else None,
        ago=start - after,
        edited=post.get("edited", False),
        broadcast=post.get("broadcast", False),
        reactions=tuple((name, tuple(who)) for name, who in post.get("reactions", {}).items()),
        files=tuple(
            Attachment(f["name"], _MIMETYPES[Path(f["name"]).suffix], f["text"].encode(), f.get("title", ""))
            for f in post.get("files", ())
        ),
    )
