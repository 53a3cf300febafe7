"""Tried it: a day after somebody took a tip along, one quiet question, answered by one tap."""
