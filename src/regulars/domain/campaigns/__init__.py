"""Campaigns and journeys: who is led where, by which steps, and what it may cost."""
