"""What people follow: topics, tools, people, questions; and what is new of it, told in the rhythm each one chose."""
