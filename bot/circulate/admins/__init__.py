"""What admins alone decide about reading: guests, channels shared with other companies, the trail of decisions."""
