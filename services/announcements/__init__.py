"""Announcements: making one, who it reaches, sending it."""
