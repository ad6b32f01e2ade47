"""The one database: columns, tables, statements, and the engine that runs them."""
