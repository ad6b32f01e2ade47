"""Channels over HTTP: what is ready and what is missing, a test message, and providers' own calls."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import (
    Accepted,
    Answer,
    Outgoing,
    Refused,
    Sender,
    Senders,
    SendInDoubt,
)
from regulars.domain.stores.permissions import Role
from regulars.http.channel_words import CHANNELS, SENDERS, SETTINGS, setting_label
from regulars.http.edge import Edge
from regulars.integrations.keyring import Keyring
from regulars.integrations.senders import House, senders
from regulars.storage.engine import Database, open_database
from regulars.storage.statement import Statement
from regulars.storage.tables import system
from regulars.storage.tables.messaging import address_stop
from tests.http.web import Web, open_web

PUBLIC = "https://tea.example"
TWILIO = {
    "REGULARS_SMS_TWILIO_ACCOUNT": "AC1",
    "REGULARS_SMS_TWILIO_TOKEN": "12345",
    "REGULARS_SMS_TWILIO_FROM": "+15005550006",
}
GIVEN = {
    **TWILIO,
    "REGULARS_SMS_ALIYUN_KEY_ID": "id",
    "REGULARS_SMS_ALIYUN_CALLBACK_TOKEN": "typed-into-the-console-of-theirs",
    "REGULARS_PUSH_VAPID_KEY": "c2hvcC1rZXktdGhhdC1pcy0zMi1ieXRlcy1sb25nISE",
    "REGULARS_PUSH_CONTACT": "mailto:hello@tea.example",
}


class Faked:
    """A sender that answers as the test wants."""

    name = "smtp"
    channel = Channel.EMAIL

    def __init__(self) -> None:
        self.answer: Answer | None = Accepted(provider_id="1", parts=2)
        self.sent: list[Outgoing] = []

    def missing(self) -> tuple[str, ...]:
        return ()

    def send(self, outgoing: Outgoing) -> Answer:
        self.sent.append(outgoing)
        if self.answer is None:
            raise SendInDoubt("no_answer_in_time")
        return self.answer


FAKED = Faked()


def with_senders(edge: Edge) -> Edge:
    house = House(
        clock=edge.clock, entropy=Random(2).randbytes, write=lambda line: None, public_url=PUBLIC
    )
    real = senders(Keyring(Path("nowhere"), GIVEN), house)
    every: Senders = {**real, Channel.EMAIL: (FAKED,)}
    return replace(edge, senders=every, public_url=PUBLIC)


@pytest.fixture
def shop_web(sqlite_url: str, tmp_path: Path) -> Iterator[Web]:
    FAKED.sent.clear()
    FAKED.answer = Accepted(provider_id="1", parts=2)
    database: Database = open_database(sqlite_url)
    try:
        with open_web(database, tmp_path, adapted=with_senders) as opened:
            yield opened
    finally:
        database.close()


def listed(web: Web) -> dict[str, dict[str, object]]:
    """The senders by name, as the owner sees them."""
    told = web.browser(web.hire(Role.OWNER)).get("/api/v1/channels").json()
    assert told["public_url"] == PUBLIC
    channels = told["channels"]
    assert isinstance(channels, list)
    return {one["name"]: one for channel in channels for one in channel["senders"]}


def test_every_sender_says_whether_it_is_ready_and_what_it_lacks(shop_web: Web) -> None:
    found = listed(shop_web)
    assert {name for name, one in found.items() if one["ready"]} == {
        "smtp",
        "sms_twilio",
        "web_push",
        "till",
    }
    assert found["sms_aliyun"]["missing"] == [
        {
            "setting": "REGULARS_SMS_ALIYUN_SECRET",
            "name_zh": "阿里云 AccessKey Secret",
            "name_en": "Aliyun AccessKey secret",
        },
        {
            "setting": "REGULARS_SMS_ALIYUN_SIGN_NAME",
            "name_zh": "审核通过的短信签名",
            "name_en": "Approved SMS signature",
        },
    ]
    assert found["sms_twilio"]["calls_at"] == f"{PUBLIC}/api/v1/channels/sms_twilio/calls"
    assert found["smtp"]["calls_at"] is None
    assert found["sms_tencent"]["asks"] is True
    assert str(found["web_push"]["public_key"]).startswith("B")


def test_no_key_is_ever_told(shop_web: Web) -> None:
    told = shop_web.browser(shop_web.hire(Role.OWNER)).get("/api/v1/channels").body.decode()
    assert "typed-into" not in told
    assert "12345" not in told
    assert GIVEN["REGULARS_PUSH_VAPID_KEY"] not in told


def test_everything_that_may_be_missing_has_a_name_in_both_languages() -> None:
    house = House(clock=lambda: pytest.fail("asked"), entropy=Random(2).randbytes, write=len)
    bad = {
        "REGULARS_SMTP_DKIM_KEY": "none",
        "REGULARS_SMTP_DKIM_DOMAIN": "tea example",
        "REGULARS_SMTP_AUTHORITIES": "nowhere.pem",
        "REGULARS_WECHAT_KIND": "fax",
        "REGULARS_WECOM_AGENT_ID": "seven",
        "REGULARS_CONSOLE": "console",
        "REGULARS_SMS_ALIYUN_CALLBACK_TOKEN": "1234",
        "REGULARS_SMS_TENCENT_CALLBACK_TOKEN": "x" * 31,
    }
    every: list[Sender] = []
    for given in ({}, bad):
        for each in senders(Keyring(Path("nowhere"), given), house).values():
            every.extend(each)
    names = {name for one in every for name in one.missing()}
    assert {name.removeprefix("REGULARS_") for name in names} == set(SETTINGS)
    assert all(setting_label(name).zh and setting_label(name).en for name in names)
    assert {one.name for one in every} == set(SENDERS)
    assert set(CHANNELS) == set(Channel)


TRIALS = Statement(select(system.audit.c.subject).where(system.audit.c.action == "channel.tried"))
STOPS = Statement(select(address_stop.c.id))


def test_the_owner_sends_herself_one_message_and_a_retry_sends_no_second(shop_web: Web) -> None:
    owner = shop_web.browser(shop_web.hire(Role.OWNER))
    key = shop_web.shop.new_id()
    path = "/api/v1/channels/email/senders/smtp/test"
    body = {"address": "lina@tea.example", "language": "en"}
    first = owner.send("POST", path, body, key=key)
    again = owner.send("POST", path, body, key=key)
    assert first.json() == {"outcome": "accepted", "parts": 2}
    assert again.json() == {"outcome": "begun"}
    (sent,) = FAKED.sent
    assert (sent.id, sent.address, sent.language) == (key, "lina@tea.example", "en")
    assert "test message" in sent.text
    with shop_web.shop.database.read() as read:
        assert read.all(TRIALS) == ["channel:smtp"]
    assert "lina@" not in json.dumps(shop_web.log.lines, default=str)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (None, {"outcome": "unknown", "code": "no_answer_in_time"}),
        (
            Refused(code="smtp_550", final=True),
            {"outcome": "refused", "code": "smtp_550", "final": True},
        ),
    ],
)
def test_a_test_tells_what_the_provider_said(
    shop_web: Web, answer: Answer | None, told: dict[str, object]
) -> None:
    FAKED.answer = answer
    owner = shop_web.browser(shop_web.hire(Role.OWNER))
    reply = owner.send(
        "POST", "/api/v1/channels/email/senders/smtp/test", {"address": "a@tea.example"}
    )
    assert reply.json() == told


def test_a_test_of_what_is_not_set_up_or_not_there_is_refused(shop_web: Web) -> None:
    owner = shop_web.browser(shop_web.hire(Role.OWNER))
    start = "/api/v1/channels"
    body = {"address": "13800138000"}
    unset = owner.send("POST", f"{start}/sms/senders/sms_aliyun/test", body)
    nobody = owner.send("POST", f"{start}/sms/senders/smtp/test", body)
    no_phone = owner.send(
        "POST", f"{start}/sms/senders/sms_twilio/test", {"address": "li@x.example"}
    )
    fax = owner.send("POST", f"{start}/fax/senders/smtp/test", body)
    assert (unset.status, unset.code) == (409, "channel.not_ready")
    assert "REGULARS_SMS_ALIYUN_SECRET" in unset.body.decode()
    assert (nobody.status, nobody.code) == (404, "channel.unknown")
    assert (no_phone.status, no_phone.code) == (422, "member.identity_malformed")
    assert fax.status == 422
    assert FAKED.sent == []


def called(
    web: Web, path: str, body: bytes, *, kind: str = "application/json", **headers: str
) -> tuple[int, bytes]:
    """A provider's call: no cookie, no key of ours."""
    own = {"content-type": kind, **{name.replace("_", "-"): text for name, text in headers.items()}}
    reply = web.door.call("POST", f"/api/v1/channels/{path}", headers=own, body=body)
    return reply.status, reply.body


def test_a_proved_call_is_kept_and_answered_in_the_providers_words(shop_web: Web) -> None:
    report = [{"success": True, "biz_id": "1", "out_id": str(shop_web.shop.new_id())}]
    reply = [{"phone_number": "13900139000", "content": "R", "sequence_id": "7"}]
    for body in (report, reply, []):
        status, words = called(
            shop_web,
            "sms_aliyun/calls?token=typed-into-the-console-of-theirs",
            json.dumps(body).encode(),
        )
        assert (status, json.loads(words)) == (200, {"code": 0, "msg": "接收成功"})


def stops(web: Web) -> int:
    with web.shop.database.read() as read:
        return len(read.all(STOPS))


def test_a_reply_that_asks_for_no_more_stops_that_address(shop_web: Web) -> None:
    fields = {"MessageSid": "SM2", "From": "+8613900139000", "Body": "STOP"}
    url = f"{PUBLIC}/api/v1/channels/sms_twilio/calls"
    text = url + "".join(name + fields[name] for name in sorted(fields))
    proof = base64.b64encode(hmac.new(b"12345", text.encode(), hashlib.sha1).digest()).decode()
    form = urlencode(fields).encode()
    kind = "application/x-www-form-urlencoded"
    wrong, _ = called(shop_web, "sms_twilio/calls", form, kind=kind, x_twilio_signature="no")
    assert (wrong, stops(shop_web)) == (403, 0)
    right, words = called(shop_web, "sms_twilio/calls", form, kind=kind, x_twilio_signature=proof)
    assert (right, words, stops(shop_web)) == (200, b"<Response/>", 1)
    assert "1390013" not in json.dumps(shop_web.log.lines, default=str)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("sms_aliyun/calls", 403),
        ("sms_aliyun/calls?token=wrong", 403),
        ("wechat/calls?signature=x&timestamp=1&nonce=2", 403),
        ("wecom/calls", 403),
        ("webhook/calls", 403),
        ("till/calls", 404),
        ("nobody/calls", 404),
    ],
)
def test_a_call_that_is_not_proved_is_turned_away(shop_web: Web, path: str, status: int) -> None:
    assert called(shop_web, path, b"[]")[0] == status
    assert shop_web.client({}).get(f"/api/v1/channels/{path}").status == status


def test_a_call_that_is_far_too_long_is_turned_away(shop_web: Web) -> None:
    path = "sms_aliyun/calls?token=typed-into-the-console-of-theirs"
    assert called(shop_web, path, b"[" + b" " * 400_000 + b"]")[0] == 403
