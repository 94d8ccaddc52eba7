"""The clinic over HTTP: the server, the application that it serves, and the limits of both."""
