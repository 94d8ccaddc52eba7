"""/kinds, /places and /rooms: what the clinic offers, and what doctors offer of it."""
