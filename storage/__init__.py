"""What the bot remembers. Its door are the public modules: plain functions that take a Database first.

Each is named by its subject; `records` are the frozen values that go in and out, `database` opens and migrates,
`errors` says what can go wrong. A module whose name begins with `_` is storage's own: tables, the index, and
`_visibility`, where it is decided who may see a tip.
"""
