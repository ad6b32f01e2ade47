"""Regulars 熟客: a point of sale whose centre is the member."""

__version__ = "0.1.0"
