"""Dialogs: the engine, what a step is, what a chat's state is, who may do what."""
