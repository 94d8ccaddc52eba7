"""What happens when something dies, hangs, refuses or comes twice: the whole bot over HTTP."""
