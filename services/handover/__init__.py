"""Handing patients over to those who look after them, and making one patient of two."""
