"""A local Bot API server: what the demo and the tests talk to instead of Telegram."""
