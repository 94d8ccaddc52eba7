"""Several workers behind one port: real processes, killed and stopped."""
