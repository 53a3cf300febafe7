"""What is new for somebody: a digest in their rhythm, notices of what they follow, a channel's digest."""
