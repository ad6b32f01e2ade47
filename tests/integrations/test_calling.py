"""Calls to providers are bounded, follow nothing, reach nothing inside, and tell nothing."""

import logging
import socket
import ssl
import threading
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path

import pytest

from regulars.domain.messaging.port import Refused, SendInDoubt
from regulars.integrations.calling.caller import (
    Ask,
    Caller,
    NoAnswer,
    NotSent,
    Patience,
    exchanged,
)
from regulars.integrations.calling.documents import (
    UnreadableError,
    china_time,
    code_of,
    json_object,
    their_id,
    xml_fields,
)
from regulars.integrations.calling.reach import OutOfReachError, Reach
from tests.integrations.certificates import self_signed
from tests.integrations.loopback import (
    Answering,
    cut,
    dripping,
    endless,
    half,
    provider,
    said,
    silent,
)

HTTPS = "https://"
INSIDE = [
    "10.0.0.7",
    "100.64.1.1",
    "127.0.0.1",
    "169.254.169.254",
    "172.16.3.4",
    "192.168.1.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:10.0.0.7",
    "::ffff:127.0.0.1",
    "::10.0.0.7",
    "::ffff:0:10.0.0.7",
    "64:ff9b::a00:7",
    "2002:a00:7::1",
    "2001:0:a00:7::1",
    "fc00::1",
    "fe80::1",
    "fec0::3",
    "4000::1",
    "3fff::1",
    "ff02::1",
]


def impatient(*, loopback: bool = True) -> Caller:
    return Caller(Reach(loopback=loopback), Patience(connect=0.8, wait=0.8, whole=1.2))


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_inside_the_house_are_not_called(address: str) -> None:
    assert not Reach().may_call(ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "203.119.1.1"])
def test_public_addresses_are_called(address: str) -> None:
    assert Reach().may_call(ip_address(address))


@pytest.mark.parametrize("address", ["10.0.0.7", "169.254.169.254", "::ffff:10.0.0.7", "fc00::1"])
def test_allowing_this_machine_allows_no_other_inside(address: str) -> None:
    assert Reach(loopback=True).may_call(ip_address("127.0.0.1"))
    assert not Reach(loopback=True).may_call(ip_address(address))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://push.example/x", "address_not_https"),
        ("http://127.0.0.1/x", "address_not_https"),
        ("ftp://push.example/x", "address_not_https"),
        ("file:///etc/passwd", "address_malformed"),
        (f"{HTTPS}user:secret@push.example/", "address_malformed"),
        ("https://push.example/a b", "address_malformed"),
        ("https://push.example/\r\nx: y", "address_malformed"),
        ("https://push.example:0/", "address_malformed"),
        ("https://push.example:99999/", "address_malformed"),
        (f"{HTTPS}[::1/", "address_malformed"),
        ("nonsense", "address_malformed"),
    ],
)
def test_only_encrypted_and_plain_addresses_are_called(url: str, code: str) -> None:
    with pytest.raises(OutOfReachError) as refused:
        Reach().checked(url)
    assert refused.value.code == code
    with pytest.raises(NotSent):
        impatient(loopback=False).call(Ask(method="POST", url=url))


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "0x7f.1", "localhost", "[::1]"])
def test_a_name_that_leads_inside_is_never_connected(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(0.05)
        port = listening.getsockname()[1]
        with pytest.raises(NotSent):
            impatient(loopback=False).call(Ask(method="POST", url=f"https://{host}:{port}/"))
        with pytest.raises(TimeoutError):
            listening.accept()


def test_a_server_must_prove_the_name_that_was_called(tmp_path: Path) -> None:
    public, private = self_signed(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    asked_for: list[str | None] = []
    context.sni_callback = lambda line, name, known: asked_for.append(name)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            line, _ = listening.accept()
            with suppress(OSError):
                context.wrap_socket(line, server_side=True).close()
            line.close()

        thread = threading.Thread(target=serve)
        thread.start()
        port = listening.getsockname()[1]
        with pytest.raises(NotSent) as refused:
            impatient().call(Ask(method="POST", url=f"https://localhost:{port}/"))
        thread.join()
    assert refused.value.code == "unreachable"
    assert asked_for == ["localhost"]


def test_an_answer_comes_back_whole() -> None:
    with provider([said({"ok": 1}, headers={"X-Id": "7"})]) as there:
        reply = impatient().call(Ask(method="POST", url=f"{there.url}/send", body=b"hello"))
    assert (reply.status, reply.body, reply.headers["x-id"]) == (200, b'{"ok": 1}', "7")
    assert (there.asked[0].method, there.asked[0].path) == ("POST", "/send")
    assert (there.asked[0].body, there.asked[0].headers["host"]) == (b"hello", there.host)


def test_a_redirect_is_not_followed() -> None:
    elsewhere = said(b"", status=302, headers={"Location": "http://127.0.0.1:9/"})
    with provider([elsewhere]) as there:
        answer = exchanged(impatient(), Ask(method="POST", url=there.url))
    assert answer == Refused(code="http_302", final=False)
    assert len(there.asked) == 1


@pytest.mark.parametrize(
    ("badly", "code"),
    [
        (cut, "answer_cut"),
        (half, "answer_cut"),
        (silent, "no_answer_in_time"),
        (dripping, "no_answer_in_time"),
        (endless, "answer_too_large"),
    ],
)
def test_what_is_not_a_whole_answer_in_time_is_in_doubt(badly: Answering, code: str) -> None:
    with provider([badly]) as there:
        with pytest.raises(NoAnswer) as doubt:
            impatient().call(Ask(method="POST", url=there.url))
        assert doubt.value.code == code
        with pytest.raises(SendInDoubt):
            exchanged(impatient(), Ask(method="POST", url=there.url))


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_fault_on_the_way_is_in_doubt(status: int) -> None:
    with provider([said(b"", status=status)]) as there, pytest.raises(SendInDoubt):
        exchanged(impatient(), Ask(method="POST", url=there.url))


def test_too_many_calls_are_a_refusal_with_its_time() -> None:
    with provider([said(b"", status=429, headers={"Retry-After": "30"})]) as there:
        answer = exchanged(impatient(), Ask(method="POST", url=there.url))
    assert answer == Refused(code="http_429", final=False, retry_after_seconds=30)


def test_a_time_that_no_provider_means_is_none() -> None:
    headers = {"Retry-After": "9" * 5_000}
    with provider([said(b"", status=429, headers=headers)]) as there:
        answer = exchanged(impatient(), Ask(method="POST", url=there.url))
    assert answer == Refused(code="http_429", final=False)


def test_nobody_at_the_door_is_a_refusal_for_certain() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    answer = exchanged(impatient(), Ask(method="POST", url=f"http://127.0.0.1:{port}/"))
    assert answer == Refused(code="unreachable", final=False)


@pytest.mark.parametrize("header", ["a\r\nx-evil: 1", "密钥", "a\x00"])
def test_a_header_that_is_none_never_leaves_and_brings_no_second_one(header: str) -> None:
    with provider([said({})]) as there:
        ask = Ask(method="POST", url=there.url, headers={"topic": header})
        with pytest.raises(NotSent) as refused:
            impatient().call(ask)
        assert there.asked == []
    assert refused.value.code == "request_malformed"


def test_no_log_and_no_error_holds_an_address(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG), provider([cut]) as there:
        ask = Ask(method="POST", url=f"{there.url}/?phone=13800138000", body=b"13800138000")
        with pytest.raises(NoAnswer) as doubt:
            impatient().call(ask)
    assert doubt.value.__cause__ is None
    assert "13800138000" not in caplog.text + repr(doubt.value) + repr(ask)


def test_a_provider_code_is_kept_short_and_without_numbers() -> None:
    assert code_of("isv.BUSINESS_LIMIT_CONTROL") == "isv.BUSINESS_LIMIT_CONTROL"
    assert code_of("触发 13800138000 limit") == "#_limit"
    assert code_of("") == "unknown"
    assert len(code_of("x" * 500)) == 80
    assert code_of("bounced: lina@tea.example, 5.1.1") == "bounced:_#_5.1.1"
    assert code_of("+86 138-0013-8000 is off") == "#_is_off"
    assert code_of(f"{'x' * 74}13800138000") == f"{'x' * 74}#"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ('"900619746936498440^0"', "900619746936498440^0"),
        ("17", "17"),
        ('""', None),
        ('"a\\u0000b"', None),
        ('"a\\nb"', None),
        (f'"{"x" * 201}"', None),
        ("{}", None),
    ],
)
def test_a_providers_id_is_kept_only_if_it_is_one(given: str, kept: str | None) -> None:
    document = json_object(b'{"BizId": ' + given.encode() + b"}")
    assert their_id(document, "BizId") == kept


def test_a_time_before_all_times_is_none() -> None:
    assert china_time("0001-01-01 00:00:00") is None
    assert china_time("soon") is None


def test_a_document_with_entities_is_not_read() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><A>&b;</A></xml>'
    assert xml_fields(b"<xml><A><![CDATA[1]]></A><B>2</B></xml>") == {"A": "1", "B": "2", "xml": ""}
    unheard_of = [
        b'<?xml version="1.0" encoding="%b"?><a/>' % name for name in (b"x", b"gbk", b"rot13")
    ]
    for body in (bomb, b"<xml><A>", b"", b"not xml", b"<a>" * 300, *unheard_of):
        with pytest.raises(UnreadableError):
            xml_fields(body)
