"""A simulated year: a made-up company lives with the bot on a clock of its own. `python -m benchmarks.simulate`."""
