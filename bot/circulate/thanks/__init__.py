"""Thanks with a reason, a welcome to who shares for the first time, and once a month what one's tips did."""
