"""The command line beside the bot itself."""
