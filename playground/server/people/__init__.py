"""People with Slack's client: what they can do and what they see."""

from playground.server.people import belonging, filing, seeing, talking, using
from playground.server.people.verbs import VERBS, perform, perform_noted

__all__ = ["VERBS", "belonging", "filing", "perform", "perform_noted", "seeing", "talking", "using"]
