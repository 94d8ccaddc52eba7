"""When a doctor works: weekly hours and time off, and what a change would cancel."""
