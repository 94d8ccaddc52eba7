"""How far ahead a doctor's times may be opened for booking."""

from datetime import timedelta

MOST_AHEAD = 365
# Nothing is booked from further ahead than a year; the rest is for leap years and clocks that differ.
ALL_AHEAD = timedelta(days=MOST_AHEAD + 5)
