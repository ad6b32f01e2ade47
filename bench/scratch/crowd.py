"""Members by the thousand or million, each with value enough for a long day of sales.

Each holds two tiers' discounts in turn, one principal and one bonus lot of the same top-up, three
lots of points and a coupon that stays in her wallet; the coupons that sales use come in batches.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from bench.scratch.bulk import Bulk, Row
from bench.scratch.shop import COUPON_TYPE, KEPT_COUPON_TYPE, STORE, TIERS
from regulars.domain.kernel.period import Instant

CHUNK = 5_000
PRINCIPAL_MINOR, BONUS_MINOR, POINTS, POINTS_LOTS = 5_000_000, 500_000, 300, 3
# They joined in the ninety days before.
JOINED_MILLISECONDS = 89 * 24 * 60 * 60 * 1_000
_DAY_MICROSECONDS = 24 * 60 * 60 * 1_000_000
_MIX = 0x9E37_79B9_7F4A_7C15


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """So many members who joined in the ninety days before `at`."""

    members: int
    at: Instant
    at_milliseconds: int = field(init=False)

    def __post_init__(self) -> None:
        # Asked for a dozen times for each of a million.
        object.__setattr__(self, "at_milliseconds", int(self.at.timestamp() * 1_000))

    def member(self, number: int) -> UUID:
        """The id of one member."""
        return self._id("member", number, number / self.members)

    def buyer(self, place: int) -> int:
        """Who makes the n-th sale: each comes again only after all others came."""
        return place % self.members

    def tier(self, number: int) -> str:
        """The code of her tier."""
        return TIERS[number % len(TIERS)][0]

    def coupon(self, number: int) -> UUID:
        """The id of the n-th coupon that a sale will use."""
        return self._id("coupon", number, 1.0)

    def fill(self, bulk: Bulk) -> None:
        """Write all of them."""
        first = bulk.number("SELECT max(id) FROM account") + 1
        house = {
            kind: bulk.number(f"SELECT id FROM account WHERE kind = '{kind}'")
            for kind in ("outside.external", "bonus.issued", "points.issued", "growth.issued")
        }
        for start in range(0, self.members, CHUNK):
            numbers = range(start, min(start + CHUNK, self.members))
            self._put(bulk, numbers, first, house)
        bulk.run(f"UPDATE coupon_type SET issued = {self.members} WHERE code = 'KEPT'")

    def issue(self, bulk: Bulk, numbers: Sequence[int], *, first: int) -> list[UUID]:
        """One more coupon for each of these members, numbered from `first`."""
        coupons = [self.coupon(first + place) for place in range(len(numbers))]
        rows = [
            self._coupon(coupon, COUPON_TYPE, number)
            for coupon, number in zip(coupons, numbers, strict=True)
        ]
        bulk.put("coupon", COUPON, rows)
        bulk.run(f"UPDATE coupon_type SET issued = issued + {len(rows)} WHERE code = 'TEN'")
        return coupons

    def _put(self, bulk: Bulk, numbers: range, first: int, house: dict[str, int]) -> None:
        self._people(bulk, numbers)
        bulk.put("tier_period", PERIOD, [self._period(n) for n in numbers])
        bulk.put("account", ACCOUNT, [row for n in numbers for row in self._accounts(n, first)])
        bulk.put("entry", ENTRY, [self._entry(n) for n in numbers])
        bulk.put(
            "posting", POSTING, [row for n in numbers for row in self._postings(n, first, house)]
        )
        bulk.put("lot", LOT, [row for n in numbers for row in self._lots(n, first)])
        kept = [
            self._coupon(self._id("kept", n, n / self.members), KEPT_COUPON_TYPE, n)
            for n in numbers
        ]
        bulk.put("coupon", COUPON, kept)

    def _people(self, bulk: Bulk, numbers: range) -> None:
        bulk.put("member", MEMBER, [self._member(n) for n in numbers])
        bulk.put("member_stats", STATS, [self._stats(n) for n in numbers])

    def _id(self, kind: str, number: int, share: float) -> UUID:
        # As UUIDv7 made on the way: those that were made later sort later.
        milliseconds = self.milliseconds(share)
        mixed = (number * _MIX + _KINDS[kind] * 0x5851_F42D_4C95_7F2D) % (1 << 62)
        high = (milliseconds << 16) | 0x7000 | _KINDS[kind]
        return UUID(int=(high << 64) | (0b10 << 62) | mixed)

    def _joined(self, number: int) -> int:
        return self.milliseconds(number / self.members) * 1_000

    def milliseconds(self, share: float) -> int:
        """When so large a share of them had joined. Units: milliseconds since 1970."""
        return self.at_milliseconds - int((1 - share) * JOINED_MILLISECONDS) - 1

    def _member(self, number: int) -> Row:
        joined = self._joined(number)
        return (self.member(number), joined, STORE, "till", "active", "zh-CN", 1)

    def _stats(self, number: int) -> Row:
        return (self.member(number), self.tier(number), self._joined(number), 0, 0)

    def _period(self, number: int) -> Row:
        growth = TIERS[number % len(TIERS)][1]
        since = self._joined(number)
        name = self._id("period", number, number / self.members)
        return (name, self.member(number), self.tier(number), since, "up", growth, 1)

    def _accounts(self, number: int, first: int) -> Iterator[Row]:
        balances = (PRINCIPAL_MINOR, BONUS_MINOR, POINTS, TIERS[number % len(TIERS)][1])
        member = self.member(number)
        for place, (kind, unit) in enumerate(ACCOUNTS):
            name = first + number * len(ACCOUNTS) + place
            yield (name, member, kind, unit, True, 0, balances[place], 1)

    def _entry(self, number: int) -> Row:
        name, joined = self._id("entry", number, number / self.members), self._joined(number)
        day = datetime.fromtimestamp(joined / 1_000_000, UTC).date().isoformat()
        about = (f"import:{name}", "import", joined, joined, day, STORE, "bench")
        return (name, *about, self._id("command", number, 0), self.member(number), len(ACCOUNTS))

    def _postings(self, number: int, first: int, house: dict[str, int]) -> Iterator[Row]:
        name = self._id("entry", number, number / self.members)
        balances = (PRINCIPAL_MINOR, BONUS_MINOR, POINTS, TIERS[number % len(TIERS)][1])
        for place, source in enumerate(house.values()):
            account = first + number * len(ACCOUNTS) + place
            amount, unit = balances[place], ACCOUNTS[place][1]
            yield (name, place + 1, unit, source, account, amount, None, None, 1, amount)

    def _lots(self, number: int, first: int) -> Iterator[Row]:
        share = number / self.members
        entry, joined = self._id("entry", number, share), self._joined(number)
        account = first + number * len(ACCOUNTS)
        pair = self._id("pair", number, share)
        for kind, amount in (("principal", PRINCIPAL_MINOR), ("bonus", BONUS_MINOR)):
            name = self._id(kind, number, share)
            yield (name, account, amount, amount, joined, None, entry, "import", pair, STORE)
            account += 1
        expires = (self.at.date() + timedelta(days=200)).isoformat()
        for place in range(POINTS_LOTS):
            name = self._id("points", number * POINTS_LOTS + place, share)
            amount = POINTS // POINTS_LOTS
            yield (name, account, amount, amount, joined, expires, entry, "import", None, STORE)

    def _coupon(self, coupon: UUID, type_id: UUID, number: int) -> Row:
        since = self.at_milliseconds * 1_000 - _DAY_MICROSECONDS
        until = since + 31 * _DAY_MICROSECONDS
        return (coupon, type_id, self.member(number), "issued", since, until, since, f"{coupon}")


_KINDS = {
    "member": 0,
    "coupon": 1,
    "kept": 2,
    "period": 3,
    "entry": 4,
    "command": 5,
    "pair": 6,
    "principal": 7,
    "bonus": 8,
    "points": 9,
}
ACCOUNTS = (("principal", "CNY"), ("bonus", "CNY.bonus"), ("points", "PT"), ("growth", "GV"))
MEMBER = ("id", "joined_at", "joined_store_id", "joined_via", "state", "language", "revision")
STATS = ("member_id", "tier", "tier_since", "visits", "spent_minor")
PERIOD = ("id", "member_id", "tier", "since", "cause", "growth_value", "terms_version")
ACCOUNT = ("id", "owner_id", "kind", "unit", "cached", "floor", "balance", "version")
ENTRY = (
    *("id", "business_id", "kind", "occurred_at", "recorded_at", "business_day", "store_id"),
    *("actor", "command_id", "subject_id", "postings"),
)
POSTING = (
    *("entry_id", "number", "unit", "from_account", "to_account", "amount"),
    *("from_version", "from_after", "to_version", "to_after"),
)
LOT = (
    *("id", "account_id", "amount", "remaining", "acquired_at", "expires_on", "entry_id"),
    *("origin", "pair_id", "store_id"),
)
COUPON = (
    *("id", "type_id", "member_id", "state", "valid_from", "valid_until", "issued_at"),
    "issue_key",
)
