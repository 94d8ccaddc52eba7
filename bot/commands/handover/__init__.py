"""Handing patients over, and making one of two."""
