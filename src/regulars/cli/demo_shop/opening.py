"""Opening day: the organisation, its people, its menu and its promises, written at once."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from regulars.cli.demo_shop.chain import (
    BRAND,
    CUT_OFF_MINUTES,
    PEOPLE,
    PLACES,
    REGIONS,
    ZONE,
    Chain,
)
from regulars.cli.demo_shop.menu import MenuIds
from regulars.cli.demo_shop.menu_rows import Row, add_menu
from regulars.cli.demo_shop.packaging import add_packaging, packaging_promise
from regulars.cli.demo_shop.promises import PROMISES
from regulars.cli.demo_shop.promotions import Promotion, promotions
from regulars.cli.demo_shop.size import Size
from regulars.cli.demo_shop.vouchers import Voucher, vouchers
from regulars.domain.kernel.period import BusinessDay, Instant, start_of
from regulars.domain.kernel.terms import Level
from regulars.domain.members.consent import SHIPPED
from regulars.domain.orders.shop_terms import checked
from regulars.domain.pricing.coupon_rules import coupon_rules_data, coupon_rules_from
from regulars.domain.pricing.stored import (
    OfferHead,
    check_for_coupon,
    offer_data,
    offer_from,
)
from regulars.storage.engine import Write
from regulars.storage.shops import NAMES, raise_revision
from regulars.storage.tables import members, offers, stores

WORDING_VERSION = "opening"


def open_chain(tx: Write, chain: Chain, *, first: date, last: date) -> None:
    """Write everything that is there before the first guest comes. Units: business days."""
    _add_stores(tx, chain)
    _add_people(tx, chain)
    add_menu(tx.add, MenuIds(chain))
    add_packaging(tx.add, MenuIds(chain))
    _add_terms(tx, chain)
    _add_promotions(tx, chain, first=first, last=last)
    tx.add(offers.coupon_type, [_coupon_type(chain, one) for one in vouchers(MenuIds(chain))])
    tx.add(members.wording, _wordings(first))
    for name in NAMES:
        raise_revision(tx, name)


def day_start(day: date) -> Instant:
    """When a business day of the demonstration begins."""
    return start_of(BusinessDay(day), zone=ZONE, cut_off_minutes=CUT_OFF_MINUTES)


def end_of(size: Size) -> Instant:
    """When the demonstration's last guest has gone."""
    return size.now or day_start(size.until)


def coupon_type_id(chain: Chain, code: str) -> UUID:
    """A coupon type."""
    return chain.seed.id(f"coupon-type:{code}", at=chain.opened_at)


def _add_stores(tx: Write, chain: Chain) -> None:
    tx.add(
        stores.organisation,
        [
            {
                "id": chain.organisation_id,
                "name_zh": BRAND.zh,
                "name_en": BRAND.en,
                "currency": "CNY",
                "country": "CN",
                "created_at": chain.opened_at,
            }
        ],
    )
    tx.add(
        stores.region,
        [
            {"id": chain.region_id(code), "name_zh": name.zh, "name_en": name.en}
            for code, name in REGIONS.items()
        ],
    )
    tx.add(
        stores.store,
        [
            {
                "id": chain.store_id(one.code),
                "region_id": chain.region_id(one.region),
                "code": one.code,
                "name_zh": one.name.zh,
                "name_en": one.name.en,
                "zone": ZONE,
                "cut_off_minutes": CUT_OFF_MINUTES,
                "kind": one.kind.value,
                "state": "open",
            }
            for one in PLACES
        ],
    )
    tx.add(
        stores.terminal,
        [
            {
                "id": chain.terminal_id(one.code, letter),
                "store_id": chain.store_id(one.code),
                "letter": letter,
                "name": f"{letter} 号收银台",
                "state": "active",
            }
            for one in PLACES
            for letter in one.tills
        ],
    )


def _add_people(tx: Write, chain: Chain) -> None:
    tx.add(
        stores.staff,
        [
            {
                "id": chain.staff_id(one.login),
                "login": one.login,
                "name": one.name,
                "language": "zh-CN",
                "state": "active",
                "revision": 1,
            }
            for one in PEOPLE
        ],
    )
    tx.add(
        stores.staff_role,
        [
            {
                "staff_id": chain.staff_id(one.login),
                "role": one.role.value,
                "level": one.level.value,
                "place_id": chain.place_id(one),
            }
            for one in PEOPLE
        ],
    )


def place_of(chain: Chain, level: Level, code: str) -> UUID | None:
    """The id of a level's place; the whole organisation has none."""
    match level:
        case Level.ORGANISATION:
            return None
        case Level.REGION:
            return chain.region_id(code)
        case Level.STORE:
            return chain.store_id(code)


def _add_terms(tx: Write, chain: Chain) -> None:
    owner = f"staff:{chain.staff_id('owner')}"
    promises = (*PROMISES, packaging_promise(MenuIds(chain)))
    tx.add(
        stores.setting,
        [
            {
                "id": chain.seed.id(f"setting:{number}", at=chain.opened_at),
                "field": one.field,
                "level": one.level.value,
                "place_id": place_of(chain, one.level, one.place),
                "value": checked(one.field, one.value),
                "effective_at": chain.opened_at,
                "version": number,
                "locked": one.locked,
                "low": one.low,
                "high": one.high,
                "recorded_at": chain.opened_at,
                "recorded_by": owner,
            }
            for number, one in enumerate(promises, start=1)
        ],
    )


def _add_promotions(tx: Write, chain: Chain, *, first: date, last: date) -> None:
    marketer = chain.marketer().name
    rows: list[Row] = []
    for one in promotions(MenuIds(chain)):
        definition = _checked(chain, one)
        rows += [
            {
                "id": chain.seed.id(f"offer:{one.code}:{from_on}", at=chain.opened_at),
                "version": 1,
                "name_zh": one.name.zh,
                "name_en": one.name.en,
                "level": one.level.value,
                "place_id": place_of(chain, one.level, one.place),
                "definition": definition,
                "effective_at": day_start(from_on),
                "ends_at": day_start(until_on) if until_on else None,
                "state": "active",
                "recorded_at": chain.opened_at,
                "recorded_by": marketer,
            }
            for from_on, until_on in one.stretches(first, last)
        ]
    tx.add(offers.offer, rows)


def _checked(chain: Chain, one: Promotion) -> dict[str, object]:
    head = OfferHead(chain.seed.id(f"offer:{one.code}", at=chain.opened_at), 1, one.name)
    return offer_data(offer_from(head, one.definition))


def _coupon_type(chain: Chain, one: Voucher) -> Row:
    type_id = coupon_type_id(chain, one.code)
    offer = offer_from(OfferHead(type_id, 1, one.name), one.definition)
    check_for_coupon(offer)
    return {
        "id": type_id,
        "code": one.code,
        "name_zh": one.name.zh,
        "name_en": one.name.en,
        "definition": offer_data(offer),
        "valid_days": one.valid_days,
        "issue_max": one.issue_max,
        "issued": 0,
        "state": "active",
        "rules": one.rules and coupon_rules_data(coupon_rules_from(one.rules)),
    }


def _wordings(first: date) -> list[Row]:
    # The shop asked in the shipped words from its first day on.
    asked = [replace(one, version=WORDING_VERSION, since=first) for one in SHIPPED]
    return [
        {
            "version": one.version,
            "purpose": one.purpose.value,
            "text_zh": one.text_zh,
            "text_en": one.text_en,
            "since": one.since,
        }
        for one in asked
    ]
