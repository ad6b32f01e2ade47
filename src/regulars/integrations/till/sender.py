"""The till as a channel: nothing leaves the house, so it is always ready.

The message is kept with the others; it is `accepted` at once and `delivered` when a till shows it.
"""

from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import Accepted, Answer, Outgoing

NAME = "till"


class Till:
    """The sender `till`."""

    name = NAME
    channel = Channel.TILL

    def missing(self) -> tuple[str, ...]:
        """Nothing: the till is there."""
        return ()

    def send(self, outgoing: Outgoing) -> Answer:
        """Leave it where the tills look."""
        del outgoing
        return Accepted(provider_id=None, cost_micro=0)
