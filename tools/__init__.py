"""Programs of the developer: they build, check and draw, and never ship."""
