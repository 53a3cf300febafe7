"""What kind a tip is, as conditions."""

import sqlalchemy as sa

from storage._tables import TipRow
from storage.records import Kind

IS_WORRY = TipRow.content["kind"].as_string() == Kind.WORRY.value

NO_WORRY = sa.func.coalesce(TipRow.content["kind"].as_string(), "") != Kind.WORRY.value
"""For every figure and report: worries never count, and are never quoted there."""
