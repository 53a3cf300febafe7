"""What the bot's processes have in common, loaded once before they are forked: a start takes a fraction of a second."""

import bot.llm.remote  # noqa: F401 - loading it is what this is for
from benchmarks.simulate import bot_process  # noqa: F401 - as above
