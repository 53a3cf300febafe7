"""Durable work after the ack. The engine (DBOS) is known in this folder only, so that it could be replaced."""

from bot.jobs.engine import QUEUES, Chore, Engine, migrate_engine

__all__ = ["QUEUES", "Chore", "Engine", "migrate_engine"]
