"""What admins do: accounts, statistics, exports."""
