"""What the shop does by itself: value that ends, tiers that are reviewed, books that are proved."""
