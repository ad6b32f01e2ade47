"""How a shop is set up: read once, from the environment, and refused in words when it is wrong.

`REGULARS_HOME=/var/lib/regulars REGULARS_PORT=8123` is all that a shop on one box needs to say.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

from regulars.domain.kernel.refusal import refusal_code
from regulars.http.edge import Facing
from regulars.integrations.calling.reach import OutOfReachError, Reach
from regulars.integrations.keyring import PREFIX
from regulars.storage.engine import SQLITE_SCHEME

SETTING_MALFORMED = refusal_code("settings.malformed", "name")
HOST_NEEDS_TLS = refusal_code("settings.host_needs_tls")

DATABASE_FILE = "regulars.db"


class Solver(StrEnum):
    """Which engine proves the bills that are too hard for our own search."""

    HIGHS = "highs"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where a shop lives and how its server is reached: read once, from the environment."""

    home: Path
    database: str
    database_owner: str | None = field(default=None, repr=False)
    master_key: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    docs: bool = False
    work: bool = True
    verify_hour: int = 4
    solver: Solver = Solver.HIGHS
    public_url: str | None = None
    given: Mapping[str, str] = field(default_factory=dict, repr=False)

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """The settings that the environment spells.

        Refuses: settings.malformed, settings.host_needs_tls.
        """
        home = Path(environment.get("REGULARS_HOME") or Path.home() / ".regulars").absolute()
        database = environment.get("REGULARS_DATABASE") or f"{SQLITE_SCHEME}{home / DATABASE_FILE}"
        certificate, key = (
            environment.get("REGULARS_TLS_CERTIFICATE"),
            environment.get("REGULARS_TLS_KEY"),
        )
        proxies = _networks(environment.get("REGULARS_BEHIND_PROXY", ""))
        settings = cls(
            home=home,
            database=database,
            database_owner=environment.get("REGULARS_DATABASE_OWNER") or None,
            master_key=environment.get("REGULARS_MASTER_KEY") or None,
            host=environment.get("REGULARS_HOST") or "127.0.0.1",
            port=_whole(environment, "REGULARS_PORT", 8000),
            workers=_whole(environment, "REGULARS_WORKERS", os.cpu_count() or 1),
            tls_certificate=Path(certificate) if certificate else None,
            tls_key=Path(key) if key else None,
            trusted_proxies=proxies,
            docs=environment.get("REGULARS_DOCS") == "1",
            work=_on(environment, "REGULARS_WORK"),
            verify_hour=_hour(environment, "REGULARS_VERIFY_HOUR", 4),
            solver=_solver(environment.get("REGULARS_SOLVER") or Solver.HIGHS),
            public_url=_public_url(environment.get("REGULARS_PUBLIC_URL")),
            given={name: text for name, text in environment.items() if name.startswith(PREFIX)},
        )
        return settings._checked()

    def _checked(self) -> "Settings":
        reached = self.tls or bool(self.trusted_proxies)
        if not _is_loopback(self.host) and not reached:
            raise HOST_NEEDS_TLS.because()
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise SETTING_MALFORMED.because(name="REGULARS_TLS_KEY")
        return self

    @property
    def tls(self) -> bool:
        """Whether this server itself speaks TLS."""
        return self.tls_certificate is not None

    @property
    def embedded(self) -> bool:
        """Whether the shop is a file beside the server: then exactly one process writes it."""
        return self.database.startswith(SQLITE_SCHEME)

    @property
    def processes(self) -> int:
        """How many server processes there are."""
        return 1 if self.embedded else self.workers

    @property
    def facing(self) -> Facing:
        """How the web edge is reached; the API's page is open where only this machine comes."""
        alone = _is_loopback(self.host) and not self.trusted_proxies
        return Facing(
            trusted_proxies=self.trusted_proxies,
            tls=self.tls or bool(self.trusted_proxies),
            docs=self.docs or alone,
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _whole(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65_535):
        raise SETTING_MALFORMED.because(name=name)
    return int(text)


def _hour(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and int(text) < 24):
        raise SETTING_MALFORMED.because(name=name)
    return int(text)


def _on(environment: Mapping[str, str], name: str) -> bool:
    text = environment.get(name) or "on"
    if text not in {"on", "off"}:
        raise SETTING_MALFORMED.because(name=name)
    return text == "on"


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError:
        raise SETTING_MALFORMED.because(name="REGULARS_BEHIND_PROXY") from None


def _public_url(text: str | None) -> str | None:
    if not text:
        return None
    try:
        parts = Reach(loopback=True).checked(text.rstrip("/"))
    except OutOfReachError:
        raise SETTING_MALFORMED.because(name="REGULARS_PUBLIC_URL") from None
    if parts.query or parts.fragment:
        raise SETTING_MALFORMED.because(name="REGULARS_PUBLIC_URL")
    return text.rstrip("/")


def _solver(text: str) -> Solver:
    try:
        return Solver(text)
    except ValueError:
        raise SETTING_MALFORMED.because(name="REGULARS_SOLVER") from None
