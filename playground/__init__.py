"""A local Slack: for trying the bot without a workspace, and for the tests."""
