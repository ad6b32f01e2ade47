"""DKIM: the example of RFC 8463 to the letter, and letters that an independent verifier accepts."""

import base64

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from regulars.integrations.smtp.address import mailbox_of, named_mailbox_of
from regulars.integrations.smtp.dkim import (
    Signer,
    body_hash,
    fields_of,
    key_of,
    relaxed_field,
    sign,
    signing_input,
)
from regulars.integrations.smtp.letter import From, letter
from tests.integrations.certificates import key_of_sm2
from tests.integrations.loopback import LINKS, NOW, outgoing

# RFC 8463, appendix A.
HEAD = (
    b"From: Joe SixPack <joe@football.example.com>\r\n"
    b"To: Suzie Q <suzie@shopping.example.net>\r\n"
    b"Subject: Is dinner ready?\r\n"
    b"Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)\r\n"
    b"Message-ID: <20030712040037.46341.5F8J@football.example.com>\r\n"
)
BODY = b"Hi.\r\n\r\nWe lost the game.  Are you hungry yet?\r\n\r\nJoe.\r\n"
UNSIGNED = (
    b"DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;\r\n"
    b" d=football.example.com; i=@football.example.com;\r\n"
    b" q=dns/txt; s=brisbane; t=1528637909; h=from : to :\r\n"
    b" subject : date : message-id : from : subject : date;\r\n"
    b" bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;\r\n"
    b" b="
)
NAMES = ("from", "to", "subject", "date", "message-id", "from", "subject", "date")
SEED = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="
SIGNATURE = (
    "/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11BusFa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw=="
)

RSA = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
PUBLIC = RSA.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
RECORD = b"v=DKIM1; k=rsa; p=" + base64.b64encode(PUBLIC)


def pem(key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def verified(mail: bytes) -> bool:
    """Whether dkimpy, which shares no line with the product, accepts a letter."""

    def record(name: bytes, timeout: int = 5) -> bytes | None:
        del timeout
        return RECORD if name == b"tea._domainkey.tea.example." else None

    return bool(dkim.verify(mail, dnsfunc=record))


def signed_letter(**words: str | None) -> bytes:
    sender, to = named_mailbox_of("正茶 <hello@tea.example>"), mailbox_of("li@mail.example")
    assert sender is not None
    assert to is not None
    written = outgoing(
        subject=words.get("subject", "您的券还有 3 天到期"),
        text=words.get("text") or "茶 " * 300,
        html=words.get("html", "<p>茶</p>"),
        links=LINKS,
    )
    mail = letter(written, From(*sender), to, now=NOW)
    return Signer(domain="tea.example", selector="tea", key=RSA).signed(mail, now=NOW)


def test_the_published_example_has_the_published_hash_and_signature() -> None:
    assert base64.b64encode(body_hash(BODY)) == b"2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8="
    key = ed25519.Ed25519PrivateKey.from_private_bytes(base64.b64decode(SEED))
    to_sign = signing_input(fields_of(HEAD), NAMES, UNSIGNED)
    assert base64.b64encode(sign(key, to_sign)).decode() == SIGNATURE


def test_the_examples_of_relaxed_canonicalisation_come_out_as_published() -> None:
    # RFC 6376 §3.4.5.
    assert relaxed_field(b"A: X") == b"a:X"
    assert relaxed_field(b"B : Y\t\r\n\tZ  ") == b"b:Y Z"
    assert body_hash(b" C \r\nD \t E\r\n\r\n\r\n") == body_hash(b" C\r\nD E\r\n")


def test_an_independent_verifier_accepts_a_letter() -> None:
    assert verified(signed_letter())
    assert verified(signed_letter(html=None))
    assert verified(signed_letter(subject="x " * 150, text="Hello.\n.\n..dot\n\n\n"))


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"abc", b"abd"),
        (b"To: li@", b"To: ln@"),
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", b""),
        (b"Precedence: bulk", b"Precedence: list"),
        (b"From: ", b"From: evil@tea.example\r\nFrom: "),
        (b"Subject: ", b"Subject: Win!\r\nSubject: "),
    ],
)
def test_a_letter_that_was_changed_on_the_way_is_not_accepted(was: bytes, becomes: bytes) -> None:
    mail = signed_letter()
    changed = mail.replace(was, becomes, 1)
    assert changed != mail
    assert not verified(changed)


def test_spaces_may_change_on_the_way() -> None:
    mail = signed_letter()
    assert verified(mail.replace(b"Precedence: bulk", b"precedence:  bulk ", 1))
    assert verified(mail + b"\r\n\r\n")


def test_no_line_of_a_signed_letter_is_too_long() -> None:
    assert max(map(len, signed_letter(subject="茶" * 300).split(b"\r\n"))) < 200


def test_only_keys_that_may_sign_are_taken() -> None:
    assert isinstance(key_of(pem(RSA)), rsa.RSAPrivateKey)
    other = pem(ed25519.Ed25519PrivateKey.generate())
    assert isinstance(key_of(other), ed25519.Ed25519PrivateKey)
    for wrong in ("", "none", pem(RSA)[:200], key_of_sm2()):
        assert key_of(wrong) is None
