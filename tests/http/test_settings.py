"""Settings: read once, refused when they would open the shop to the street."""

from pathlib import Path

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.settings import Settings


def test_a_shop_needs_no_settings(tmp_path: Path) -> None:
    settings = Settings.read({"REGULARS_HOME": str(tmp_path)})
    assert settings.database == f"sqlite:///{tmp_path / 'regulars.db'}"
    assert (settings.host, settings.port, settings.processes) == ("127.0.0.1", 8000, 1)
    assert settings.facing.docs
    assert not settings.facing.tls


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.20", "till.example"])
def test_the_street_is_reached_only_through_tls(host: str) -> None:
    with pytest.raises(Refusal) as refused:
        Settings.read({"REGULARS_HOST": host})
    assert refused.value.code == "settings.host_needs_tls"
    tls = {"REGULARS_TLS_CERTIFICATE": "/c.pem", "REGULARS_TLS_KEY": "/k.pem"}
    for reached in (tls, {"REGULARS_BEHIND_PROXY": "10.0.0.1"}):
        settings = Settings.read({"REGULARS_HOST": host, **reached})
        assert settings.facing.tls
        assert not settings.facing.docs


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_this_machine_needs_no_tls(host: str) -> None:
    assert Settings.read({"REGULARS_HOST": host}).facing.docs


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REGULARS_PORT", "eighty"),
        ("REGULARS_PORT", "0"),
        ("REGULARS_PORT", "70000"),
        ("REGULARS_WORKERS", "-1"),
        ("REGULARS_WORK", "maybe"),
        ("REGULARS_VERIFY_HOUR", "24"),
        ("REGULARS_BEHIND_PROXY", "proxy"),
        ("REGULARS_TLS_CERTIFICATE", "/c.pem"),
    ],
)
def test_a_setting_that_cannot_be_is_named(name: str, value: str) -> None:
    with pytest.raises(Refusal) as refused:
        Settings.read({name: value})
    assert refused.value.code == "settings.malformed"
    assert str(refused.value.parameters["name"]).startswith("REGULARS_")


def test_one_process_writes_a_file_and_several_serve_postgresql() -> None:
    several = {"REGULARS_WORKERS": "4"}
    assert Settings.read(several).processes == 1
    postgresql = {"REGULARS_DATABASE": "postgresql://app@db/shop"}
    assert Settings.read({**several, **postgresql}).processes == 4


def test_secrets_are_not_shown() -> None:
    settings = Settings.read(
        {"REGULARS_MASTER_KEY": "c2VjcmV0", "REGULARS_DATABASE_OWNER": "postgresql://o:pw@db/x"}
    )
    assert "c2VjcmV0" not in repr(settings)
    assert "pw@" not in repr(settings)


def test_a_server_may_leave_the_jobs_to_another() -> None:
    assert Settings.read({}).work
    assert Settings.read({}).verify_hour == 4
    off = Settings.read({"REGULARS_WORK": "off", "REGULARS_VERIFY_HOUR": "0"})
    assert (off.work, off.verify_hour) == (False, 0)
