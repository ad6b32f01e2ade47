"""What a person may write into a member's texts.

Names travel far: screens, receipts, kitchen tickets, messages. So line breaks and control
characters, which forge log lines and mail headers, and payment card numbers, which a shop must
never keep, are refused where they enter.

    "  李 敏 " is kept as "李 敏"; "卡 4111 1111 1111 1111" is refused.
"""

import re
import unicodedata

from regulars.domain.kernel.refusal import refusal_code

TEXT_MALFORMED = refusal_code("member.text_malformed", "field")
TEXT_TOO_LONG = refusal_code("member.text_too_long", "field", "maximum")
PAYMENT_CARD_REFUSED = refusal_code("member.payment_card_refused", "field")

_DIGITS = re.compile(r"\d(?:[ -]?\d){12,18}")
# Line breaks, control, unassigned and private characters. Format characters stay out too, since
# they reverse or hide text, but for the joiner that holds an emoji together.
_FORBIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_JOINER = "\u200d"


def unformatted(text: str) -> str:
    """The text with full-width letters and digits made plain, and no space around it."""
    return unicodedata.normalize("NFKC", text).strip()


def checked_text(text: str, *, field: str, maximum: int) -> str:
    """The text as it is kept: one line, composed, without space around it.

    Units: maximum in characters.
    Refuses: member.text_malformed, member.text_too_long, member.payment_card_refused.
    """
    kept = unicodedata.normalize("NFC", text).strip()
    if len(kept) > maximum:
        raise TEXT_TOO_LONG.because(field=field, maximum=maximum)
    if any(unicodedata.category(c) in _FORBIDDEN and c != _JOINER for c in kept):
        raise TEXT_MALFORMED.because(field=field)
    if any(is_payment_card(found) for found in _DIGITS.findall(unformatted(kept))):
        raise PAYMENT_CARD_REFUSED.because(field=field)
    return kept


def is_payment_card(text: str) -> bool:
    """Whether the digits are those of a payment card. Source: ISO/IEC 7812, Luhn."""
    digits = [int(c) for c in text if c.isdigit()]
    if not 13 <= len(digits) <= 19 or digits[0] not in {2, 3, 4, 5, 6}:
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
