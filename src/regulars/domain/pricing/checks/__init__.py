"""Checks of a whole set of offers before launch: what never applies, what undercuts, what mints."""
