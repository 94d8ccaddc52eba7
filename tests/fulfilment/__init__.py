"""Answers to what was understood, in chats with the whole bot."""
