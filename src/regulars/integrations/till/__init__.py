"""The till as a channel: a prompt for the cashier and a line for the receipt. See `README.md`."""
