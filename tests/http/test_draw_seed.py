"""A draw is closed for ever before its seed is shown."""

from hashlib import sha256
from uuid import UUID

import pytest

from regulars.domain.kernel.terms import Level
from regulars.domain.loyalty.programme import ProgrammeKind
from regulars.domain.stores.permissions import Role
from regulars.storage import draws
from regulars.storage.programmes import ProgrammeRow
from tests.domain.loyalty.definitions import DRAW
from tests.http.web import A1, Client, Web
from tests.rewards import started, with_points

API = "/api/v1"


def cashier(web: Web) -> Client:
    """A cashier of the first store who has just signed in."""
    return web.browser(web.hire(Role.CASHIER, Level.STORE, A1))


def newest(web: Web, programme: UUID) -> ProgrammeRow:
    """The newest version of a draw."""
    with web.shop.database.read() as read:
        return draws.newest_draw(read, programme)


@pytest.mark.parametrize("question", ["draws", "draw-audit"])
def test_a_seed_that_was_shown_closes_its_draw_whatever_the_clock_says(
    web: Web, question: str
) -> None:
    wang = with_points(web.shop, "13800138000", 100)
    programme = started(web.shop, ProgrammeKind.DRAW, DRAW, days=2)
    path = f"{API}/programmes/{programme}/{question}"
    assert cashier(web).get(path).json()["seed"] is None
    assert newest(web, programme).version == 1
    web.shop.pass_time(days=3)
    told = cashier(web).get(path).json()
    assert sha256(bytes.fromhex(str(told["seed"]))).hexdigest() == told["commitment"]
    assert cashier(web).get(path).json()["seed"] == told["seed"]
    assert (newest(web, programme).version, newest(web, programme).state) == (2, "stopped")
    web.shop.pass_time(days=-2)
    client = cashier(web)
    form = {
        "id": str(web.shop.new_id()),
        "programme_id": str(programme),
        "store_id": str(A1),
    }
    assert client.send("POST", f"{API}/members/{wang}/draws", form).code == "draw.over"
    assert client.get(f"{API}/stores/{A1}/draws/{programme}/odds").code == "draw.over"
    assert client.get(path).json()["seed"] == told["seed"]
