"""The phrases of each language: read from its file, kept, and found in a text in spite of slips."""
