"""What the buttons say when they are tapped, and the whole registry of it (see tap.py)."""

from bot.callbacks import account, admins, doctors, steps, visits

__all__ = ["account", "admins", "doctors", "steps", "visits"]
