"""The document that the holder of a prepaid card shows, and its number as it is kept.

A second-generation identity card closes with a check character (GB 11643): 11010519491231002X is
one, 110105194912310021 is a slip of the pen and is refused.
"""

import re
from enum import StrEnum

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.members.writing import unformatted

DOCUMENT_MALFORMED = refusal_code("value_identity.number_malformed")


class DocumentKind(StrEnum):
    """What the holder showed."""

    ID_CARD = "id_card"
    PASSPORT = "passport"
    HOME_RETURN_PERMIT = "home_return_permit"
    TAIWAN_PERMIT = "taiwan_permit"
    OTHER = "other"


_ID_CARD = re.compile("[1-9][0-9]{16}[0-9X]")
_OTHER = re.compile("[0-9A-Z]{4,30}")
_SEPARATORS = re.compile(r"[\s\-()]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def document_number(kind: DocumentKind, text: str) -> str:
    """The number without spaces, in capitals. Refuses: value_identity.number_malformed."""
    number = _SEPARATORS.sub("", unformatted(text)).upper()
    if kind is DocumentKind.ID_CARD:
        if not _ID_CARD.fullmatch(number) or _check_of(number) != number[-1]:
            raise DOCUMENT_MALFORMED.because()
    elif not _OTHER.fullmatch(number):
        raise DOCUMENT_MALFORMED.because()
    return number


def _check_of(number: str) -> str:
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return _CHECKS[total % 11]
