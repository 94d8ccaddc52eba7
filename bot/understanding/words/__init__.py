"""The words of each language (see lexicon.py)."""
