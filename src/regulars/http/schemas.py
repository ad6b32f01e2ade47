"""The forms that requests and answers share. A field that a route does not name is refused."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

# Units: minor units. Strict: no text, no fraction, no true stands for an amount.
Minor = Annotated[int, Field(strict=True, ge=0, le=10_000_000_000)]
Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
BasisPoints = Annotated[int, Field(strict=True, ge=0, le=10_000)]
# The calendar ends in 9999, and a zone or a day more would pass it.
When = Annotated[
    AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))
]
# One line that a person reads: no line breaks, nothing that a terminal would obey.
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")]
NameOrNone = Annotated[str, Field(max_length=80, pattern=r"^[^\x00-\x1f\x7f]*$")]
Code = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
# What a payment provider calls a payment: letters and digits, no name and no number of a person.
Reference = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.-]+$")]
Reason = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class Body(BaseModel):
    """What a client sends: only the fields that are named here."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """What a client gets; OpenAPI and the contract tests read it, the bytes come from orjson."""

    model_config = ConfigDict(extra="forbid", frozen=True)
