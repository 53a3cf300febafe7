"""Slack's Web API, one module for each family of methods."""

from playground.server.methods import (
    agents,
    chat,
    conversations,
    files,
    history,
    reactions,
    session,
    streams,
    uploads,
    users,
    views,
)
from playground.server.methods.registry import METHODS, Method, need_scope

__all__ = [
    "METHODS",
    "Method",
    "agents",
    "chat",
    "conversations",
    "files",
    "history",
    "need_scope",
    "reactions",
    "session",
    "streams",
    "uploads",
    "users",
    "views",
]
