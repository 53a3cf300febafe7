"""Companies that a local Slack can be filled with: a small one for tests, a believable one to try the bot in."""
