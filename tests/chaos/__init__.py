"""What survives: people book, move and cancel while everything around the bot breaks (`make chaos`)."""
