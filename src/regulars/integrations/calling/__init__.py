"""How this machine calls a provider: bounded in time and size, and only where it may."""
