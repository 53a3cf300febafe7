"""A question is answered."""

from bot.answer.listeners import JOBS, register, tick

__all__ = ["JOBS", "register", "tick"]
