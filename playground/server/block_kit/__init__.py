"""Whether Slack would take these blocks, or this view: its documented shapes and limits as data, and what they refuse.

https://docs.slack.dev/reference/block-kit
"""

from playground.server.block_kit.surfaces import problems, too_long, view_problems

__all__ = ["problems", "too_long", "view_problems"]
