"""Which times a doctor has free, and which of them may be booked by whom."""
