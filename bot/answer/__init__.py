"""A question is answered."""

from bot.answer.listeners import JOBS, register, then_waiting, tick

__all__ = ["JOBS", "register", "then_waiting", "tick"]
