"""Writes one message as e-mail: both texts, how to leave the list, and no room for a foreign header.

Marketing carries `List-Unsubscribe` with one https address and `List-Unsubscribe-Post`, so that a
mail program's own button takes her off the list in one POST (RFC 8058).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from unicodedata import category

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.channels import Purpose
from regulars.domain.messaging.port import Outgoing
from regulars.integrations.smtp.address import Mailbox

SUBJECT_LETTERS_MAX = 200
# A line of e-mail has 998 letters at most, its name included.
WORD_LETTERS_MAX = 900
# What turns around all that comes after it: a subject is no place for it.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# 7 bit all the way: no server on the way rewrites the text, and the signature stays good.
POLICY = SMTP.clone(cte_type="7bit", max_line_length=76)


@dataclass(frozen=True, slots=True)
class From:
    """Whom the letter is from: the name that is shown, and the bare address."""

    shown: Address
    mailbox: Mailbox


def letter(outgoing: Outgoing, sender: From, to: Mailbox, *, now: Instant) -> bytes:
    """The whole letter as it goes over the line, with CRLF."""
    message = EmailMessage(policy=POLICY)
    message["From"] = sender.shown
    message["To"] = Address("", to.local, to.domain)
    message["Subject"] = one_line(outgoing.subject or outgoing.text)
    message["Date"] = now
    message["Content-Language"] = outgoing.language
    message["Auto-Submitted"] = "auto-generated"
    if outgoing.purpose is Purpose.MARKETING:
        message["Precedence"] = "bulk"
    message.set_content(_with_footer(outgoing), charset="utf-8", cte="base64")
    if outgoing.html is not None:
        message.add_alternative(outgoing.html, subtype="html", charset="utf-8", cte="base64")
    if message.is_multipart():
        message.set_boundary(f"regulars-{outgoing.id.hex}")
    # The library would wrap a long address in encoded words; these lines go out as they are.
    whole = [("Message-ID", message_id(outgoing, sender)), *_list_headers(outgoing)]
    first = "".join(f"{name}: {value}\r\n" for name, value in whole)
    return first.encode("ascii") + message.as_bytes(policy=POLICY)


def message_id(outgoing: Outgoing, sender: From) -> str:
    """The letter's own id: made of ours, so a receiver that gets it twice can tell."""
    return f"<{outgoing.id}@{sender.mailbox.domain}>"


def one_line(text: str) -> str:
    """A text as a header takes it: one line, in the order in which it is written."""
    plain = "".join(_in_a_line(letter) for letter in text)
    return " ".join(plain.split())[:SUBJECT_LETTERS_MAX]


def _in_a_line(letter: str) -> str:
    # Joiners and marks of direction belong to emoji and to scripts from right to left.
    if letter.isprintable() or (category(letter) == "Cf" and letter not in _TURNING):
        return letter
    return " "


def _list_headers(outgoing: Outgoing) -> Iterable[tuple[str, str]]:
    links = outgoing.links
    if links is None:
        return
    yield "List-ID", f"<{_word(links.list_id.strip('<>'))}>"
    yield "List-Unsubscribe", f"<{_word(links.one_click_url)}>"
    yield "List-Unsubscribe-Post", "List-Unsubscribe=One-Click"


def _word(text: str) -> str:
    fits = text.isascii() and text.isprintable() and len(text) <= WORD_LETTERS_MAX
    if not fits or set(text) & set(" <>,"):
        raise ValueError("an address of ours holds only what an address may")
    return text


def _with_footer(outgoing: Outgoing) -> str:
    links = outgoing.links
    if links is None or links.page_url in outgoing.text:
        return outgoing.text
    words = "退订" if outgoing.language == "zh-CN" else "Unsubscribe"
    return f"{outgoing.text}\n\n{words}: {links.page_url}\n"
