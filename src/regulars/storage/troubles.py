"""What a database in trouble means to whoever asked it, on either engine."""

from regulars.domain.kernel.refusal import refusal_code

COMMAND_IN_FLIGHT = refusal_code("command.in_flight")
STORAGE_FULL = refusal_code("server.storage_full")
STORAGE_UNAVAILABLE = refusal_code("server.storage_unavailable")
