"""Messages from the plan to the provider: once, allowed, in time, and each with its reason."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from regulars.domain.kernel.period import Instant, instant_from_iso
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.members.consent import Channel as Way
from regulars.domain.members.consent import Purpose as Wish
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import Accepted, Answer, Outgoing, Refused, SendInDoubt
from regulars.jobs.messages import moment_of
from regulars.storage import contact_slots
from regulars.storage.engine import Database, Write
from regulars.use_cases.contact_points import AddContactPoint
from regulars.use_cases.messages import call_off, call_off_campaign
from tests.messaging import PostUnderTest, Provider, body, variant
from tests.shops import named, open_shop

PHONE = "13800138000"


@pytest.fixture
def provider() -> Provider:
    return Provider()


@pytest.fixture
def post(database: Database, tmp_path: Path, provider: Provider) -> PostUnderTest:
    """A shop at ten in the morning with one template and one SMS provider."""
    opened = PostUnderTest(open_shop(database, tmp_path), [provider])
    opened.template()
    return opened


def planned_one(post: PostUnderTest, key: str = "run:1", **more: object) -> UUID:
    member = post.member(PHONE, name="林小雨")
    return post.plan(post.planned(member, key, **more))[key]


def test_a_message_is_planned_handed_over_and_accepted(
    post: PostUnderTest, provider: Provider
) -> None:
    message = planned_one(post)
    post.work()
    assert provider.got == [], "it waits a little for its rivals"
    post.work_through(minutes=10)
    sent = provider.got[0]
    assert (sent.address, sent.language) == ("+8613800138000", "zh-CN")
    assert sent.text == "【山野茶事】林小雨，您有50积分，拒收请回复R"
    assert sent.id == message
    assert post.row(message).state == "accepted"
    assert post.events(message) == [("handed", None), ("accepted", None)]


def test_the_same_effect_key_twice_is_one_message(post: PostUnderTest, provider: Provider) -> None:
    member = post.member(PHONE)
    first = post.plan(post.planned(member, "run:1"))
    again = post.plan(post.planned(member, "run:1"), post.planned(member, "run:2"))
    assert again["run:1"] == first["run:1"] != again["run:2"]
    post.work_through(minutes=10)
    assert len(provider.got) == 1


def test_nobody_is_written_to_without_a_yes_of_her_own(
    post: PostUnderTest, provider: Provider
) -> None:
    member = post.member(PHONE, allows=False)
    message = post.plan(post.planned(member, "run:1"))["run:1"]
    post.work_through(minutes=10)
    row = post.row(message)
    assert (row.state, row.reason) == ("suppressed", "no_consent")
    assert row.text is not None, "the text as it would have been is kept"
    assert provider.got == []


def test_a_no_after_the_plan_reaches_the_queue(post: PostUnderTest, provider: Provider) -> None:
    member = post.member(PHONE)
    message = post.plan(post.planned(member, "run:1"))["run:1"]
    post.withdraw(member)
    post.work_through(minutes=10)
    assert post.row(message).reason == "no_consent"
    assert provider.got == []


def test_a_service_message_needs_no_yes_and_no_daytime(
    post: PostUnderTest, provider: Provider
) -> None:
    post.template(body(purpose="service"), code="service")
    member = post.member(PHONE, allows=False)
    post.shop.now = instant_from_iso("2026-05-04T23:30:00+08:00")
    for key in ("one", "two", "three"):
        post.plan(post.planned(member, key, template_id=named("template:service")))
    post.work()
    assert len(provider.got) == 3


def test_what_is_due_at_night_waits_for_the_morning(
    post: PostUnderTest, provider: Provider
) -> None:
    post.shop.now = instant_from_iso("2026-05-04T22:00:00+08:00")
    message = planned_one(post)
    post.work_through(minutes=10)
    assert post.row(message).due_at == instant_from_iso("2026-05-05T09:00:00+08:00")
    assert post.events(message) == [("queued", "quiet_hours")]
    post.shop.now = instant_from_iso("2026-05-05T09:00:00+08:00")
    post.work()
    assert len(provider.got) == 1


def test_what_means_nothing_in_the_morning_expires_at_night(post: PostUnderTest) -> None:
    post.shop.now = instant_from_iso("2026-05-04T22:00:00+08:00")
    until = Instant(post.shop.now + timedelta(hours=2))
    message = planned_one(post, valid_until=until)
    post.work_through(minutes=10)
    row = post.row(message)
    assert (row.state, row.reason) == ("expired", "quiet_hours")


def test_a_message_whose_time_is_over_is_not_sent(post: PostUnderTest, provider: Provider) -> None:
    message = planned_one(post, valid_until=Instant(post.shop.now + timedelta(hours=3)))
    post.work_through(hours=4)
    assert (post.row(message).state, post.row(message).reason) == ("expired", "too_late")
    assert provider.got == []


def test_one_a_day_means_a_day_and_not_midnight(
    database: Database, tmp_path: Path, provider: Provider
) -> None:
    hours = {"messages.opens_minutes": 480, "messages.closes_minutes": 1_260}
    shop = open_shop(database, tmp_path, terms={**hours, "messages.rivals_wait_minutes": 0})
    post = PostUnderTest(shop, [provider])
    post.template()
    member = post.member(PHONE)
    shop.now = instant_from_iso("2026-05-04T20:30:00+08:00")
    post.plan(post.planned(member, "evening"))
    post.work()
    shop.now = instant_from_iso("2026-05-05T08:00:00+08:00")
    later = post.plan(post.planned(member, "morning"))["morning"]
    post.work()
    assert len(provider.got) == 1
    assert post.row(later).due_at == instant_from_iso("2026-05-05T20:30:00+08:00")
    shop.now = instant_from_iso("2026-05-05T20:30:00+08:00")
    post.work()
    assert len(provider.got) == 2


def test_a_place_comes_back_when_the_provider_refused(
    post: PostUnderTest, provider: Provider
) -> None:
    provider.reply = lambda outgoing: Refused(code="number_closed", final=True)
    first = planned_one(post)
    post.work_through(minutes=10)
    assert (post.row(first).state, post.row(first).detail) == ("failed", "number_closed")
    provider.reply = lambda outgoing: Accepted(provider_id="p-2")
    post.plan(post.planned(post.row(first).member_id, "run:2"))
    post.work_through(minutes=11)
    assert len(provider.got) == 2


def test_the_most_valuable_message_wins_and_the_other_waits(
    post: PostUnderTest, provider: Provider
) -> None:
    member = post.member(PHONE)
    planned = [
        post.planned(member, "small", expected_value_minor=100),
        post.planned(member, "large", expected_value_minor=900),
    ]
    ids = post.plan(*planned)
    post.work_through(minutes=10)
    assert [one.id for one in provider.got] == [ids["large"]]
    # The day's only place is taken, and that is looked at first.
    assert post.row(ids["small"]).reason == "capped"


def test_with_room_for_both_the_lesser_one_loses_for_a_while(
    database: Database, tmp_path: Path, provider: Provider
) -> None:
    terms = {"messages.day_cap": 5, "messages.address_day_cap": 5}
    post = PostUnderTest(open_shop(database, tmp_path, terms=terms), [provider])
    post.template()
    member = post.member(PHONE)
    ids = post.plan(
        post.planned(member, "small", expected_value_minor=100),
        post.planned(member, "large", expected_value_minor=900),
    )
    post.work_through(minutes=10)
    small = post.row(ids["small"])
    assert (small.reason, small.detail) == ("lost_to", str(ids["large"]))
    post.work_through(minutes=10)
    assert [one.id for one in provider.got] == [ids["large"], ids["small"]]


def test_a_refusal_goes_to_the_next_provider_at_once(database: Database, tmp_path: Path) -> None:
    first = Provider("first", reply=lambda outgoing: Refused(code="busy", final=False))
    second = Provider("second")
    post = PostUnderTest(open_shop(database, tmp_path), [first, second])
    post.template()
    message = planned_one(post)
    post.work_through(minutes=10)
    assert (len(first.got), len(second.got)) == (1, 1)
    row = post.row(message)
    assert (row.state, row.provider, row.attempts) == ("accepted", "second", 2)
    assert ("queued", "refused") in post.events(message)


def test_when_all_refuse_it_is_tried_later_and_given_up_in_the_end(
    post: PostUnderTest, provider: Provider
) -> None:
    provider.reply = lambda outgoing: Refused(code="busy", final=False)
    message = planned_one(post)
    post.work_through(minutes=10)
    assert post.row(message).state == "queued"
    assert post.row(message).due_at > post.shop.now
    for _ in range(20):
        post.work_through(hours=2)
    assert (post.row(message).state, len(provider.got)) == ("failed", 8)


def test_an_answer_that_never_came_leaves_it_unknown_and_never_sends_again(
    post: PostUnderTest, provider: Provider
) -> None:
    def cut(outgoing: Outgoing) -> Answer:
        raise SendInDoubt("the line dropped")

    provider.reply = cut
    message = planned_one(post)
    post.work_through(minutes=10)
    post.work_through(hours=5)
    row = post.row(message)
    assert (row.state, row.reason, row.detail) == ("unknown", "in_doubt", "the line dropped")
    assert len(provider.got) == 1
    # Its place stays taken: it may have arrived.
    later = post.plan(post.planned(row.member_id, "run:2"))["run:2"]
    post.work_through(minutes=10)
    assert post.row(later).reason == "capped"


def test_a_sender_that_lacks_its_key_sends_nothing(post: PostUnderTest, provider: Provider) -> None:
    provider.lacks = ("REGULARS_SMS_KEY",)
    message = planned_one(post)
    post.work_through(minutes=10)
    assert post.row(message).reason == "no_sender"
    provider.lacks = ()
    post.work_through(minutes=15)
    assert post.row(message).state == "accepted"


def test_the_next_channel_is_taken_when_the_first_is_not_allowed(
    database: Database, tmp_path: Path
) -> None:
    till = Provider("till", Channel.TILL)
    post = PostUnderTest(open_shop(database, tmp_path), [Provider(), till])
    post.template(
        body(
            *body()["variants"],  # type: ignore[misc]
            variant("till", "zh-CN", "请提醒：{{points}} 积分可用"),
            variant("till", "en", "Please mention: {{points}} points"),
        )
    )
    member = post.member(PHONE, allows=False)
    yes = post.choice(granted=True, way=Way.PROFILE, wish=Wish.PERSONALISATION)
    post.choose(member, yes)
    message = post.plan(post.planned(member, "run:1", channels=(Channel.SMS, Channel.TILL)))[
        "run:1"
    ]
    post.work_through(minutes=10)
    assert post.row(message).channel == "till"
    assert post.events(message)[0] == ("queued", "other_channel")
    assert till.got[0].text == "请提醒：50 积分可用"


@pytest.mark.parametrize(
    ("way", "wish", "leaves"),
    [
        (Way.WEBHOOK, Wish.MARKETING, True),
        (Way.PROFILE, Wish.PERSONALISATION, False),
        (Way.PROFILE, Wish.MARKETING, False),
        (Way.SMS, Wish.MARKETING, False),
        (Way.WEBHOOK, Wish.MEMBERSHIP, False),
    ],
)
def test_an_offer_by_webhook_needs_a_yes_of_its_own(
    database: Database, tmp_path: Path, way: Way, wish: Wish, leaves: bool
) -> None:
    system = Provider("webhook", Channel.WEBHOOK)
    post = PostUnderTest(open_shop(database, tmp_path), [system])
    texts = (variant("webhook", "zh-CN", "新品到店"), variant("webhook", "en", "New here"))
    post.template(body(*texts))
    member = post.member(PHONE, allows=False)
    there = AddContactPoint(member_id=member, channel=Channel.WEBHOOK, address="guest-1")
    post.shop.run(there)
    post.choose(member, post.choice(granted=True, way=way, wish=wish))
    offer = post.plan(post.planned(member, "run:1", channels=(Channel.WEBHOOK,)))["run:1"]
    post.work_through(minutes=10)
    assert (post.row(offer).reason == "no_consent") is not leaves
    assert len(system.got) == leaves


def test_what_is_hers_leaves_by_webhook_until_she_takes_that_back(
    database: Database, tmp_path: Path
) -> None:
    system = Provider("webhook", Channel.WEBHOOK)
    post = PostUnderTest(open_shop(database, tmp_path), [system])
    texts = (variant("webhook", "zh-CN", "积分到账"), variant("webhook", "en", "Points"))
    post.template(body(*texts, purpose="service"))
    member = post.member(PHONE, allows=False)
    there = AddContactPoint(member_id=member, channel=Channel.WEBHOOK, address="guest-1")
    post.shop.run(there)
    for key, sent in (("one", 1), ("two", 1)):
        post.plan(post.planned(member, key, channels=(Channel.WEBHOOK,)))
        post.work()
        assert len(system.got) == sent
        no = post.choice(granted=False, way=Way.WEBHOOK, wish=Wish.MEMBERSHIP)
        post.choose(member, no)
        post.shop.pass_time(seconds=1)


def test_a_plan_that_cannot_be_kept_is_refused(post: PostUnderTest) -> None:
    member = post.member(PHONE)
    for more, code in (
        ({"channels": ()}, "message.channels_missing"),
        ({"channels": (Channel.PUSH,)}, "message.channels_missing"),
        ({"valid_until": post.shop.now}, "message.times_reversed"),
        ({"values": {"name": "别人"}}, "message.value_unknown"),
        ({"values": {"amount": "lots"}}, "message.value_unknown"),
        ({"template_id": named("template:none")}, "template.unknown"),
        ({"member_id": named("nobody")}, "member.unknown"),
    ):
        planned = post.planned(**{"member_id": member, "key": "k", **more})  # type: ignore[arg-type]
        with pytest.raises(Refusal) as refused:
            post.plan(planned)
        assert refused.value.code == code


def test_a_budget_is_never_passed(post: PostUnderTest, provider: Provider) -> None:
    campaign = named("campaign")

    def allow(tx: Write) -> None:
        contact_slots.set_budget(tx, campaign, limit_micro=100_000)

    post.shop.database.write(allow).result()
    members = [post.member(f"1380013800{number}") for number in range(4)]
    ids = post.plan(
        *[
            post.planned(one, f"c:{number}", campaign_id=campaign)
            for number, one in enumerate(members)
        ]
    )
    post.work_through(minutes=10)
    assert len(provider.got) == 2
    reasons = sorted(str(post.row(one).reason) for one in ids.values())
    assert reasons == ["None", "None", "budget_spent", "budget_spent"]


def test_a_held_out_member_gets_nothing_and_the_text_is_kept(
    post: PostUnderTest, provider: Provider
) -> None:
    message = planned_one(post, held_out=True)
    post.work_through(minutes=10)
    assert (post.row(message).reason, provider.got) == ("held_out", [])
    assert post.row(message).text is not None


def test_a_stopped_campaign_takes_back_what_has_not_left(
    post: PostUnderTest, provider: Provider
) -> None:
    campaign = named("campaign")
    members = [post.member(f"1380013800{number}") for number in range(3)]
    planned = [
        post.planned(one, f"c:{number}", campaign_id=campaign) for number, one in enumerate(members)
    ]
    ids = post.plan(*planned)
    moment = moment_of(post.workshop())

    def stop(tx: Write) -> int:
        return call_off_campaign(tx, moment, campaign, most=2)

    database = post.shop.database
    assert [database.write(stop).result() for _ in range(3)] == [2, 1, 0]
    assert database.write(lambda tx: call_off(tx, moment, list(ids.values()))).result() == 0
    post.work_through(minutes=10)
    assert provider.got == []
    assert {post.row(one).state for one in ids.values()} == {"cancelled"}
