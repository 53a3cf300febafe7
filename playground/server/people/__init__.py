"""People with Slack's client: what they can do and what they see."""

from playground.server.people import belonging, seeing, talking, using
from playground.server.people.verbs import VERBS, perform

__all__ = ["VERBS", "belonging", "perform", "seeing", "talking", "using"]
