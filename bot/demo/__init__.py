"""The whole product on one machine without a token: a local Bot API server, phones, a page, a mailbox."""
