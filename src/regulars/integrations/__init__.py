"""What speaks to things that are not ours, each in a folder of its own, behind a port of the
domain."""
