"""What an old list says that its members agreed to, taken over as proof or refused."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.members.consent import Channel, Choice, Consent, Purpose, standing
from regulars.http.member_views import ConsentView, consents_seen
from regulars.storage import consents
from regulars.storage.engine import Database
from regulars.use_cases.consents import RecordConsent
from regulars.use_cases.import_batches import guessed
from regulars.use_cases.import_members import ImportMember, MemberColumn
from tests.prepaid import a_shop
from tests.shops import ShopUnderTest

WHERE = "静安寺店入会登记表"
PHONE = "13800138000"


def taken(shop: ShopUnderTest, **told: str) -> UUID:
    """Somebody of an old list."""
    texts = {"name": "李敏", "phone": PHONE, **told}
    done = shop.run(ImportMember(store_id=shop.store_id, texts=texts))
    return UUID(str(done["member_id"]))


def refused(shop: ShopUnderTest, **told: str) -> tuple[str, object]:
    with pytest.raises(Refusal) as refusal:
        taken(shop, **told)
    return refusal.value.code, refusal.value.parameters.get("column")


def recorded(shop: ShopUnderTest, member_id: UUID) -> tuple[Consent, ...]:
    with shop.database.read() as read:
        return consents.of_member(read, member_id)


def seen(shop: ShopUnderTest, member_id: UUID) -> list[ConsentView]:
    with shop.database.read() as read:
        return consents_seen(read, shop.runner.vault, member_id)


def test_a_consent_keeps_its_day_and_where_it_was_given(database: Database, tmp_path: Path) -> None:
    shop = a_shop(database, tmp_path)
    member_id = taken(
        shop,
        consent_sms="是",
        consent_email="否",
        consent_wechat="yes",
        consent_on="2025-03-08",
        consent_where=WHERE,
    )
    found = seen(shop, member_id)
    told = {(one.channel, one.purpose, one.granted, one.source, one.evidence) for one in found}
    assert told == {
        (Channel.SMS, Purpose.MARKETING, True, "import", WHERE),
        (Channel.WECHAT, Purpose.MARKETING, True, "import", WHERE),
    }
    # The business day of the shop, in Shanghai, begins at four in the morning.
    assert {one.at for one in found} == {datetime(2025, 3, 7, 20, tzinfo=UTC)}
    sealed = [one.evidence for one in recorded(shop, member_id)]
    assert all(one is not None and WHERE.encode() not in one for one in sealed)


def test_a_claim_without_its_day_is_refused_and_nobody_is_taken_over(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    undated = "import.consent_undated", "consent_sms"
    assert refused(shop, consent_sms="是") == undated
    assert refused(shop, consent_sms="是", consent_where=WHERE) == undated
    malformed = "import.cell_malformed"
    assert refused(shop, consent_email="也许") == (malformed, "consent_email")
    assert refused(shop, consent_sms="是", consent_on="3月8日") == (malformed, "consent_on")
    assert refused(shop, consent_sms="是", consent_on="2999-01-01") == (malformed, "consent_on")
    formula = {"consent_sms": "是", "consent_on": "2025-03-08", "consent_where": "=1+1"}
    assert refused(shop, **formula) == ("import.formula", "consent_where")
    # Not one of the refused rows has left anything behind: the number is free.
    assert recorded(shop, taken(shop, consent_sms="否", consent_email="")) == ()


def test_an_imported_consent_is_withdrawn_as_it_came_and_never_given_that_way(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    member_id = taken(shop, consent_sms="1", consent_on="2025/3/8")

    def choose(*, granted: bool) -> None:
        choice = Choice(
            channel=Channel.SMS,
            purpose=Purpose.MARKETING,
            granted=granted,
            wording_version="import",
        )
        command = RecordConsent(
            member_id=member_id, choices=(choice,), language="zh-CN", source="till"
        )
        shop.run(command)

    with pytest.raises(Refusal) as refusal:
        choose(granted=True)
    assert refusal.value.code == "consent.wording_unknown"
    choose(granted=False)
    now = standing(recorded(shop, member_id))
    assert not now[Channel.SMS, Purpose.MARKETING].choice.granted


def test_the_columns_are_known_by_their_usual_headers() -> None:
    headers = ("手机号", "短信营销", "同意日期", "同意方式", "email opt-in", "微信营销")
    assert guessed(headers) == (
        MemberColumn.PHONE,
        MemberColumn.CONSENT_SMS,
        MemberColumn.CONSENT_ON,
        MemberColumn.CONSENT_WHERE,
        MemberColumn.CONSENT_EMAIL,
        MemberColumn.CONSENT_WECHAT,
    )
