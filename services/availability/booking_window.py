"""How far ahead appointments can be booked."""

from datetime import timedelta

# The longest horizon that a doctor can set, in days.
MOST_AHEAD = 365
# Every appointment to come begins within this; the extra days are for leap years and clocks that differ.
ALL_AHEAD = timedelta(days=MOST_AHEAD + 5)
# For cancelling all that somebody has: far beyond anything that can be booked, also by a clock that was
# wrong.
FAR_AHEAD = timedelta(days=3650)
