"""What a manager asks of the shop's past: each figure defined once, compared and laid out."""
