"""Shops and baskets that `bench.quote` prices: made by seed, the same on every machine."""
