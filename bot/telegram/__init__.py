"""The Bot API: updates in, messages out, retries, menus. Nobody else knows the library."""
