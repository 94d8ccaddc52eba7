"""What people see: views, keyboards, calendars, pages. No Telegram client in it."""
