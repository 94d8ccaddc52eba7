"""What people see: views, keyboards, calendars, pages. Nothing here knows Telegram's library."""
