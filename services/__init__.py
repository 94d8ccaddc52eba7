"""The clinic: accounts, sessions, doctors, schedules, appointments, notifications. No Telegram in it."""
