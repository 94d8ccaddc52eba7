"""A whole database in one file, and back. The form of the file is in docs/backup-format.md."""
