"""Messages in a test: templates, members who allow them, and a provider that does as it is told.

post = PostUnderTest(shop, [Provider("alpha")])
post.plan(wang, key="welcome")
post.work()
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.members.consent import Channel as Way
from regulars.domain.members.consent import Choice
from regulars.domain.members.consent import Purpose as Wish
from regulars.domain.members.identity import IdentityKind
from regulars.domain.members.profile import ProfileField, ProfileText
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.message import Planned
from regulars.domain.messaging.port import Accepted, Answer, Outgoing, Senders
from regulars.jobs.job import Workshop
from regulars.jobs.messages import Post, moment_of
from regulars.storage import message_lists, messages
from regulars.storage.engine import Database, Write
from regulars.storage.messages import MessageRow
from regulars.use_cases.consents import RecordConsent
from regulars.use_cases.joining import IdentityText, JoinMember
from regulars.use_cases.message_templates import SaveTemplate
from regulars.use_cases.messages import plan
from tests.shops import ShopUnderTest, named
from tests.workshops import Quiet

SMS_ZH = '【山野茶事】{{name|fallback:"朋友"}}，您有{{points}}积分，拒收请回复R'
SMS_EN = 'Hello {{name|fallback:"friend"}}, you have {{points}} points. Reply STOP to opt out'
ROUNDS_MAX = 1_000


def variant(channel: str, language: str, text: str, **more: object) -> dict[str, object]:
    """One text of a template."""
    return {"channel": channel, "language": language, "text": text, **more}


def body(*variants: Mapping[str, object], purpose: str = "marketing") -> dict[str, object]:
    """A template as its author sends it; without variants an SMS in both languages."""
    texts = variants or (variant("sms", "zh-CN", SMS_ZH), variant("sms", "en", SMS_EN))
    names = {"name_zh": "老友归来", "name_en": "Come back"}
    return {**names, "purpose": purpose, "category": "win_back", "variants": list(texts)}


@dataclass
class Provider:
    """A provider that keeps what it was given, and answers as a test wants it."""

    name: str = "alpha"
    channel: Channel = Channel.SMS
    reply: Callable[[Outgoing], Answer] = field(
        default=lambda outgoing: Accepted(provider_id=f"p-{outgoing.id}")
    )
    lacks: tuple[str, ...] = ()
    got: list[Outgoing] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def missing(self) -> tuple[str, ...]:
        """What the test says it lacks."""
        return self.lacks

    def send(self, outgoing: Outgoing) -> Answer:
        """Keep it, and answer."""
        with self._lock:
            self.got.append(outgoing)
        return self.reply(outgoing)


@dataclass
class PostUnderTest:
    """A shop with its post."""

    shop: ShopUnderTest
    providers: Sequence[Provider]
    public_url: str | None = "https://shop.example"

    def template(self, content: Mapping[str, object] | None = None, *, code: str = "back") -> UUID:
        """Publish a template."""
        template_id = named(f"template:{code}")
        command = SaveTemplate(id=template_id, code=code, seen=0, body=content or body())
        self.shop.run(command)
        return template_id

    def member(
        self, phone: str, *, allows: bool = True, name: str | None = None, language: str = "zh-CN"
    ) -> UUID:
        """A new member who allows offers by SMS, or was never asked."""
        member_id = self.shop.new_id()
        profile = () if name is None else (ProfileText(field=ProfileField.NAME, text=name),)
        command = JoinMember(
            member_id=member_id,
            store_id=self.shop.store_id,
            identities=(IdentityText(kind=IdentityKind.PHONE, text=phone),),
            profile=profile,
            language="en" if language == "en" else "zh-CN",
            consents=(self.choice(granted=True),) if allows else (),
        )
        self.shop.run(command)
        return member_id

    def choice(self, *, granted: bool, way: Way = Way.SMS, wish: Wish = Wish.MARKETING) -> Choice:
        """A yes or no under the shipped words."""
        return Choice(channel=way, purpose=wish, granted=granted, wording_version="2026-01")

    def withdraw(self, member_id: UUID, *, way: Way = Way.SMS) -> None:
        """A no, at the till."""
        self.choose(member_id, self.choice(granted=False, way=way))

    def choose(self, member_id: UUID, choice: Choice) -> None:
        """A choice, at the till."""
        self.shop.run(
            RecordConsent(member_id=member_id, choices=(choice,), language="zh-CN", source="till")
        )

    def planned(self, member_id: UUID, key: str, **more: object) -> Planned:
        """A message of this shop's only template, due now and good for two days."""
        values: dict[str, object] = {
            "effect_key": key,
            "member_id": member_id,
            "template_id": named("template:back"),
            "channels": (Channel.SMS,),
            "due_at": self.shop.now,
            "valid_until": Instant(self.shop.now + timedelta(days=2)),
            **more,
        }
        return Planned(**values)  # type: ignore[arg-type]

    def plan(self, *planned: Planned) -> dict[str, UUID]:
        """Put messages into the outbox."""

        def work(tx: Write) -> dict[str, UUID]:
            return plan(tx, moment_of(self.workshop()), planned)

        return self.shop.database.write(work).result()

    def workshop(self, database: Database | None = None) -> Workshop:
        """What a post works with, perhaps through a connection of its own."""
        by_channel: dict[Channel, list[Provider]] = {}
        for one in self.providers:
            by_channel.setdefault(one.channel, []).append(one)
        senders: Senders = by_channel
        return Workshop(
            database=database or self.shop.database,
            shops=self.shop.shops,
            runner=self.shop.runner,
            clock=lambda: self.shop.now,
            # Of its own, since posts of several threads must not make the same ids.
            entropy=random.Random(self.shop.entropy.random()).randbytes,
            log=Quiet(),
            senders=senders,
            public_url=self.public_url,
        )

    def work(self) -> None:
        """Send until nothing is due at this moment."""
        post = Post(self.workshop())
        try:
            for _ in range(ROUNDS_MAX):
                if not post.round():
                    return
            raise AssertionError("the post never ends")
        finally:
            post.close()

    def work_through(self, **duration: float) -> None:
        """Let the clock run, then send what is due."""
        self.shop.pass_time(**duration)
        self.work()

    def row(self, message_id: UUID) -> MessageRow:
        """A message as it is."""
        with self.shop.database.read() as read:
            row = read.one(messages.ONE, message_id=message_id)
        assert row is not None
        return row

    def events(self, message_id: UUID) -> list[tuple[str, str | None]]:
        """What happened to a message: states and reasons."""
        with self.shop.database.read() as read:
            rows = read.all(message_lists.EVENTS, message_id=message_id)
        return [(row.state, row.reason) for row in rows]
