"""What only some offers ask of a member: her tags, her birthday, what she bought before.

A shop without a birthday offer never opens a birthday. One that gives a free topping from three days
before to three days after it opens the key of the member at the till, and keeps nothing.
"""

from collections.abc import Sequence
from dataclasses import replace

from regulars.domain.catalog.lines import ChosenLine, LineKind
from regulars.domain.kernel.period import BusinessDay
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.members.profile import Birthday, ProfileField
from regulars.domain.orders.shop import Shop
from regulars.storage import member_tags, members
from regulars.storage.engine import Read
from regulars.storage.members import SealedProfile
from regulars.storage.vault import Vault
from regulars.use_cases.birthdays import birthday_offset
from regulars.use_cases.guest import Guest

TAGS = "member_tags"
BIRTHDAY = "birthday_offset"
FIRST_PURCHASE = "first_purchase"


def with_facts(
    read: Read, guest: Guest | None, lines: Sequence[ChosenLine], shop: Shop, *, vault: Vault
) -> Guest | None:
    """The guest with what the shop's offers ask of her beyond tier, visits and points."""
    if guest is None:
        return None
    asked, view = shop.asked_fields, guest.view
    if TAGS in asked:
        view = replace(view, tags=frozenset(read.all(member_tags.TAGS, member_id=guest.id)))
    if FIRST_PURCHASE in asked:
        goods = sorted({line.product_id for line in lines if line.kind is LineKind.GOODS})
        bought = read.all(member_tags.BOUGHT, member_id=guest.id, product_ids=goods)
        view = replace(view, bought=frozenset(bought))
    if BIRTHDAY in asked:
        profile = read.one(members.PROFILE, member_id=guest.id)
        offset = None if profile is None else _offset(profile, guest.day, vault)
        view = replace(view, birthday_offset=offset)
    return guest if view is guest.view else replace(guest, view=view)


def _offset(profile: SealedProfile, day: BusinessDay, vault: Vault) -> int | None:
    if profile.wrapped_key is None or profile.birthday is None:
        return None
    key = vault.unlock(profile.wrapped_key, profile.id)
    told = members.opened(key, ProfileField.BIRTHDAY, profile.birthday)
    try:
        return None if told is None else birthday_offset(Birthday.read(told, today=day), day)
    except Refusal:
        # What was kept once may fail a later check of new birthdays: no sale waits for that.
        return None
