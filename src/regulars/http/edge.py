"""What the routes are given: the opened shop, and how this server faces the network."""

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from starlette.requests import Request

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.port import Senders
from regulars.http.aside import Aside
from regulars.storage.engine import Database
from regulars.storage.shops import Shops
from regulars.storage.vault import Vault
from regulars.use_cases.runner import Runner


@dataclass(frozen=True, slots=True, kw_only=True)
class Facing:
    """How this server is reached. `docs` opens /docs and openapi.json to everybody."""

    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = ()
    tls: bool = False
    docs: bool = False
    till_folder: Path | None = None
    office_folder: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """The opened shop as routes see it; long reads are done `aside`.

    `senders` take messages out of the house; `public_url` is where members reach the shop.
    """

    database: Database
    vault: Vault
    shops: Shops
    runner: Runner
    clock: Callable[[], Instant]
    entropy: Callable[[int], bytes]
    facing: Facing
    aside: Aside = field(default_factory=Aside)
    senders: Senders = field(default_factory=dict)
    public_url: str | None = None


def edge_of(request: Request) -> Edge:
    """The edge that serves a request."""
    edge: Edge = request.app.state.edge
    return edge
