"""What people see, type and tap: commands, dialogs, sentences, and the ways to reach people."""

# The one place of it: pyproject.toml reads it here.
__version__ = "1.0.0"
