"""The mail server that takes the shop's letters: where it is, and a connection that is safe to use.

`smtp://` begins in the clear and must turn to TLS before anything is said; `smtps://` begins in TLS.
Only a server on this very machine is spoken to without.
"""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import unquote, urlsplit

from regulars.integrations.smtp.line import Line, TlsLine, Until

PORTS = {"smtp": 587, "smtps": 465}


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where letters are handed over."""

    scheme: str
    host: str
    port: int
    user: str | None = field(default=None, repr=False)
    password: str = field(default="", repr=False)
    authorities: Path | None = None

    @property
    def is_own(self) -> bool:
        """Whether it runs on this machine."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    def connected(self, own_name: str, until: Until) -> smtplib.SMTP:
        """A connection on which letters may be handed over. Raises: OSError, SMTPException."""
        at = (self.host, self.port)
        if self.scheme == "smtps":
            line: smtplib.SMTP = TlsLine(at, own_name, until=until, tls=self._tls())
        else:
            line = Line(at, own_name, until=until)
        try:
            line.ehlo_or_helo_if_needed()
            if self.scheme == "smtp" and (not self.is_own or line.has_extn("starttls")):
                line.starttls(context=self._tls())
                line.ehlo()
            if self.user is not None:
                line.login(self.user, self.password)
        except BaseException:
            line.close()
            raise
        return line

    def _tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(
            cafile=None if self.authorities is None else str(self.authorities)
        )


def server_of(url: str, *, authorities: str = "") -> MailServer | None:
    """The server that `smtp://user:password@mail.example:587` names; None when it names none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if (
        parts.scheme not in PORTS
        or not parts.hostname
        or parts.query
        or parts.path not in {"", "/"}
    ):
        return None
    user = None if parts.username is None else unquote(parts.username)
    password = unquote(parts.password or "")
    if not f"{user}{password}".isascii():
        # Servers agree on no other letters.
        return None
    return MailServer(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        user=user,
        password=password,
        authorities=Path(authorities) if authorities else None,
    )


def are_authorities(path: str) -> bool:
    """Whether a file of certificates, where one is named, can be used."""
    if not path:
        return True
    try:
        ssl.create_default_context(cafile=path)
    except (OSError, ValueError):
        return False
    return True


def hang_up(line: smtplib.SMTP) -> None:
    """Say goodbye, or just go: the letter's fate is known by now."""
    with suppress(OSError, smtplib.SMTPException):
        line.quit()
    line.close()
