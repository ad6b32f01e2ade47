"""What the shop's own figures say: what a programme earned, and how each guest's visits go."""
