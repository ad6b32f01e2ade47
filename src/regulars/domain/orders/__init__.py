"""Orders and their states; freezes a Quote at payment; what a refund gives back."""
