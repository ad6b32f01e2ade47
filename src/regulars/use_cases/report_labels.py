"""What the rows of a report are called: a store, a dish, a person at the till, an hour.

Names are those of today, so that a store that was renamed is one store.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from regulars.domain.insights.affinity import Daypart
from regulars.domain.kernel.label import Label
from regulars.domain.reports.answer import Key, Row
from regulars.domain.reports.question import ONE_DAY, Clock, Place, Question
from regulars.domain.reports.registry import REPORTS, Dimension
from regulars.domain.reports.takings import PAID_BY, PaidBy, Taking
from regulars.storage.engine import Read
from regulars.storage.report_coupons import COUPON_NAMES
from regulars.storage.report_goods import PRODUCT_NAMES
from regulars.storage.report_labels import STAFF_NAMES
from regulars.storage.shops import Shops

DAYPARTS: Mapping[Key, Label] = {
    Daypart.MORNING: Label("早上（11 点前）", "Morning, before 11"),
    Daypart.LUNCH: Label("午市（11–14 点）", "Lunch, 11 to 14"),
    Daypart.AFTERNOON: Label("下午（14–17 点）", "Afternoon, 14 to 17"),
    Daypart.DINNER: Label("晚市（17–21 点）", "Dinner, 17 to 21"),
    Daypart.NIGHT: Label("夜里（21 点后）", "Night, from 21"),
}
SOURCES: Mapping[Key, Label] = {
    "counter": Label("柜台", "Counter"),
    "table": Label("桌台", "Table"),
    "takeaway": Label("外带", "Takeaway"),
    "delivery": Label("外卖", "Delivery"),
    "phone": Label("电话", "Phone"),
}
NOT_JUDGED = Label("还没有评定", "Not judged yet")
NO_PERSON = Label("系统或接口", "The system or a machine")
GONE = Label("已删除", "Removed")
STAFF = "staff:"
HOURS_OF_DAY = 24
OPEN = Label("这天还没过完", "the day is not over yet")
OPEN_WITHIN = Label("含今天，今天还没过完", "Includes today, which is not over yet")


def labelled(read: Read, rows: Iterable[Row], question: Question, shops: Shops) -> list[Row]:
    """The rows with what each is called."""
    found = list(rows)
    names = _names(read, [row.key for row in found], question, shops)
    return [
        replace(
            row,
            label=names.get(row.key) or Label(str(row.key or "")),
            note=row.note or _still_open(row.key, question),
        )
        for row in found
    ]


def _still_open(key: Key, question: Question) -> Label | None:
    """What a row of takings says of its days: which it is, and that one is not over yet."""
    if isinstance(key, Taking):
        day = key.day.isoformat()
        places = [one for one in question.places if one.store_id == key.store_id]
        is_open = any(_is_running(one, key.day, question) for one in places)
        return Label(f"{day} · {OPEN.zh}", f"{day} · {OPEN.en}") if is_open else Label(day, day)
    if REPORTS[question.report].dimension is not Dimension.TENDER:
        return None
    last = question.days.until_on - ONE_DAY
    return OPEN_WITHIN if any(_is_running(one, last, question) for one in question.places) else None


def _is_running(place: Place, day: date, question: Question) -> bool:
    return question.as_of < Clock(place.zone, place.cut_off_minutes).starts(day + ONE_DAY)


def _names(read: Read, keys: list[Key], question: Question, shops: Shops) -> Mapping[Key, Label]:
    match REPORTS[question.report].dimension:
        case Dimension.STORE:
            return {place.store_id: place.name for place in question.places}
        case Dimension.PRODUCT:
            return _products(read, keys)
        case Dimension.TENDER:
            return {one: PAID_BY[one] for one in PaidBy}
        case Dimension.TAKING:
            return _takings(keys, question)
        case Dimension.COUPON_TYPE:
            return {row.id: Label(row.name_zh, row.name_en) for row in read.all(COUPON_NAMES)}
        case Dimension.STAFF:
            return _people(read, keys)
        case Dimension.TIER:
            shop = shops.in_force(read, question.stores[0], at=question.as_of)
            return {tier.code: tier.label for tier in shop.terms.ladder.tiers}
        case Dimension.SOURCE:
            return SOURCES
        case Dimension.DAYPART:
            return DAYPARTS
        case Dimension.HOUR:
            return {key: Label(f"{int(str(key)) % HOURS_OF_DAY:02d}:00") for key in keys}
        case Dimension.CLASS:
            return {key: _marks(key) for key in keys}
        case _:
            return {}


def _takings(keys: list[Key], question: Question) -> dict[Key, Label]:
    stores = {place.store_id: place.name for place in question.places}
    found: dict[Key, Label] = {}
    for key in keys:
        if isinstance(key, Taking):
            store, paid_by = stores[key.store_id], PAID_BY[key.paid_by]
            found[key] = Label(
                f"{store.zh} · {paid_by.zh}", f"{store.in_language('en')} · {paid_by.en}"
            )
    return found


def _products(read: Read, keys: list[Key]) -> dict[Key, Label]:
    wanted = [key for key in keys if isinstance(key, UUID)]
    known = {
        row.id: Label(row.name_zh, row.name_en) for row in read.all(PRODUCT_NAMES, products=wanted)
    }
    return {key: known.get(key, GONE) for key in wanted}


def _people(read: Read, keys: list[Key]) -> dict[Key, Label]:
    names = {str(key): UUID(str(key)[len(STAFF) :]) for key in keys if str(key).startswith(STAFF)}
    known = {row.id: row.name for row in read.all(STAFF_NAMES, people=sorted(names.values()))}
    return {
        key: Label(known.get(names[str(key)], GONE.zh), known.get(names[str(key)], GONE.en))
        if str(key) in names
        else NO_PERSON
        for key in keys
    }


def _marks(key: Key) -> Label:
    if key is None:
        return NOT_JUDGED
    recency, _, frequency = str(key).partition("/")
    return Label(f"近度 {recency} · 频度 {frequency}", f"Recency {recency} · frequency {frequency}")
