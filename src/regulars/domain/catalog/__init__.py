"""What a store sells: products, variants, modifiers, combos, and the price of each there."""
