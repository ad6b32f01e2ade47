"""Organisation, Region, Store, Terminal; Staff with roles, and what each may do where."""
