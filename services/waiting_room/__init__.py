"""The day of a visit: doctors who run late, who is there, who is next, messages, and who can't come."""
