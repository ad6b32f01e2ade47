"""The same rows by hand: what the engine can take when nothing stands before it.

The statements of real sales are recorded once and sent again with new ids, straight to the driver:
the same schema, triggers, reads and rows, without HTTP, rules or prices.
"""
