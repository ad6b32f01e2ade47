"""Members: they join, bring friends, get coupons and tiers, and are frozen and let go again."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from regulars.domain.members.identity import IdentityKind
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.domain.pricing.basket import Choices
from regulars.domain.stores.permissions import Role
from regulars.storage.engine import Write
from regulars.storage.staff import WHOLE_ORGANISATION
from regulars.storage.tables import stores
from regulars.use_cases.joining import IdentityText, JoinMember
from regulars.use_cases.members import FreezeMember, UnfreezeMember
from regulars.use_cases.referrals import AttachReferral, code_of
from regulars.use_cases.tier_by_hand import GiveTier
from tests.inviting import FRIENDS
from tests.shops import named
from tests.simulation.operation import Operation
from tests.simulation.operations.rewards import programme
from tests.simulation.operations.trade import cash_of
from tests.simulation.world import Bill, Guest, World

GUESTS_MAX = 12
GIFT_BOX_MINOR = 6_000
QUICK_FRIENDS = {**FRIENDS, "window_days": 2}
APPROVER = named("approver")


def join(world: World) -> None:
    """One more member; some tell their birthday."""
    if len(world.guests) < GUESTS_MAX:
        joined(world, None)


def bring_friend(world: World) -> None:
    """A member's friend joins by her code, and takes a box of tea home."""
    code = friends_code(world)
    if code is None or len(world.guests) >= GUESTS_MAX:
        return
    guest = joined(world, code)
    line = world.shop.line("gift_box")
    sale = world.shop.sale([line], member=guest.id, cash=GIFT_BOX_MINOR)
    receipt = world.run(replace(sale, choices=Choices(coupons=())))
    world.bills.append(Bill(sale.order_id, guest, {line.id: 1}, cash_of(receipt)))


def joined(world: World, code: str | None) -> Guest:
    """A new member, brought by whose code she told."""
    number, member_id = len(world.guests), world.shop.new_id()
    world.run(
        JoinMember(
            member_id=member_id,
            store_id=world.at_random_store().store_id,
            identities=(IdentityText(kind=IdentityKind.PHONE, text=f"1380013{number:04d}"),),
            profile=birthday(world) if world.chance.random() < 0.6 else (),
            referral_code=code,
        )
    )
    guest = Guest(number, member_id, f"guest {number}")
    world.guests.append(guest)
    return guest


def birthday(world: World) -> tuple[ProfileText, ...]:
    """Any day of the year, mostly one of the days to come."""
    ahead = world.chance.choice([3, 20, 60, world.chance.randint(0, 365)])
    day = (world.shop.now + timedelta(days=ahead)).date()
    return (ProfileText(field=ProfileField.BIRTHDAY, text=f"1992-{day:%m-%d}"),)


def friends_code(world: World) -> str | None:
    """The code by which a member brings friends, if there is a member."""
    friend = world.one_guest()
    if friend is None:
        return None
    programme(world, "referral", QUICK_FRIENDS)
    with world.database.read() as read:
        return code_of(read, world.shop.vault, friend.id)


def refer(world: World) -> None:
    """Somebody tells, days after joining, who brought her."""
    guest, code = world.one_guest(), friends_code(world)
    if guest is not None and code is not None:
        world.run(AttachReferral(member_id=guest.id, store_id=world.shop.store_id, code=code))


def tier_by_hand(world: World) -> None:
    """The manager lifts an old friend, and another one agrees."""
    guest = world.one_guest()
    if guest is None:
        return
    days = world.chance.choice([0, 1, 30, 365, 365 * 3])
    world.run(
        GiveTier(
            member_id=guest.id,
            store_id=world.shop.store_id,
            tier=world.chance.choice(["leaf", "gold", "gold"]),
            until=(world.shop.now + timedelta(days=days)).date(),
            reason="老朋友",
            approved_by=approver(world),
        )
    )


def approver(world: World) -> UUID:
    """Another manager, hired by whoever needs her first."""
    if "approver" not in world.kept:
        person = {"id": APPROVER, "login": "approver", "name": "n", "language": "zh-CN"}
        role = {"staff_id": APPROVER, "role": Role.STORE_MANAGER.value, "level": "organisation"}

        def hire(tx: Write) -> None:
            tx.add(stores.staff, [{**person, "state": "active", "revision": 1}])
            tx.add(stores.staff_role, [{**role, "place_id": WHOLE_ORGANISATION}])

        world.database.write(hire).result()
        world.remember("approver", APPROVER)
    return APPROVER


def coupon(world: World) -> None:
    """A coupon as a kindness."""
    if world.guests:
        guest = world.chance.choice(world.guests)
        guest.coupons.append(world.shop.coupon(guest.id, world.chance.choice(["NEW5", "TEN"])))


def freeze(world: World) -> None:
    """A member's value is stopped, or may move again."""
    if world.guests:
        guest = world.chance.choice(world.guests)
        kind = world.chance.choice([FreezeMember, UnfreezeMember, UnfreezeMember])
        world.tell(f"   {guest.name} {kind.__name__}")
        world.run(kind(member_id=guest.id, reason="卡丢了"))


OPERATIONS = (
    Operation("join", 4, join),
    Operation("bring a friend", 2, bring_friend),
    Operation("refer", 1, refer),
    Operation("tier by hand", 1, tier_by_hand),
    Operation("coupon", 1, coupon),
    Operation("freeze", 1, freeze),
)
