"""Answers as blocks: a reply's messages, a tip's card."""
