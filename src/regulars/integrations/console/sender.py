"""Messages as lines on the server's own terminal, with what names a guest masked.

    sms → 1**********8: 王*，您的满 30 减 5 券还有 3 天到期

Where a channel has no provider yet, the console may stand in for it: `REGULARS_CONSOLE=sms,email`.
"""

from collections.abc import Callable

from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import Accepted, Answer, Outgoing

NAME = "console"
LETTERS_MAX = 300


class Console:
    """The sender `console` of one channel; `write` takes one line."""

    name = NAME

    def __init__(self, channel: Channel, write: Callable[[str], object]) -> None:
        self._channel = channel
        self._write = write

    @property
    def channel(self) -> Channel:
        """The channel that it stands in for, or its own."""
        return self._channel

    def missing(self) -> tuple[str, ...]:
        """Nothing: it was switched on."""
        return ()

    def send(self, outgoing: Outgoing) -> Answer:
        """Show one message."""
        words = outgoing.text
        hers = [*outgoing.variables.values(), *outgoing.names]
        if outgoing.links is not None:
            hers += [outgoing.links.page_url, outgoing.links.one_click_url]
        for value in sorted(set(hers), key=lambda one: (-len(one), one)):
            if value.strip():
                words = words.replace(value, masked(value))
        line = " ".join(words.split())[:LETTERS_MAX]
        plain = "".join(letter if letter.isprintable() else "?" for letter in line)
        self._write(f"{outgoing.channel.value} → {masked(outgoing.address)}: {plain}\n")
        return Accepted(provider_id=None, cost_micro=0)


def masked(text: str) -> str:
    """A text with all but its first letter hidden, and of a long one its last."""
    hidden = text[:40]
    if len(hidden) <= 3:
        return hidden[:1] + "*" * (len(hidden) - 1)
    return f"{hidden[0]}{'*' * (len(hidden) - 2)}{hidden[-1]}"
