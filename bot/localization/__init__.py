"""The languages that the bot speaks, who is being spoken to, and what is said in their language."""
