"""How notices look: emails, calendar files, and the buttons in the chat."""
