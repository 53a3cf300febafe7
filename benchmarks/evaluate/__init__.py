"""Judges a model and the prompts by cases: `python -m benchmarks.evaluate`, or `make eval`. See prompts/README.md."""
