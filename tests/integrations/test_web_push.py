"""Web push: the vector of RFC 8291, and a push service on this machine that opens what it gets."""

import base64
import json
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from regulars.domain.messaging.channels import Channel, Purpose
from regulars.domain.messaging.port import Accepted, Outgoing, Refused, SendInDoubt
from regulars.integrations.web_push.encryption import Browser, encrypted
from regulars.integrations.web_push.sender import WebPush
from regulars.integrations.web_push.vapid import from_url_safe, private_key, url_safe
from tests.integrations.certificates import key_of_sm2
from tests.integrations.loopback import (
    LINKS,
    MESSAGE_ID,
    NOW,
    Answering,
    Asked,
    cut,
    desk,
    half,
    keyring,
    outgoing,
    provider,
    said,
    silent,
)

# RFC 8291, appendix A.
PLAIN = b"When I grow up, I want to be a watermelon"
OWN_PRIVATE = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
BROWSER_PRIVATE = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
BROWSER_PUBLIC = (
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
)
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
CIPHER = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
    "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
SHOP_KEY = "c2hvcC1rZXktdGhhdC1pcy0zMi1ieXRlcy1sb25nISE"


def scalar(text: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(from_url_safe(text), "big"), ec.SECP256R1())


def sender(home: Path, **more: str) -> WebPush:
    keys = {"PUSH_VAPID_KEY": SHOP_KEY, "PUSH_CONTACT": "mailto:hello@tea.example", **more}
    return WebPush(keyring(home, **keys), desk())


def subscription(url: str, *, auth: str = AUTH, key: str = BROWSER_PUBLIC) -> str:
    keys = {"p256dh": key, "auth": auth}
    return json.dumps({"endpoint": f"{url}/push/abc", "expirationTime": None, "keys": keys})


def to_browser(
    url: str, *, text: str = "您的券还有3天到期", purpose: Purpose = Purpose.MARKETING
) -> Outgoing:
    return outgoing(
        channel=Channel.PUSH,
        address=subscription(url),
        subject="正茶",
        text=text,
        links=LINKS,
        purpose=purpose,
    )


def derived(secret: bytes, salt: bytes, info: bytes, size: int) -> bytes:
    """HKDF with one block, by RFC 5869 and HMAC alone."""

    def mac(key: bytes, text: bytes) -> bytes:
        made = hmac.HMAC(key, hashes.SHA256())
        made.update(text)
        return made.finalize()

    return mac(mac(salt, secret), info + b"\x01")[:size]


def opened(body: bytes) -> bytes:
    """What the browser reads: RFC 8188 and RFC 8291 from the other end."""
    salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
    theirs, sealed = body[21 : 21 + length], body[21 + length :]
    assert len(sealed) <= size
    browser = scalar(BROWSER_PRIVATE)
    shared = browser.exchange(
        ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
    )
    own = from_url_safe(BROWSER_PUBLIC)
    met = derived(shared, from_url_safe(AUTH), b"WebPush: info\x00" + own + theirs, 32)
    key = derived(met, salt, b"Content-Encoding: aes128gcm\x00", 16)
    nonce = derived(met, salt, b"Content-Encoding: nonce\x00", 12)
    plain = AESGCM(key).decrypt(nonce, sealed, None)
    assert plain.endswith(b"\x02")
    return plain[:-1]


def claims(asked: Asked) -> dict[str, object]:
    """The proved claims of a request: RFC 8292 and RFC 7515 from the other end."""
    scheme, _, rest = asked.headers["authorization"].partition(" ")
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    head, body, signature = fields["t"].split(".")
    assert scheme == "vapid"
    assert json.loads(from_url_safe(head)) == {"typ": "JWT", "alg": "ES256"}
    public = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), from_url_safe(fields["k"])
    )
    raw = from_url_safe(signature)
    assert len(raw) == 64
    pair = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public.verify(pair, f"{head}.{body}".encode(), ec.ECDSA(hashes.SHA256()))
    with pytest.raises(InvalidSignature):
        public.verify(pair, f"{head}.{body}x".encode(), ec.ECDSA(hashes.SHA256()))
    found = json.loads(from_url_safe(body))
    assert isinstance(found, dict)
    return found


def test_the_published_example_gives_the_published_ciphertext() -> None:
    browser = Browser("https://push.example/", from_url_safe(BROWSER_PUBLIC), from_url_safe(AUTH))
    body = encrypted(PLAIN, browser, salt=from_url_safe(SALT), own=scalar(OWN_PRIVATE))
    assert url_safe(body) == CIPHER
    assert opened(body) == PLAIN


def test_the_browser_reads_what_was_sent_and_the_service_knows_who_sent_it(tmp_path: Path) -> None:
    one = sender(tmp_path)
    with provider([said(b"", status=201)]) as there:
        answer = one.send(to_browser(there.url))
        one.send(to_browser(there.url, purpose=Purpose.SERVICE))
    assert answer == Accepted(provider_id=None, cost_micro=0)
    first, second = there.asked
    assert json.loads(opened(first.body)) == {
        "id": str(MESSAGE_ID),
        "title": "正茶",
        "body": "您的券还有3天到期",
        "lang": "zh-CN",
        "unsubscribe": LINKS.page_url,
    }
    assert first.body != second.body
    assert first.headers["content-encoding"] == "aes128gcm"
    assert first.headers["ttl"] == "14400"
    assert first.headers["topic"] == MESSAGE_ID.hex
    assert (first.headers["urgency"], second.headers["urgency"]) == ("low", "normal")
    assert claims(first) == {
        "aud": there.url,
        "exp": int(NOW.timestamp()) + 43_200,
        "sub": "mailto:hello@tea.example",
    }
    assert f"k={one.public_key}" in first.headers["authorization"]


@pytest.mark.parametrize(
    ("status", "final"), [(404, True), (410, True), (400, False), (403, False), (413, False)]
)
def test_a_status_is_a_refusal_for_certain(tmp_path: Path, status: int, final: bool) -> None:
    with provider([said(b"", status=status)]) as there:
        answer = sender(tmp_path).send(to_browser(there.url))
    assert answer == Refused(code=f"http_{status}", final=final)


@pytest.mark.parametrize("badly", [cut, half, silent, said(b"", status=502)])
def test_without_a_clear_answer_it_is_in_doubt(tmp_path: Path, badly: Answering) -> None:
    with provider([badly]) as there, pytest.raises(SendInDoubt):
        sender(tmp_path).send(to_browser(there.url))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "{}",
        "[]",
        "https://push.example/abc",
        subscription("https://push.example", auth="short"),
        subscription("https://push.example", key=AUTH),
        subscription("https://push.example", key=url_safe(b"\x04" + b"\x01" * 64)),
        subscription("http://push.example"),
        subscription("https://user@push.example"),
        subscription("https://" + "[::1"),
        subscription("https://push.example:99999"),
        subscription("https://推送.example"),
        subscription("https://127.0.0.1:1").replace("127.0.0.1", "10.0.0.1"),
    ],
)
def test_a_subscription_that_is_none_or_leads_inside_is_refused_for_good(
    tmp_path: Path, address: str
) -> None:
    answer = sender(tmp_path).send(outgoing(channel=Channel.PUSH, address=address))
    assert isinstance(answer, Refused)
    assert answer.final


def test_what_is_too_long_for_one_record_is_refused(tmp_path: Path) -> None:
    with provider([said(b"", status=201)]) as there:
        answer = sender(tmp_path).send(to_browser(there.url, text="茶" * 2_000))
        assert there.asked == []
    assert answer == Refused(code="too_long", final=True)


def test_a_key_is_read_in_every_usual_form_and_no_other(tmp_path: Path) -> None:
    key = private_key(SHOP_KEY)
    assert key is not None
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    again = private_key(pem)
    assert again is not None
    encoded = (Encoding.X962, PublicFormat.UncompressedPoint)
    assert again.public_key().public_bytes(*encoded) == key.public_key().public_bytes(*encoded)
    for wrong in ("", "x", "AAAA", pem[:80], key_of_sm2(), base64.b64encode(b"1" * 31).decode()):
        assert private_key(wrong) is None
    assert sender(tmp_path, PUSH_VAPID_KEY="AAAA").missing() == ("REGULARS_PUSH_VAPID_KEY",)
    for contact in ("", "hello@tea.example", "http://tea.example"):
        assert sender(tmp_path, PUSH_CONTACT=contact).missing() == ("REGULARS_PUSH_CONTACT",)
    assert sender(tmp_path, PUSH_CONTACT="https://tea.example/about").missing() == ()
    assert sender(tmp_path).missing() == ()
