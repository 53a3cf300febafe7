"""Know-how goes round: for now Home and settings."""

from bot.circulate.listeners import JOBS, register, tick

__all__ = ["JOBS", "register", "tick"]
