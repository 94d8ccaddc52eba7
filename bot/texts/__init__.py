"""Every sentence that people read. Functions with named values, escaped inside, never at the call."""
