"""Know-how goes round: for now Home and settings."""

from bot.circulate.listeners import JOBS, redraw_home, register, tick

__all__ = ["JOBS", "redraw_home", "register", "tick"]
