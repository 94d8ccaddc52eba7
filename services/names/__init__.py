"""Names and addresses as people type them: cleaned, compared, told apart. Pure."""
