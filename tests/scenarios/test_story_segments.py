"""人群 (C1): a regular goes quiet, sleeps, comes back; each crossing is on the day it should be."""

from pathlib import Path
from uuid import UUID

from regulars.domain.kernel.condition import as_data
from regulars.domain.kernel.label import Label
from regulars.domain.segments.templates import TEMPLATES
from regulars.jobs import segments as job
from regulars.jobs.loop import Loop
from regulars.storage import segment_ground, segment_stays, segments
from regulars.storage.engine import Database
from regulars.storage.verify import verify
from regulars.use_cases.segment_states import Look
from regulars.use_cases.segment_views import why_of
from regulars.use_cases.segments import SaveSegment
from tests.shops import ShopUnderTest, named, open_shop
from tests.workshops import workshop_of

CODES = ("new_no_second_visit", "regulars", "sleeping", "won_back", "joined_never_bought")
TURNS = 60


class Months:
    """王芳's months with the shop, the jobs' own loop beside her."""

    def __init__(self, shop: ShopUnderTest) -> None:
        self.shop = shop
        self.loop = Loop(workshop_of(shop), (job.SEGMENTS,), holder="test")
        self.called: dict[UUID, str] = {}
        for template in TEMPLATES:
            if template.code in CODES:
                self._save(template.code, as_data(template.condition), template.name)
        self.turn()

    def _save(self, code: str, condition: object, name: Label) -> None:
        segment_id = named(f"segment:{code}")
        self.called[segment_id] = code
        command = SaveSegment(id=segment_id, seen=0, name=name, condition=condition)
        self.shop.run(command)

    def turn(self) -> None:
        """The loop takes its turns; the shop's clock runs a second with each."""
        for _ in range(TURNS):
            self.loop.round()
            self.shop.pass_time(seconds=1)

    def days(self, number: int) -> None:
        """Nothing happens for some days; the loop works at the end of them."""
        self.shop.pass_time(days=number)
        self.turn()

    def drink(self, member: UUID) -> None:
        """A cup of tea."""
        self.shop.run(self.shop.sale([self.shop.line("milk_tea")], member=member, cash=1_800))
        self.turn()

    def inside(self, member: UUID) -> set[str]:
        """Which of the segments she is in."""
        with self.shop.database.read() as read:
            rows = segment_stays.open_of(read, [member], sorted(self.called))
        return {self.called[segment_id] for segment_id, _ in rows}


def test_a_regular_goes_quiet_sleeps_and_comes_back(database: Database, tmp_path: Path) -> None:
    shop = open_shop(database, tmp_path)
    months = Months(shop)
    wang = shop.join("13800138000")
    months.turn()
    assert months.inside(wang) == set()
    months.days(3)
    assert months.inside(wang) == {"joined_never_bought"}

    months.drink(wang)
    assert months.inside(wang) == set()
    months.days(7)
    assert months.inside(wang) == {"new_no_second_visit"}
    for _ in range(3):
        months.drink(wang)
        months.days(7)
    assert months.inside(wang) == {"regulars"}

    months.days(60)
    assert months.inside(wang) == {"sleeping"}
    with database.read() as read:
        ground = segment_ground.ground_of(read)
        look = Look(now=shop.now, ground=ground, vault=shop.vault)
        whys = {months.called[one.segment_id]: one for one in why_of(read, wang, look)}
    told = whys["sleeping"]
    assert told.inside
    assert [leaf.sentence_zh for leaf in told.leaves] == [
        "累计消费至少3次的会员",
        "60至179天前来过的会员",
    ]
    assert told.flips_at is not None

    months.days(70)
    months.drink(wang)
    assert months.inside(wang) == {"won_back"}
    months.days(15)
    assert months.inside(wang) == set()
    with database.read() as read:
        stays = read.all(segment_stays.STAYS, member_id=wang, rows=99)
        sizes = {row.segment_id: row.size for row in read.all(segments.HEALTH)}
        report = verify(read, lambda *_: None)
    assert [months.called[one.segment_id] for one in reversed(stays)] == [
        "joined_never_bought",
        "new_no_second_visit",
        "regulars",
        "sleeping",
        "won_back",
    ]
    assert all(one.left_at is not None for one in stays)
    assert set(sizes.values()) == {0}
    assert report.differences == 0
