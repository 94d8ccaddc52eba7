"""The clinic's HTTP interface: handlers that translate, and call one service each."""
