"""The meanings of buttons. Importing this package registers all kinds of taps (see tap.py)."""

from bot.callbacks import account, admins, calendar_feed, doctors, steps, visits

__all__ = ["account", "admins", "calendar_feed", "doctors", "steps", "visits"]
