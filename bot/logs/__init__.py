"""What a log line looks like, and the id of the update or request that it belongs to."""
