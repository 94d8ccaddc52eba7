"""How notices reach people: as mails with calendar files, and their buttons in the chat."""
