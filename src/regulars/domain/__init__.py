"""What a shop promises, decides and remembers, as pure functions over plain values."""
