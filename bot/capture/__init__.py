"""Know-how comes in."""

from bot.capture.listeners import JOBS, register, tick

__all__ = ["JOBS", "register", "tick"]
