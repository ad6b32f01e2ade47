"""E-mail by SMTP. A letter is in doubt only between its last byte and the server's answer to it.

Everything before is a refusal for certain: no server delivers a letter whose end it has not seen.
Bounces that come back later as e-mail of their own are not read; the server's answer is all there is.
"""

import re
import smtplib

from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import Accepted, Answer, Outgoing, Refused, SendInDoubt
from regulars.integrations.keyring import Desk, Keyring
from regulars.integrations.smtp.address import (
    Mailbox,
    is_domain,
    mailbox_of,
    named_mailbox_of,
)
from regulars.integrations.smtp.dkim import Signer, key_of
from regulars.integrations.smtp.letter import From, letter, message_id
from regulars.integrations.smtp.line import Until
from regulars.integrations.smtp.server import are_authorities, hang_up, server_of

NAME = "smtp"
WAIT_SECONDS = 15.0
# Many servers look into a letter before they take it.
WHOLE_SECONDS = 45.0
DONE = 250
FORWARDS = 251
GO_ON = 354
# "No such mailbox" in all its forms (RFC 5321 §4.2.3).
NO_MAILBOX = frozenset({550, 551, 553})
_ENHANCED = re.compile(rb"([245])\.(\d{1,3})\.(\d{1,3})\b")
_DOT_FIRST = re.compile(rb"(?m)^\.")


class Smtp:
    """The sender `smtp`."""

    name = NAME
    channel = Channel.EMAIL

    def __init__(
        self,
        keyring: Keyring,
        desk: Desk,
        *,
        wait_seconds: float = WAIT_SECONDS,
        whole_seconds: float = WHOLE_SECONDS,
    ) -> None:
        self._keys = keys = keyring.keys(
            "SMTP",
            needs=("URL", "FROM"),
            may_have=("AUTHORITIES", "DKIM_KEY", "DKIM_SELECTOR", "DKIM_DOMAIN"),
        )
        self._desk = desk
        self._wait_seconds = wait_seconds
        self._whole_seconds = whole_seconds
        self._server = server_of(keys["URL"], authorities=keys["AUTHORITIES"])
        named = named_mailbox_of(keys["FROM"])
        self._from = None if named is None else From(*named)
        self._has_authorities = are_authorities(keys["AUTHORITIES"])
        self._key = key_of(keys["DKIM_KEY"])

    def missing(self) -> tuple[str, ...]:
        """The settings that it still needs, those that cannot be read among them."""
        selector, domain = self._keys["DKIM_SELECTOR"], self._keys["DKIM_DOMAIN"]
        wrong = {
            "URL": self._server is None,
            "FROM": self._from is None,
            "DKIM_KEY": bool(self._keys["DKIM_KEY"]) and self._key is None,
            "DKIM_SELECTOR": bool(self._keys["DKIM_KEY"]) and not is_domain(selector),
            "DKIM_DOMAIN": bool(domain) and not is_domain(domain),
            "AUTHORITIES": not self._has_authorities,
        }
        return tuple(f"{self._keys.start}{name}" for name, is_wrong in wrong.items() if is_wrong)

    def send(self, outgoing: Outgoing) -> Answer:
        """Hand one letter to the mail server. Raises: SendInDoubt."""
        if self._server is None or self._from is None or self.missing():
            return Refused(code="not_configured", final=False)
        to = mailbox_of(outgoing.address)
        if to is None:
            return Refused(code="address_malformed", final=True)
        mail = self._signed(letter(outgoing, self._from, to, now=self._desk.clock()))
        until = Until.from_now(wait=self._wait_seconds, whole=self._whole_seconds)
        try:
            line = self._server.connected(self._from.mailbox.domain, until)
        except smtplib.SMTPResponseException as error:
            return Refused(code=f"smtp_{error.smtp_code}", final=False)
        except smtplib.SMTPNotSupportedError:
            return Refused(code="smtp_no_tls_or_log_in", final=False)
        except (OSError, smtplib.SMTPException):
            return Refused(code="unreachable", final=False)
        try:
            refused = _offered(line, self._from.mailbox, to)
            return refused or _handed(line, mail, message_id(outgoing, self._from))
        finally:
            hang_up(line)

    def _signed(self, mail: bytes) -> bytes:
        if self._key is None or self._from is None:
            return mail
        signer = Signer(
            domain=self._keys["DKIM_DOMAIN"] or self._from.mailbox.domain,
            selector=self._keys["DKIM_SELECTOR"],
            key=self._key,
        )
        return signer.signed(mail, now=self._desk.clock())


def _offered(line: smtplib.SMTP, sender: Mailbox, to: Mailbox) -> Refused | None:
    try:
        code, words = line.mail(str(sender))
        if code != DONE:
            return _refused(code, words, is_recipient=False)
        code, words = line.rcpt(str(to))
        if code not in {DONE, FORWARDS}:
            return _refused(code, words, is_recipient=True)
        code, words = line.docmd("DATA")
        return None if code == GO_ON else _refused(code, words, is_recipient=False)
    except (OSError, smtplib.SMTPException):
        return Refused(code="connection_lost", final=False)


def _handed(line: smtplib.SMTP, mail: bytes, own_id: str) -> Answer:
    try:
        line.send(_DOT_FIRST.sub(b"..", mail.rstrip(b"\r\n")) + b"\r\n.\r\n")
        code, words = line.getreply()
    except (OSError, smtplib.SMTPException):
        raise SendInDoubt("no_answer_to_the_letter") from None
    if code == DONE:
        return Accepted(provider_id=own_id, cost_micro=0)
    return _refused(code, words, is_recipient=False)


def _refused(code: int, words: bytes, *, is_recipient: bool) -> Refused:
    """A refusal by the server's code; its words are not kept, for they quote the address."""
    found = _ENHANCED.search(words)
    enhanced = b".".join(found.groups()).decode() if found else ""
    # 5.1 is about the address; 5.7 is about us (a block list), and 5.2 about a full mailbox.
    gone = enhanced.startswith("5.1.") or not enhanced
    return Refused(
        code=f"smtp_{code}" + (f"_{enhanced}" if enhanced else ""),
        final=is_recipient and code in NO_MAILBOX and gone,
    )
