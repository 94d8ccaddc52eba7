"""Several workers behind one port: the supervisor that keeps them up, and what it tells each of them."""
