"""A simulated year: a made-up company lives with the bot on a clock that runs by itself. `python -m benchmarks.simulate`."""
