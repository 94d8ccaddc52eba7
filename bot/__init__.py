"""Everything that knows Telegram, or any other face of the product."""
