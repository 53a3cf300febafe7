"""A worry gets company: me too, I can talk, and talks that go through the bot until a name is given."""
