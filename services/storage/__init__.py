"""The only package that talks to MongoDB. A file for each collection, or for one way of reading it."""
