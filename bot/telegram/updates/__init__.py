"""How updates come to the bot, by long polling or over a webhook, and are handled one after the other."""
