"""The exact search for the best bill, with a proof that somebody else can check.

Prose: `docs/pricing.md`, "The search". Nothing here knows what kinds of offer exist: it sees
patterns (`kinds/acts.py`) that take units and order offers that take amounts.
"""
