"""What the shop can do: one function per command, run in one transaction by the runner."""
