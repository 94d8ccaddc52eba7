"""The clinic's values: frozen, without storage, clock or network."""
