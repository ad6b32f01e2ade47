"""Programs that measure what the README says, one module a figure."""
