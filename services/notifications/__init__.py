"""Notifications: the outbox, its order, dead letters, mail and calendar invites."""
