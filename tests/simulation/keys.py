"""The keys of every simulated shop: the same ones, since a draw is rolled by them.

Made once by the vault itself, for the organisation of `tests/shops.py`.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.shops import named

MASTER_KEY = "YSBrZXkgdGhhdCBvbmx5IHRoaXMgdGVzdCBrbm93cyE="
# Each: id, purpose, and the key as the master key wraps it.
WRAPPED = (
    (
        "019df0b6b9007a4e8533172e25750a3a",
        "data",
        (
            "01e02844c294dfd5002e56c6022345ce99341794c895a3630296da537ad6e74705c53181645a5439"
            "848d0630ad610fb3cd7549d8463400ae7ee1bb94db9aaff8d8"
        ),
    ),
    (
        "019df0b6b9007c139d241816c0db7c52",
        "index",
        (
            "01e02844c2a374f00be3dbddf0d9c3b710680d9459fa5a261b94b322dc81128b77b28efa418e2930"
            "91b98d088c79e313bdb92dc75006482ae534350c488c452bae"
        ),
    ),
    (
        "019df0b6b9007f4ba9a4873f9e87918a",
        "pepper",
        (
            "01e02844c2010c0d05cedf0596e5fd1a0ebe32651ad4e88a5308857de9aa82fcaa63406e77f6a343"
            "996ed7c93048733cb23e0a5990f03b8a2b5a2437ed6eac0e26"
        ),
    ),
)


def give_keys(folder: Path) -> None:
    """Put the keys where the vault of the shop in this folder finds them."""
    keys = folder / "keys"
    keys.mkdir(mode=0o700)
    file = keys / "master.key"
    file.write_text(MASTER_KEY + "\n")
    file.chmod(0o600)
    owner = named("organisation").bytes
    rows = [
        (bytes.fromhex(name), owner, purpose, bytes.fromhex(wrapped), 0)
        for name, purpose, wrapped in WRAPPED
    ]
    with closing(sqlite3.connect(folder / "shop.sqlite3", isolation_level=None)) as connection:
        connection.executemany("INSERT INTO organisation_key VALUES (?, ?, ?, ?, ?)", rows)
