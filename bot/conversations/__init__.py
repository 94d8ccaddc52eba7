"""The dialogs: what is asked, in which order, and what a wrong answer gets."""
