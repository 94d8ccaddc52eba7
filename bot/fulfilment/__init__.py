"""What is done about a text that was understood, where no dialog begins: answers, one file a theme."""
