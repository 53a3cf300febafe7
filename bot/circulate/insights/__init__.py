"""Insights: whether the community lives, as pictures with their figures in words, for hosts and admins."""
