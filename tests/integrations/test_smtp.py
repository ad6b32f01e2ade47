"""E-mail against a real SMTP server on this machine: TLS, log-in, what it says, and its silence."""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from regulars.domain.messaging.channels import Channel, Purpose
from regulars.domain.messaging.port import Accepted, Outgoing, Refused, SendInDoubt, Unsubscribe
from regulars.integrations.smtp.address import mailbox_of, named_mailbox_of
from regulars.integrations.smtp.letter import From, letter
from regulars.integrations.smtp.sender import Smtp
from regulars.integrations.smtp.server import server_of
from tests.integrations.certificates import self_signed
from tests.integrations.loopback import LINKS, MESSAGE_ID, NOW, desk, keyring, outgoing
from tests.integrations.test_smtp_dkim import RSA, pem, verified

GUEST = "li.min@mail.example"


@dataclass
class Office:
    """A mail server's clerk: says what the test wants and keeps what it is given."""

    rcpt: str | None = None
    data: str | None = None
    pause_seconds: float = 0.0
    mails: list[bytes] = field(default_factory=list)
    heads: list[tuple[str, list[str], bool]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the library's own name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take an address, or not."""
        if self.rcpt is not None:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the library's own name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """Take a letter, or not."""
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(content)
        self.heads.append(
            (envelope.mail_from or "", list(envelope.rcpt_tos), session.ssl is not None)
        )
        await asyncio.sleep(self.pause_seconds)
        return self.data or "250 OK"


@contextmanager
def office(
    clerk: Office,
    *,
    tls_from_the_first_word: ssl.SSLContext | None = None,
    starttls: ssl.SSLContext | None = None,
    with_log_in: bool = False,
) -> Iterator[int]:
    """A running mail server; answers its port."""
    loop = asyncio.new_event_loop()

    def one_line() -> SMTP:
        return SMTP(
            clerk,
            loop=loop,
            tls_context=starttls,
            require_starttls=starttls is not None,
            authenticator=may_enter if with_log_in else None,
            auth_required=with_log_in,
        )

    made = loop.create_server(one_line, "127.0.0.1", 0, ssl=tls_from_the_first_word)
    server = loop.run_until_complete(made)
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


def may_enter(
    server: object, session: Session, envelope: Envelope, mechanism: str, given: object
) -> AuthResult:
    """Whether this is the shop's own password."""
    right = LoginPassword(b"shop@tea.example", b"p@ss:word")
    return AuthResult(success=given == right, handled=False)


def sender(home: Path, port: int, *, url: str = "", **more: str) -> Smtp:
    keys = {"SMTP_URL": url or f"smtp://127.0.0.1:{port}", "SMTP_FROM": "正茶 <hello@tea.example>"}
    return Smtp(keyring(home, **keys, **more), desk(), wait_seconds=0.5)


def to_guest(
    *,
    address: str = GUEST,
    subject: str | None = "您的券还有 3 天到期",
    text: str = "小雨，满 30 减 5。\n.一行以点开头",
    html: str | None = "<p>小雨，<b>满 30 减 5</b></p>",
    links: Unsubscribe | None = LINKS,
    purpose: Purpose = Purpose.MARKETING,
) -> Outgoing:
    return outgoing(
        channel=Channel.EMAIL,
        address=address,
        subject=subject,
        text=text,
        html=html,
        links=links,
        purpose=purpose,
    )


def read(mail: bytes) -> EmailMessage:
    found = message_from_bytes(mail, policy=default)
    assert isinstance(found, EmailMessage)
    return found


def content(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    found = part.get_content()
    assert isinstance(found, str)
    return found


def test_a_letter_arrives_with_both_texts_and_a_way_out(tmp_path: Path) -> None:
    clerk = Office()
    with office(clerk) as port:
        answer = sender(tmp_path, port).send(to_guest())
    assert answer == Accepted(provider_id=f"<{MESSAGE_ID}@tea.example>", cost_micro=0)
    assert clerk.heads == [("hello@tea.example", [GUEST], False)]
    mail = read(clerk.mails[0])
    assert mail["From"] == "正茶 <hello@tea.example>"
    assert mail["To"] == GUEST
    assert mail["Subject"] == "您的券还有 3 天到期"
    assert mail["Message-ID"] == f"<{MESSAGE_ID}@tea.example>"
    assert mail["Date"].datetime == NOW
    assert mail["List-Unsubscribe"] == f"<{LINKS.one_click_url}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-ID"] == "<offers.tea.example>"
    assert (mail["Auto-Submitted"], mail["Precedence"]) == ("auto-generated", "bulk")
    assert mail.get_content_type() == "multipart/alternative"
    words = content(mail, "plain")
    assert "小雨，满 30 减 5。" in words
    assert "\n.一行以点开头" in words.replace("\r\n", "\n")
    assert LINKS.page_url in words
    assert "<b>满 30 减 5</b>" in content(mail, "html")


def test_a_service_letter_is_no_bulk_and_needs_no_way_out(tmp_path: Path) -> None:
    clerk = Office()
    with office(clerk) as port:
        sender(tmp_path, port).send(to_guest(links=None, html=None, purpose=Purpose.SERVICE))
    mail = read(clerk.mails[0])
    assert mail["Precedence"] is None
    assert mail["List-Unsubscribe"] is None
    assert mail.get_content_type() == "text/plain"


def test_a_long_way_out_stays_one_plain_line(tmp_path: Path) -> None:
    long = Unsubscribe(
        one_click_url="https://tea.example/u/" + "a1" * 200,
        page_url="https://tea.example/p/" + "b2" * 200,
        list_id="offers.tea.example",
    )
    clerk = Office()
    with office(clerk) as port:
        sender(tmp_path, port).send(to_guest(links=long))
    assert f"List-Unsubscribe: <{long.one_click_url}>\r\n".encode() in clerk.mails[0]


def test_a_signed_letter_is_accepted_by_an_independent_verifier(tmp_path: Path) -> None:
    clerk = Office()
    with office(clerk) as port:
        one = sender(tmp_path, port, SMTP_DKIM_KEY=pem(RSA), SMTP_DKIM_SELECTOR="tea")
        one.send(to_guest())
    assert verified(clerk.mails[0])
    assert not verified(clerk.mails[0].replace(b"Subject", b"Subjects", 1))


@pytest.mark.parametrize(
    "evil", ["Offer\r\nBcc: all@mail.example", "Offer\nX: 1", "Offer\x00\x0b\x1c\u2028X: 1"]
)
def test_a_subject_brings_no_second_header(tmp_path: Path, evil: str) -> None:
    clerk = Office()
    with office(clerk) as port:
        sender(tmp_path, port).send(to_guest(subject=evil, text=f"{evil}\r\n.\r\nMAIL FROM:<x>"))
    assert len(clerk.mails) == 1
    assert clerk.heads[0][1] == [GUEST]
    mail = read(clerk.mails[0])
    assert (mail["Bcc"], mail["X"]) == (None, None)
    assert mail["Subject"].startswith("Offer")


@pytest.mark.parametrize(
    ("subject", "arrives"),
    [
        ("👩\u200d🍳 推荐", "👩\u200d🍳 推荐"),
        ("عرض لك يا ليلى", "عرض لك يا ليلى"),
        ("می\u200cخواهم 茶", "می\u200cخواهم 茶"),
        ("茶\u202egnp.exe\u2066", "茶 gnp.exe"),
    ],
)
def test_a_subject_in_any_script_arrives_as_it_was_written_and_turns_nothing_around(
    tmp_path: Path, subject: str, arrives: str
) -> None:
    clerk = Office()
    with office(clerk) as port:
        sender(tmp_path, port).send(to_guest(subject=subject))
    assert read(clerk.mails[0])["Subject"] == arrives


def test_a_long_address_stays_whole_in_the_letter(tmp_path: Path) -> None:
    address = f"{'a' * 64}@{'b' * 60}.example"
    clerk = Office()
    with office(clerk) as port:
        one = sender(tmp_path, port, SMTP_DKIM_KEY=pem(RSA), SMTP_DKIM_SELECTOR="tea")
        assert isinstance(one.send(to_guest(address=address)), Accepted)
    assert clerk.heads[0][1] == [address]
    assert read(clerk.mails[0])["To"] == address
    assert verified(clerk.mails[0])


@pytest.mark.parametrize(
    "address",
    [
        "",
        "li",
        "@mail.example",
        "li@",
        "li@mail.example\r\nRCPT TO:<all@mail.example>",
        "li@mail.example>,<all@mail.example",
        "li@mail.example, all@mail.example",
        "a b@mail.example",
        '"a"@mail.example',
        "李@mail.example",
        "li@mail..example",
        "li@[127.0.0.1]",
        f"{'a' * 250}@mail.example",
        "li@-mail.example",
    ],
)
def test_what_is_no_address_is_refused_for_good_and_never_leaves(
    tmp_path: Path, address: str
) -> None:
    answer = sender(tmp_path, 9).send(to_guest(address=address))
    assert answer == Refused(code="address_malformed", final=True)


@pytest.mark.parametrize("address", ["li@straße.example", "li@a\u200db.example", "li@νέος.example"])
def test_a_domain_that_would_become_somebody_elses_is_no_address(address: str) -> None:
    assert mailbox_of(address) is None


def test_a_domain_in_chinese_is_written_as_the_network_has_it() -> None:
    assert str(mailbox_of("li@例子.测试")) == "li@xn--fsqu00a.xn--0zwm56d"


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("550 5.1.1 no such user li.min", Refused(code="smtp_550_5.1.1", final=True)),
        ("550 no", Refused(code="smtp_550", final=True)),
        ("550 5.7.1 you are on a list", Refused(code="smtp_550_5.7.1", final=False)),
        ("552 5.2.2 mailbox full", Refused(code="smtp_552_5.2.2", final=False)),
        ("451 4.7.1 grey for now", Refused(code="smtp_451_4.7.1", final=False)),
    ],
)
def test_an_address_that_is_refused_is_final_only_if_nobody_is_there(
    tmp_path: Path, words: str, answer: Refused
) -> None:
    clerk = Office(rcpt=words)
    with office(clerk) as port:
        assert sender(tmp_path, port).send(to_guest()) == answer
    assert clerk.mails == []


@pytest.mark.parametrize(
    ("words", "code"), [("554 5.7.1 spam", "smtp_554_5.7.1"), ("452 4.3.1 full", "smtp_452_4.3.1")]
)
def test_a_letter_that_is_refused_is_not_in_doubt(tmp_path: Path, words: str, code: str) -> None:
    with office(Office(data=words)) as port:
        answer = sender(tmp_path, port).send(to_guest())
    assert answer == Refused(code=code, final=False)


@contextmanager
def clerk_who_hangs_up(lines: list[bytes]) -> Iterator[int]:
    """A server that says these lines, one for each it hears, and then hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            line, _ = listening.accept()
            with line, line.makefile("rb") as heard:
                for words in lines:
                    line.sendall(words)
                    heard.readline()
                while lines[-1].startswith(b"354") and heard.readline().strip() not in {b".", b""}:
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


GREETING = [b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n"]


@pytest.mark.parametrize("lines", [GREETING[:1], GREETING[:2], GREETING])
def test_a_line_that_breaks_before_the_letter_is_a_refusal(
    tmp_path: Path, lines: list[bytes]
) -> None:
    with clerk_who_hangs_up(lines) as port:
        answer = sender(tmp_path, port).send(to_guest())
    assert isinstance(answer, Refused)
    assert not answer.final


def test_a_line_that_breaks_after_the_letter_leaves_it_in_doubt(tmp_path: Path) -> None:
    lines = [*GREETING, b"250 ok\r\n", b"354 go\r\n"]
    with clerk_who_hangs_up(lines) as port, pytest.raises(SendInDoubt) as doubt:
        sender(tmp_path, port).send(to_guest())
    assert GUEST not in str(doubt.value)


def test_a_server_that_thinks_too_long_about_a_letter_leaves_it_in_doubt(tmp_path: Path) -> None:
    clerk = Office(pause_seconds=0.9)
    with office(clerk) as port, pytest.raises(SendInDoubt):
        sender(tmp_path, port).send(to_guest())
    assert len(clerk.mails) == 1


@contextmanager
def clerk_who_drips(words: bytes) -> Iterator[int]:
    """A server that says one letter now and then, and never comes to an end."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            line, _ = listening.accept()
            with line, suppress(OSError):
                line.sendall(b"220 hi\r\n")
                for number in range(200):
                    line.sendall(words[number % len(words)].to_bytes())
                    time.sleep(0.05)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def test_a_server_that_drips_is_left_when_the_time_is_up(tmp_path: Path) -> None:
    with clerk_who_drips(b"250-hi\r\n") as port:
        keys = {"SMTP_URL": f"smtp://127.0.0.1:{port}", "SMTP_FROM": "hello@tea.example"}
        one = Smtp(keyring(tmp_path, **keys), desk(), wait_seconds=0.5, whole_seconds=1.0)
        begun = time.monotonic()
        answer = one.send(to_guest())
        took = time.monotonic() - begun
    assert answer == Refused(code="unreachable", final=False)
    assert took < 5.0, "ten seconds of dripping were not waited for"


def test_a_server_that_does_not_greet_is_a_refusal(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        answer = sender(tmp_path, silent.getsockname()[1]).send(to_guest())
    assert answer == Refused(code="unreachable", final=False)


def test_nobody_at_the_door_is_a_refusal(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert sender(tmp_path, port).send(to_guest()) == Refused(code="unreachable", final=False)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A certificate of this machine's, and the server's side of it."""
    public, private = self_signed(tmp_path_factory.mktemp("tls"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context


@pytest.mark.parametrize(("password", "code"), [("p%40ss%3Aword", None), ("wrong", "smtp_535")])
def test_the_shop_logs_in_only_once_the_line_is_encrypted(
    tmp_path: Path, certificate: tuple[Path, ssl.SSLContext], password: str, code: str | None
) -> None:
    public, context = certificate
    clerk = Office()
    with office(clerk, starttls=context, with_log_in=True) as port:
        url = f"smtp://shop%40tea.example:{password}@127.0.0.1:{port}"
        answer = sender(tmp_path, port, url=url, SMTP_AUTHORITIES=str(public)).send(to_guest())
        stranger = sender(tmp_path, port, url=url).send(to_guest())
    assert stranger == Refused(code="unreachable", final=False)
    if code is None:
        assert isinstance(answer, Accepted)
        assert clerk.heads[0][2]
    else:
        assert answer == Refused(code=code, final=False)
        assert clerk.mails == []


def test_a_server_that_speaks_tls_from_the_first_word_is_used(
    tmp_path: Path, certificate: tuple[Path, ssl.SSLContext]
) -> None:
    public, context = certificate
    clerk = Office()
    with office(clerk, tls_from_the_first_word=context) as port:
        url = f"smtps://127.0.0.1:{port}"
        answer = sender(tmp_path, port, url=url, SMTP_AUTHORITIES=str(public)).send(to_guest())
    assert isinstance(answer, Accepted)


def test_a_server_that_knows_no_log_in_is_told_apart_from_nobody(tmp_path: Path) -> None:
    with office(Office()) as port:
        url = f"smtp://shop:word@127.0.0.1:{port}"
        answer = sender(tmp_path, port, url=url).send(to_guest())
    assert answer == Refused(code="smtp_no_tls_or_log_in", final=False)


def test_a_server_elsewhere_that_offers_no_tls_is_told_nothing() -> None:
    elsewhere = server_of("smtp://user:pw@mail.example")
    assert elsewhere is not None
    assert not elsewhere.is_own
    assert (elsewhere.port, elsewhere.user) == (587, "user")
    assert "pw" not in repr(elsewhere)


def test_a_list_that_is_no_name_is_never_written() -> None:
    named, to = named_mailbox_of("hello@tea.example"), mailbox_of(GUEST)
    assert named is not None
    assert to is not None
    for url in ("https://tea.example/\r\nBcc: x", "https://tea.example/a b", "https://茶.example/"):
        links = Unsubscribe(one_click_url=url, page_url=LINKS.page_url, list_id="tea.example")
        with pytest.raises(ValueError):
            letter(to_guest(links=links), From(*named), to, now=NOW)
