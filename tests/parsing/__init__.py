"""What people type is read."""
