"""MongoDB itself: the driver, the bot's own server, and how many rows are asked for and read at once."""
