"""Shops that are opened to be measured or broken, and thrown away."""
