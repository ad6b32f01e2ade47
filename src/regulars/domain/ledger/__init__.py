"""The value ledger: points, stored value and growth value as postings that nobody can edit."""
