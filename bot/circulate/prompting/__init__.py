"""For those who want it: every week or two one small real question, whose answer becomes a draft."""
