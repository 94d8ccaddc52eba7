"""The only rooms that talk to MongoDB: one file a collection, the clinic's own values in and out."""
