"""Messages to the merchant's own system by signed webhook: `README.md` says what it needs."""
