"""What a shop was given for its channels: by environment or by file, in whole or in part."""

from pathlib import Path
from random import Random

import pytest

from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import Accepted, Refused, Sender, Senders
from regulars.integrations.console.sender import masked
from regulars.integrations.keyring import Keyring
from regulars.integrations.senders import House, senders
from regulars.integrations.till.sender import Till
from tests.integrations.loopback import LINKS, MESSAGE_ID, NAME, NOW, PHONE, keyring, outgoing

READY = {
    "SMS_ALIYUN_KEY_ID": "id",
    "SMS_ALIYUN_SECRET": "secret",
    "SMS_ALIYUN_SIGN_NAME": "正茶",
    "SMS_TENCENT_KEY_ID": "id",
    "SMS_TENCENT_SECRET": "secret",
    "SMS_TENCENT_APP_ID": "1400006666",
    "SMS_TENCENT_SIGN_NAME": "正茶",
}


def opened(ring: Keyring, lines: list[str] | None = None) -> Senders:
    heard = [] if lines is None else lines
    house = House(clock=lambda: NOW, entropy=Random(1).randbytes, write=heard.append)
    return senders(ring, house)


def ready(found: Senders) -> dict[Channel, list[str]]:
    return {
        channel: names
        for channel, each in found.items()
        if (names := [one.name for one in each if not one.missing()])
    }


def test_a_shop_without_keys_can_only_speak_at_its_till(tmp_path: Path) -> None:
    found = opened(keyring(tmp_path))
    assert ready(found) == {Channel.TILL: ["till"]}
    for each in found.values():
        for one in each:
            assert isinstance(one, Sender)
            if one.missing():
                assert one.send(outgoing()) == Refused(code="not_configured", final=False)
                assert all(name.startswith("REGULARS_") for name in one.missing())


def test_every_channel_but_the_console_has_a_sender(tmp_path: Path) -> None:
    assert set(opened(keyring(tmp_path))) == set(Channel) - {Channel.CONSOLE}


@pytest.mark.parametrize(
    ("first", "names"),
    [
        ("", ["sms_aliyun", "sms_tencent"]),
        ("sms_tencent", ["sms_tencent", "sms_aliyun"]),
        ("nobody", ["sms_aliyun", "sms_tencent"]),
    ],
)
def test_two_sms_providers_stand_in_the_order_that_the_shop_wants(
    tmp_path: Path, first: str, names: list[str]
) -> None:
    found = opened(keyring(tmp_path, **READY, SMS_FIRST=first))
    assert ready(found)[Channel.SMS] == names


def test_a_key_may_lie_in_a_file_that_only_the_shop_reads(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    for name, value in READY.items():
        path = folder / name.lower()
        path.write_text(f"{value}\n", encoding="utf-8")
        path.chmod(0o600)
    assert ready(opened(keyring(tmp_path)))[Channel.SMS] == ["sms_aliyun", "sms_tencent"]
    (folder / "sms_aliyun_secret").chmod(0o640)
    found = opened(keyring(tmp_path))
    assert ready(found)[Channel.SMS] == ["sms_tencent"]
    assert found[Channel.SMS][0].missing() == ("REGULARS_SMS_ALIYUN_SECRET",)


def test_a_key_file_may_begin_with_an_editors_mark_and_an_empty_variable_hides_none(
    tmp_path: Path,
) -> None:
    (tmp_path / "keys").mkdir()
    path = tmp_path / "keys" / "sms_aliyun_secret"
    path.write_bytes(b"\xef\xbb\xbfsecret\r\n")
    path.chmod(0o600)
    assert keyring(tmp_path, SMS_ALIYUN_SECRET=" ").read("REGULARS_SMS_ALIYUN_SECRET") == "secret"


def test_a_key_file_that_is_a_folder_endless_or_no_text_counts_as_missing(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    (folder / "smtp_url").mkdir(parents=True)
    for name, value in (("smtp_from", b"x" * 30_000), ("webhook_url", b"\xff\xfe")):
        (folder / name).write_bytes(value)
        (folder / name).chmod(0o600)
    ring = keyring(tmp_path)
    names = ("REGULARS_SMTP_URL", "REGULARS_SMTP_FROM", "REGULARS_WEBHOOK_URL")
    assert [ring.read(name) for name in names] == [None, None, None]


def test_no_key_is_ever_shown(tmp_path: Path) -> None:
    ring = keyring(tmp_path, **READY)
    assert "secret" not in repr(ring) + repr(ring.keys("SMS_ALIYUN", needs=("KEY_ID",)))


def test_the_console_stands_in_where_it_is_asked_to_and_masks_the_guest(tmp_path: Path) -> None:
    lines: list[str] = []
    found = opened(keyring(tmp_path, CONSOLE="console, sms,nonsense"), lines)
    assert ready(found) == {
        Channel.SMS: ["console"],
        Channel.TILL: ["till"],
        Channel.CONSOLE: ["console"],
    }
    answer = found[Channel.SMS][-1].send(
        outgoing(text=f"【正茶】{NAME}，券还有3天\r\n到期\x1b[31m")
    )
    assert answer == Accepted(provider_id=None, cost_micro=0)
    assert lines == [
        "sms → +************0: 【正茶】林**，券还有*天 到期?[31m\n".replace("*天", "3天")
    ]
    assert PHONE not in lines[0]
    assert NAME not in lines[0]


def test_the_console_shows_no_name_and_no_link_of_hers(tmp_path: Path) -> None:
    lines: list[str] = []
    found = opened(keyring(tmp_path, CONSOLE="email"), lines)
    text = f"{NAME}，券还有 3 天到期\n退订：{LINKS.page_url}"
    mail = outgoing(channel=Channel.EMAIL, text=text, links=LINKS, variables={}, names=(NAME,))
    found[Channel.EMAIL][-1].send(mail)
    assert lines == [
        "email → +************0: 林**，券还有 3 天到期 退订：h*\n".replace(
            "h*", masked(LINKS.page_url)
        )
    ]
    assert LINKS.page_url not in lines[0]


@pytest.mark.parametrize(
    ("text", "shown"),
    [("", ""), ("李", "李"), ("李敏", "李*"), ("林小雨", "林**"), ("13800138000", "1*********0")],
)
def test_a_masked_text_shows_one_letter_or_two(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_the_till_takes_every_message_at_once() -> None:
    assert Till().missing() == ()
    answer = Till().send(outgoing(channel=Channel.TILL, address=str(MESSAGE_ID)))
    assert answer == Accepted(provider_id=None, cost_micro=0)
