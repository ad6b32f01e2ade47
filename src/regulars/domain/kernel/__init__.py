"""The words that every feature shares: money, time, ids, conditions, terms, refusals."""
