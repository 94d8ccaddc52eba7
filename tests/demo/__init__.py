"""The local Bot API server, spoken to over HTTP as a bot speaks to Telegram."""
