"""What people mean by what they write: a text becomes an intent with entities, or a question. Pure."""
