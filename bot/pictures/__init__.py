"""Pictures: values in, PNG bytes out. What draws is imported when the first one is asked for."""
