"""A shop whose campaign was agreed to an hour ago, and began half an hour ago while nobody served.

stage = opened_with_a_campaign(place, members=300)
stage.never_asked       # those who were never asked whether they want offers
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from bench.scratch.servers import Place
from bench.scratch.shop import STORE, named, open_shop
from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, local
from regulars.domain.members.consent import Channel as Way
from regulars.domain.members.consent import Choice
from regulars.domain.members.consent import Purpose as Wish
from regulars.domain.members.identity import IdentityKind
from regulars.domain.messaging.channels import Channel
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Role
from regulars.jobs.job import Workshop
from regulars.jobs.messages import moment_of
from regulars.jobs.segments import step as judge_segments
from regulars.main import Regulars, build, clock
from regulars.storage.engine import Write
from regulars.storage.shops import raise_revision
from regulars.storage.tables import stores
from regulars.use_cases.campaigns import (
    ApproveCampaign,
    SaveCampaign,
    SubmitCampaign,
    journey_id_of,
)
from regulars.use_cases.contact_points import AddContactPoint, add_contact_point
from regulars.use_cases.joining import IdentityText, JoinMember, join_member
from regulars.use_cases.message_templates import SaveTemplate
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import Runner
from regulars.use_cases.segments import SaveSegment
from tests.journeys import AUTHOR, SECOND
from tests.messaging import variant
from tests.workshops import Quiet

CAMPAIGN = named("campaign:anniversary")
JOURNEY = journey_id_of(CAMPAIGN)
SEGMENT, TEMPLATE = named("segment:everybody"), named("template:anniversary")
COUPON, POINTS, COST_MINOR = "TEN", 100, 1_000
EVERYBODY = {"kind": "compare", "field": "everyone", "is": "equal", "value": True}
ZH = '{{name|fallback:"朋友"}}，周年庆的券和{{points}}积分到账了，随时可退订。'
EN = 'Hello {{name|fallback:"friend"}}, a coupon and {{points}} points are yours. Opt out anytime.'
TERMS: dict[str, object] = {"messages.rivals_wait_minutes": 0}
JOINED_AT_ONCE = 200
# Of ten members one was never asked, and one said no after she had said yes.
NEVER_ASKED, SAID_NO = 3, 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What whoever watches the campaign must know."""

    cookie: str
    members: tuple[UUID, ...]

    @property
    def unwilling(self) -> frozenset[UUID]:
        """Those who may not be written to from the beginning."""
        return frozenset(
            one for number, one in enumerate(self.members) if number % 10 in (NEVER_ASKED, SAID_NO)
        )

    @property
    def willing(self) -> list[UUID]:
        """Those who want offers at first."""
        return [one for one in self.members if one not in self.unwilling]


def opened_with_a_campaign(place: Place, *, members: int) -> Stage:
    """Open the shop on an empty, migrated database; no server runs yet."""
    now = clock()
    zone = zone_of_noon(now)
    regulars = build(place.settings)
    opened = open_shop(regulars.database, now=now)
    regulars.database.write(lambda tx: _terms(tx, now)).result()
    regulars.close()
    with place.adding() as bulk:
        # Marketing leaves by day only, and a test may run at night.
        bulk.run(f"UPDATE store SET zone = '{zone}'")
        bulk.run(
            f"UPDATE staff_role SET role = '{Role.OWNER.value}', level = 'organisation',"
            " place_id = (SELECT id FROM organisation)"
        )
    regulars = build(place.settings)
    try:
        office = _Office(regulars, Instant(now - timedelta(hours=1)), zone)
        joined = office.join(members)
        office.agree(starts=Instant(now - timedelta(minutes=30)), members=members)
    finally:
        regulars.close()
    return Stage(cookie=opened.cookie, members=tuple(joined))


def zone_of_noon(now: Instant) -> str:
    """A zone whose clocks show noon at this hour; such names count the hours to the west."""
    return f"Etc/GMT{now.hour - 12:+d}"


def _terms(tx: Write, now: Instant) -> None:
    common = {"level": "organisation", "version": 1, "locked": False, "recorded_by": "test"}
    since = Instant(now - timedelta(days=1))
    for field, value in TERMS.items():
        row = {"id": named(f"faults:{field}"), "field": field, "value": value, **common}
        tx.add(stores.setting, [{**row, "effective_at": since, "recorded_at": since}])
    raise_revision(tx, "terms")


class _Office:
    """Head office, an hour ago."""

    def __init__(self, regulars: Regulars, then: Instant, zone: str) -> None:
        self._zone = zone
        self._regulars = regulars
        self._then = then
        self._runner = Runner(
            regulars.database,
            clock=lambda: then,
            entropy=secrets.token_bytes,
            vault=regulars.vault,
            shops=regulars.shops,
        )
        self._workshop = Workshop(
            database=regulars.database,
            shops=regulars.shops,
            runner=self._runner,
            clock=lambda: then,
            entropy=secrets.token_bytes,
            log=Quiet(),
        )

    def join(self, members: int) -> list[UUID]:
        """So many new members, some hundred in one commit."""
        joined = [self._new_id() for _ in range(members)]
        for start in range(0, members, JOINED_AT_ONCE):
            some = list(enumerate(joined))[start : start + JOINED_AT_ONCE]
            self._regulars.database.write(self._joining(some)).result()
        return joined

    def _joining(self, some: Sequence[tuple[int, UUID]]) -> Callable[[Write], None]:
        moment = moment_of(self._workshop)

        def work(tx: Write) -> None:
            for number, member_id in some:
                for join in _joins(number, member_id):
                    join(tx, moment)

        return work

    def agree(self, *, starts: Instant, members: int) -> None:
        """A campaign for everybody, saved by one person and agreed to by another."""
        everybody = SaveSegment(
            id=SEGMENT, seen=0, name=Label("全部会员", "Everybody"), condition=EVERYBODY
        )
        self._run(everybody, AUTHOR)
        while judge_segments(self._workshop):
            pass
        texts = [variant("webhook", "zh-CN", ZH), variant("webhook", "en", EN)]
        names = {"name_zh": "周年庆", "name_en": "Anniversary"}
        body = {**names, "purpose": "marketing", "category": "anniversary", "variants": texts}
        self._run(SaveTemplate(id=TEMPLATE, code="anniversary", seen=0, body=body), AUTHOR)
        name = Label("周年庆", "Anniversary")
        definition = self._definition(starts, members)
        self._run(SaveCampaign(id=CAMPAIGN, seen=0, name=name, definition=definition), AUTHOR)
        self._run(SubmitCampaign(id=CAMPAIGN, seen=1), AUTHOR)
        self._run(ApproveCampaign(id=CAMPAIGN), SECOND)

    def _definition(self, starts: Instant, members: int) -> dict[str, object]:
        wall = local(starts, self._zone)
        return {
            "aim": "thank",
            "segment_id": str(SEGMENT),
            "starts_on": wall.date().isoformat(),
            "ends_on": (wall.date() + timedelta(days=6)).isoformat(),
            "minute": wall.hour * 60 + wall.minute,
            "budget_minor": COST_MINOR * members,
            "control": 1_000,
            "gift": {
                "gift": {"points": POINTS, "coupon_types": [COUPON]},
                "cost_minor": COST_MINOR,
            },
            "message": {"template": "anniversary", "channels": ["webhook"], "valid_minutes": 2_880},
        }

    def _run(self, command: object, actor: Actor) -> None:
        self._runner.run_now(command, actor=actor, command_id=self._new_id())

    def _new_id(self) -> UUID:
        return uuid7(self._then, secrets.token_bytes(10))


def _joins(number: int, member_id: UUID) -> Iterator[Callable[[Write, Moment], object]]:
    """What makes a guest a member who can be reached, and perhaps may be."""
    asked = number % 10 != NEVER_ASKED
    join = JoinMember(
        member_id=member_id,
        store_id=STORE,
        identities=(IdentityText(kind=IdentityKind.PHONE, text=str(13_000_000_000 + number)),),
        language="en" if number % 4 == 1 else "zh-CN",
        consents=(choice(granted=number % 10 != SAID_NO),) if asked else (),
    )
    point = AddContactPoint(
        member_id=member_id, channel=Channel.WEBHOOK, address=address_of(member_id)
    )
    yield lambda tx, moment: join_member(tx, join, moment)
    yield lambda tx, moment: add_contact_point(tx, point, moment)


def address_of(member_id: UUID) -> str:
    """Where a member is reached."""
    return f"guest-{member_id}"


def choice(*, granted: bool) -> Choice:
    """A yes or no to offers by the merchant's own system, under the shipped words."""
    return Choice(
        channel=Way.WEBHOOK,
        purpose=Wish.MARKETING,
        granted=granted,
        wording_version="2026-01",
    )
