"""How a bill is paid: tenders, cash rounding, change."""
