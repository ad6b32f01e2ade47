"""Messages to a browser, by the open standard: `README.md` says what it needs."""
