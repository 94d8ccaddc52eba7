"""What follows from a visit: proposing a follow-up, and booking offered times."""
