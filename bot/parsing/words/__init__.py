"""Typed words in one plain form, and what those of each language mean in English."""
