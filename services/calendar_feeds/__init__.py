"""Calendar feeds: a person's own appointments at a secret address, for calendar programs to fetch."""
