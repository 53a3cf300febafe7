"""A question is answered."""

from bot.answer.listeners import JOBS, came_by, register, tick

__all__ = ["JOBS", "came_by", "register", "tick"]
