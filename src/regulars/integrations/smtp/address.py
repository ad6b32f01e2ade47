"""Addresses of e-mail as a mail server may be given them: no line break ever gets this far."""

import re
from dataclasses import dataclass
from email.headerregistry import Address

LETTERS_MAX = 254
# RFC 5321's dot-string; quoted local parts exist on paper only.
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_DOMAIN = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
)
# The library reads names as of 2003, where these become other letters: another domain, and so
# somebody else's mailbox. Who has such a domain gives it as `xn--…`.
_BECOME_OTHERS = frozenset("ßẞς\u200c\u200d")
_NAMED = re.compile(r"\s*(?P<name>[^<>\"\r\n]*?)\s*<(?P<mailbox>[^<>\s]+)>\s*")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address, its domain in ASCII and lower case."""

    local: str
    domain: str

    def __str__(self) -> str:
        """As it stands in a command and in a header."""
        return f"{self.local}@{self.domain}"


def is_domain(text: str) -> bool:
    """Whether a text is a domain's name, or a part of one, as the network has it."""
    return _DOMAIN.fullmatch(text.lower()) is not None


def mailbox_of(text: str) -> Mailbox | None:
    """The address in a text; None when it is not exactly one plain address."""
    local, _, domain = text.rpartition("@")
    if _BECOME_OTHERS.intersection(domain):
        return None
    try:
        ascii_domain = domain.encode("idna").decode().lower()
    except UnicodeError:
        return None
    whole = f"{local}@{ascii_domain}"
    fits = _LOCAL.fullmatch(local) and _DOMAIN.fullmatch(ascii_domain)
    return Mailbox(local, ascii_domain) if fits and len(whole) <= LETTERS_MAX else None


def named_mailbox_of(text: str) -> tuple[Address, Mailbox] | None:
    """A sender's `正茶 <hello@tea.example>`, or the bare address."""
    match = _NAMED.fullmatch(text)
    name, bare = (match["name"], match["mailbox"]) if match else ("", text.strip())
    mailbox = mailbox_of(bare)
    if mailbox is None or not name.isprintable():
        return None
    return Address(name, mailbox.local, mailbox.domain), mailbox
