"""What providers of SMS in China ask before a message may leave: a number there, approved words."""

from regulars.domain.messaging.approved import Wording, wording_of
from regulars.domain.messaging.port import Outgoing, Refused

CHINA_PREFIX = "+86"


def approved_for(outgoing: Outgoing, sender: str) -> Wording | Refused:
    """The wording that the provider approved for this message, or why it cannot take it."""
    wording = wording_of(outgoing.provider_template, sender)
    if wording is None:
        return Refused(code="no_approved_wording", final=False)
    if not outgoing.address.startswith(CHINA_PREFIX):
        return Refused(code="region_not_served", final=False)
    return wording
