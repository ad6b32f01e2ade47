"""What the shop is told of its channels when it opens: read once, never shown."""

from pathlib import Path

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.messaging.channels import Channel
from regulars.main import senders_of
from regulars.settings import Settings


def read(home: Path, **given: str) -> Settings:
    return Settings.read(
        {"REGULARS_HOME": str(home), "PATH": "elsewhere"}
        | {f"REGULARS_{name}": text for name, text in given.items()}
    )


def test_the_senders_have_the_keys_of_the_environment_and_of_the_data_folder(
    tmp_path: Path,
) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "smtp_url").write_text("smtps://user:secret@mail.example")
    (tmp_path / "keys" / "smtp_url").chmod(0o600)
    settings = read(tmp_path, SMTP_FROM="正茶 <hello@tea.example>", CONSOLE="sms")
    found = senders_of(settings)
    assert [one.missing() for one in found[Channel.EMAIL]] == [()]
    assert found[Channel.SMS][-1].name == "console"
    assert "PATH" not in settings.given


def test_no_key_is_shown_with_the_settings(tmp_path: Path) -> None:
    assert "very-secret" not in repr(read(tmp_path, SMS_ALIYUN_SECRET="very-secret"))


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://tea.example/", "https://tea.example"),
        ("https://tea.example/shop", "https://tea.example/shop"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("", None),
    ],
)
def test_the_public_address_is_read_without_its_last_slash(
    tmp_path: Path, text: str, url: str | None
) -> None:
    assert read(tmp_path, PUBLIC_URL=text).public_url == url


@pytest.mark.parametrize(
    "text",
    [
        "tea.example",
        "http://tea.example",
        "https://",
        "https://tea.example/?a=1",
        "https://tea.example b",
    ],
)
def test_a_public_address_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Refusal) as refused:
        read(tmp_path, PUBLIC_URL=text)
    assert refused.value.parameters == {"name": "REGULARS_PUBLIC_URL"}
