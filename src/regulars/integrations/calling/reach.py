"""Which machines we may be made to call.

A push subscription comes from a guest's browser and a webhook's target from a form. Whoever writes
`https://router.example` there must not make the shop's server knock at the router in the back room:
the name is resolved once, every address is looked at, and that very address is called.
"""

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

Address = IPv4Address | IPv6Address

PORTS = {"https": 443, "http": 80}
# Of IPv6 only this part is given out to anybody; the rest is a house's own, or is nobody's.
_PUBLIC = IPv6Network("2000::/3")
# Within it: what carries an IPv4 address inside leads elsewhere than it looks, and an example.
_NOWHERE = tuple(map(IPv6Network, ("2002::/16", "2001::/32", "3fff::/20")))


class OutOfReachError(Exception):
    """This address is not to be called; `code` says why and quotes nothing."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Reach:
    """How far calls go: to public addresses, and to this machine itself where that is allowed."""

    loopback: bool = False

    def checked(self, url: str) -> SplitResult:
        """The parts of an address that may be called. Raises: OutOfReachError."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:
            raise OutOfReachError("address_malformed") from None
        printable = url.isascii() and url.isprintable() and " " not in url
        if not printable or not parts.hostname or parts.username is not None or port == 0:
            raise OutOfReachError("address_malformed")
        if parts.scheme == "https" or (parts.scheme == "http" and self._is_own(parts.hostname)):
            return parts
        raise OutOfReachError("address_not_https")

    def addresses(self, host: str, port: int) -> list[Address]:
        """Where a name leads, only what may be called. Raises: OutOfReachError."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise OutOfReachError("name_unknown") from None
        all_found = [ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
        allowed = [one for one in dict.fromkeys(all_found) if self.may_call(one)]
        if not allowed:
            raise OutOfReachError("address_not_public")
        return allowed

    def may_call(self, address: Address) -> bool:
        """Whether this very address may be called."""
        if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
            return self.may_call(address.ipv4_mapped)
        if address.is_loopback:
            return self.loopback
        if isinstance(address, IPv6Address):
            elsewhere = any(address in network for network in _NOWHERE)
            return address.is_global and address in _PUBLIC and not elsewhere
        return address.is_global and not address.is_multicast

    def _is_own(self, host: str) -> bool:
        if not self.loopback:
            return False
        try:
            return ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"
