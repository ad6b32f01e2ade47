"""The web edge: parse, check the right, hand over to a use case, answer. No rule lives here."""
