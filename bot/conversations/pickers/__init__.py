"""Questions that several dialogs ask: which patient, which doctor, which time."""
