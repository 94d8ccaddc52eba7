"""What people see, type and tap: commands, dialogs, sentences, and the ways to reach people."""
