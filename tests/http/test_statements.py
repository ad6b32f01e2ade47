"""A member's statement: each movement in words, and a page without ids."""

import re

from regulars.domain.stores.permissions import Role
from tests.answers import rows
from tests.http.web import Web

DAYS = "from=2026-05-01&to=2026-06-01"


def test_each_movement_is_told_in_words(web: Web) -> None:
    shop = web.shop
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    shop.run(shop.sale([shop.line("gift_box")], member=wang, stored=6_000))
    client = web.browser(web.hire(Role.CASHIER))
    told = [
        str(row["words_zh"])
        for row in rows(client.get(f"/api/v1/members/{wang}/statement").json(), "rows")
    ]
    assert any(words.startswith("在人民广场店充值，存入储值本金 100.00") for words in told)
    assert any(re.match(r"在人民广场店买单（单号 \w+），用了储值本金", words) for words in told)
    assert any(words.startswith("人民广场店入会礼，得到 50 积分") for words in told)


def test_a_period_opens_and_closes_with_what_she_holds(web: Web) -> None:
    shop = web.shop
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    shop.pass_time(days=30)
    shop.run(shop.sale([shop.line("gift_box")], member=wang, stored=6_000))
    client = web.browser(web.hire(Role.CASHIER))
    path = f"/api/v1/members/{wang}/statement/days?from=2026-06-01&to=2026-07-01"
    told = client.get(path).json()
    principal = next(one for one in rows(told, "balances") if one["account"] == "principal")
    assert principal["opening"] == 10_000
    assert principal["closing"] == shop.balances(wang).principal_minor
    assert {row["kind"] for row in rows(told, "rows")} == {"settle", "earn"}


def test_the_page_she_takes_home_names_no_id_and_no_whole_phone(web: Web) -> None:
    shop = web.shop
    wang = shop.join("13800138000")
    shop.top_up(wang, 10_000)
    client = web.browser(web.hire(Role.CASHIER))
    for language, title in (("zh", "会员对账单"), ("en", "Your statement")):
        answer = client.get(f"/api/v1/members/{wang}/statement.html?{DAYS}&lang={language}")
        page = answer.body.decode()
        assert title in page
        assert str(wang) not in page
        assert "13800138000" not in page
        assert "100.00" in page


def test_nobody_has_no_statement(web: Web) -> None:
    client = web.browser(web.hire(Role.CASHIER))
    nobody = web.shop.new_id()
    for path in ("statement", f"statement/days?{DAYS}", f"statement.html?{DAYS}"):
        answer = client.get(f"/api/v1/members/{nobody}/{path}")
        assert (answer.status, answer.code) == (404, "member.unknown")
    wang = web.shop.join("13800138000")
    reversed_days = "from=2026-06-01&to=2026-05-01"
    answer = client.get(f"/api/v1/members/{wang}/statement/days?{reversed_days}")
    assert answer.code == "liability.period_unfit"
