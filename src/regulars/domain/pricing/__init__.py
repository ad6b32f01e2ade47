"""From basket to quote: offers, coupons, tier discount and points, each to the exact cent."""
