"""An empty place is not left empty: one's own threads worth keeping, and the first steps of hosts and admins."""
