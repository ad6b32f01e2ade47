"""What the console shows of a message that the post really sent: the offer, and not the guest."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import Answer, Outgoing
from regulars.integrations.console.sender import Console
from regulars.storage.engine import Database
from tests.messaging import PostUnderTest, Provider, body, variant
from tests.shops import open_shop

PHONE = "13800138000"


@dataclass
class Demonstration(Provider):
    """The console as the post's only sender of SMS."""

    lines: list[str] = field(default_factory=list)

    def send(self, outgoing: Outgoing) -> Answer:
        """Show it."""
        return Console(Channel.SMS, self.lines.append).send(outgoing)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("林小雨", "林**"),
        ("【银行】李敏", "[****敏"),
        ("Anna Li", "A*****i"),
    ],
)
def test_no_guest_is_named_on_the_terminal(
    database: Database, tmp_path: Path, name: str, shown: str
) -> None:
    console = Demonstration()
    post = PostUnderTest(open_shop(database, tmp_path), [console])
    post.template()
    post.plan(post.planned(post.member(PHONE, name=name), "run:1"))
    post.work_through(minutes=10)
    (line,) = console.lines
    assert f"【山野茶事】{shown}" in line
    assert "您有50积分" in line
    assert PHONE not in line
    assert "林小雨" not in line
    assert "李敏" not in line


def test_a_guests_own_link_cannot_be_followed_from_the_terminal(
    database: Database, tmp_path: Path
) -> None:
    console = Demonstration()
    post = PostUnderTest(open_shop(database, tmp_path), [console])
    texts = (
        variant("sms", "zh-CN", "【山野茶事】菜单 {{menu_link}} 拒收请回复R"),
        variant("sms", "en", "Menu {{menu_link}} Reply STOP to opt out"),
    )
    post.template({**body(*texts), "links": {"menu_link": "https://shop.example/menu"}})
    post.plan(post.planned(post.member(PHONE), "run:1"))
    post.work_through(minutes=10)
    (line,) = console.lines
    assert "菜单 h***" in line
    assert "shop.example" not in line
