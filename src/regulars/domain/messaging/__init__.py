"""What a shop says to its members: by which channel, in which words, when and how often."""
