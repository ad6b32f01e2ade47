"""How the audit calls what was taken off an order before it was paid; the staff report counts it."""

LINE_VOIDED, ORDER_CANCELLED = "order.line_voided", "order.cancelled"
# What the lines came to at list price, as such an act says it. Units: minor units.
LIST_MINOR = "list_minor"
