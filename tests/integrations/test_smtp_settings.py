"""E-mail's settings: what cannot be used is told by name, and no letter leaves."""

from pathlib import Path

import pytest

from regulars.domain.messaging.port import Refused
from regulars.integrations.smtp.sender import Smtp
from tests.integrations.loopback import desk, keyring
from tests.integrations.test_smtp import sender, to_guest
from tests.integrations.test_smtp_dkim import RSA, pem


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://h:99999",
        "smtp://h/x?y=1",
        "smtp://shop:密码@mail.example",
        "smtp://shop:%E5%AF%86@mail.example",
    ],
)
def test_what_names_no_server_is_missing(tmp_path: Path, url: str) -> None:
    one = Smtp(keyring(tmp_path, SMTP_URL=url, SMTP_FROM="hello@tea.example"), desk())
    assert one.missing() == ("REGULARS_SMTP_URL",)
    assert one.send(to_guest()) == Refused(code="not_configured", final=False)


def test_a_key_without_its_name_is_missing_and_sends_nothing_unsigned(tmp_path: Path) -> None:
    assert sender(tmp_path, 9, SMTP_DKIM_KEY=pem(RSA)).missing() == ("REGULARS_SMTP_DKIM_SELECTOR",)
    unreadable = sender(tmp_path, 9, SMTP_DKIM_KEY="none", SMTP_DKIM_SELECTOR="tea")
    assert unreadable.missing() == ("REGULARS_SMTP_DKIM_KEY",)
    assert unreadable.send(to_guest()) == Refused(code="not_configured", final=False)


@pytest.mark.parametrize(
    ("setting", "text"),
    [
        ("DKIM_SELECTOR", "tea; x=1"),
        ("DKIM_SELECTOR", "茶"),
        ("DKIM_DOMAIN", "tea example"),
        ("DKIM_DOMAIN", "tea.example\r\nBcc: x"),
        ("DKIM_DOMAIN", "茶.example"),
        ("AUTHORITIES", "/nowhere/at/all.pem"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told_and_no_letter_leaves(
    tmp_path: Path, setting: str, text: str
) -> None:
    given = {"SMTP_DKIM_KEY": pem(RSA), "SMTP_DKIM_SELECTOR": "tea"} | {f"SMTP_{setting}": text}
    one = sender(tmp_path, 9, **given)
    assert one.missing() == (f"REGULARS_SMTP_{setting}",)
    assert one.send(to_guest()) == Refused(code="not_configured", final=False)


def test_authorities_that_are_no_certificates_are_told(tmp_path: Path) -> None:
    path = tmp_path / "authorities.pem"
    path.write_text("none")
    one = sender(tmp_path, 9, SMTP_AUTHORITIES=str(path))
    assert one.missing() == ("REGULARS_SMTP_AUTHORITIES",)
