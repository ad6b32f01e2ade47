"""Messages on the server's own terminal, for demonstrations. See `README.md`."""
