"""Journeys in a test: drawn, agreed to by a second person, and led on by the test's clock.

walk = Walk(post)
journey = walk.live("back", walk.drawing({"a": walk.message("end"), "end": {"kind": "exit"}}))
walk.on()
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import bindparam, select

from regulars.domain.kernel.label import Label
from regulars.domain.stores.actor import SYSTEM, Actor, ActorKind
from regulars.jobs.job import Workshop
from regulars.jobs.journeys import advance, come, follow
from regulars.jobs.segments import step as judge_segments
from regulars.storage import journey_runs
from regulars.storage.columns import Id
from regulars.storage.engine import Statement
from regulars.storage.journey_runs import LogRow, RunRow
from regulars.storage.messages import MessageRow
from regulars.storage.tables.journeys import effect, journey_run
from regulars.storage.tables.messaging import message
from regulars.use_cases.journey_entries import EnterByHand
from regulars.use_cases.journeys import ApproveJourney, PublishJourney, SaveJourney
from regulars.use_cases.segments import SaveSegment
from tests.messaging import PostUnderTest
from tests.shops import ShopUnderTest, named

AUTHOR = replace(SYSTEM, kind=ActorKind.STAFF, id=named("staff:author"))
SECOND = replace(SYSTEM, kind=ActorKind.STAFF, id=named("staff:second"))
EXIT: Mapping[str, object] = {"kind": "exit"}
BY_HAND: Sequence[Mapping[str, object]] = ({"kind": "manual"},)
STEPS_MAX = 400
_RUNS = Statement(select(journey_run).order_by(journey_run.c.entered_at, journey_run.c.id), RunRow)
_EFFECTS: Statement[str] = Statement(select(effect.c.key).order_by(effect.c.key))
_MESSAGE_OF: Statement[UUID] = Statement(
    select(message.c.id).where(message.c.member_id == bindparam("who", type_=Id()))
)
_MESSAGES: Statement[str] = Statement(select(message.c.effect_key).order_by(message.c.effect_key))


@dataclass
class Walk:
    """A shop with its journeys."""

    post: PostUnderTest

    @property
    def shop(self) -> ShopUnderTest:
        """The shop itself."""
        return self.post.shop

    def message(self, following: str, **more: object) -> dict[str, object]:
        """A step that writes by the test's template."""
        return {
            "kind": "act",
            "do": "message",
            "template": "back",
            "channels": ["sms"],
            "valid_minutes": 2_880,
            "next": following,
            **more,
        }

    def gift(self, following: str, **more: object) -> dict[str, object]:
        """A step that gives 100 points."""
        given = {"gift": {"points": 100}, "cost_minor": 100}
        return {"kind": "act", "do": "gift", **given, "next": following, **more}

    def wait(self, minutes: int, following: str) -> dict[str, object]:
        """A step that waits so long."""
        return {"kind": "wait", "until": "after", "minutes": minutes, "next": following}

    def drawing(
        self,
        nodes: Mapping[str, object],
        triggers: Sequence[Mapping[str, object]] = BY_HAND,
        **more: object,
    ) -> dict[str, object]:
        """A journey that begins at its first step."""
        start = next(iter(nodes))
        return {"start": start, "nodes": dict(nodes), "triggers": list(triggers), **more}

    def save(self, name: str, drawing: Mapping[str, object], seen: int = 0) -> UUID:
        """Save a drawing."""
        journey_id = named(f"journey:{name}")
        command = SaveJourney(
            id=journey_id, seen=seen, name=Label("老友归来", "Come back"), definition=dict(drawing)
        )
        self.shop.run(command, actor=AUTHOR)
        return journey_id

    def publish(
        self, journey_id: UUID, seen: int, mapping: Mapping[str, object] | None = None
    ) -> dict[str, object]:
        """Publish what is drawn."""
        command = PublishJourney(id=journey_id, seen=seen, mapping=dict(mapping or {}))
        return self.shop.run(command, actor=AUTHOR)

    def approve(self, journey_id: UUID, version: int, actor: Actor = SECOND) -> dict[str, object]:
        """Agree to a version."""
        return self.shop.run(ApproveJourney(id=journey_id, version=version), actor=actor)

    def live(self, name: str, drawing: Mapping[str, object]) -> UUID:
        """A journey that lets members in."""
        journey_id = self.save(name, drawing)
        self.publish(journey_id, 1)
        self.approve(journey_id, 1)
        self.on()
        return journey_id

    def segment(self, name: str, condition: Mapping[str, object]) -> UUID:
        """A segment that serves, filled."""
        segment_id = named(f"segment:{name}")
        command = SaveSegment(
            id=segment_id, seen=0, name=Label(name, name), condition=dict(condition)
        )
        self.shop.run(command)
        self.judge()
        return segment_id

    def judge(self) -> None:
        """Let the segments take up what happened."""
        self._out(judge_segments)

    def enter(self, journey_id: UUID, *members: UUID) -> int:
        """Put members in by hand."""
        answer = self.shop.run(EnterByHand(journey_id=journey_id, member_ids=members))
        return int(str(answer["entered"]))

    def on(self) -> None:
        """Let journeys do all that is due at this moment."""
        for step in (follow, come, advance):
            self._out(step)

    def come(self) -> None:
        """Let in whom the calendar lets in, and go no further."""
        self._out(come)

    def later(self, **duration: float) -> None:
        """Let the clock run, then go on."""
        self.shop.pass_time(**duration)
        self.judge()
        self.on()

    def _out(self, step: Callable[[Workshop], bool]) -> None:
        workshop = self.workshop()
        for _ in range(STEPS_MAX):
            if not step(workshop):
                return
        raise AssertionError("the job never ends")

    def workshop(self) -> Workshop:
        """What the jobs work with."""
        return self.post.workshop()

    def runs(self) -> list[RunRow]:
        """Every run."""
        with self.shop.database.read() as read:
            return read.all(_RUNS)

    def at(self) -> list[tuple[str, str, str]]:
        """Where every run stands: its step, state and why."""
        return [(row.node, row.state, row.why) for row in self.runs()]

    def log(self, run: RunRow) -> list[LogRow]:
        """The steps that a run took."""
        with self.shop.database.read() as read:
            return read.all(journey_runs.LOG, run_id=run.id)

    def effects(self) -> list[str]:
        """The keys of all that was done."""
        with self.shop.database.read() as read:
            return read.all(_EFFECTS)

    def sent(self) -> int:
        """How many messages a provider got."""
        return sum(len(one.got) for one in self.post.providers)

    def message_of(self, member_id: UUID) -> MessageRow:
        """The only message for a member."""
        with self.shop.database.read() as read:
            found = read.one(_MESSAGE_OF, who=member_id)
        assert found is not None
        return self.post.row(found)

    def messages(self) -> list[str]:
        """The keys of all messages."""
        with self.shop.database.read() as read:
            return read.all(_MESSAGES)
