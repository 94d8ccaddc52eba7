"""What the clinic offers: its kinds of visit, its places and its rooms, and what doctors offer of it."""
