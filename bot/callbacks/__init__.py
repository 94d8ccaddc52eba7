"""The meanings of buttons. Importing this package registers all kinds of taps (see tap.py)."""

from bot.callbacks import account, admins, doctors, steps, visits

__all__ = ["account", "admins", "doctors", "steps", "visits"]
