"""Notifications: the outbox, delivery order, dead letters, email and calendar invites."""
