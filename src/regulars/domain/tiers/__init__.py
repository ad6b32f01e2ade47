"""Growth value → tier, and what a tier is worth to its member."""
