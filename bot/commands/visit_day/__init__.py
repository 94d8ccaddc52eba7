"""The day of a visit: late doctors, who is there, who is next, and who can't come."""
