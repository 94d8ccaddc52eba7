"""Accounts: registering, signing in, passwords, codes, what people change about themselves."""
