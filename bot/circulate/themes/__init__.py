"""Themes: time-boxed calls for tips with an owner, an end and a wrap-up."""

from bot.circulate.themes.clock import tick
from bot.circulate.themes.listeners import JOBS, register

__all__ = ["JOBS", "register", "tick"]
