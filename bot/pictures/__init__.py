"""Pictures: values in, PNG bytes out. The drawing library is imported with the first picture."""
