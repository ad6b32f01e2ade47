"""What a guest was shown before she said yes: sent along, it is sold as shown or not at all."""

from typing import Annotated

from pydantic import Field

from regulars.domain.loyalty.programme import Offered
from regulars.http.schemas import Body, Minor

Version = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]


class PriceShown(Body):
    """The price and the version of the programme that were shown. Units: minor units.

    Null is not compared.
    """

    expected_price_minor: Minor | None = None
    expected_version: Version | None = None

    def offered(self) -> Offered:
        """What was shown, as a command compares it."""
        return Offered(self.expected_price_minor, self.expected_version)


class PointsShown(Body):
    """The same of something that costs points. Units: points."""

    expected_points: Annotated[int, Field(strict=True, ge=0, le=10_000_000)] | None = None
    expected_version: Version | None = None

    def offered(self) -> Offered:
        """What was shown, as a command compares it."""
        return Offered(self.expected_points, self.expected_version)
