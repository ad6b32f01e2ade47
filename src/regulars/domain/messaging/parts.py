"""How many parts an SMS is charged for.

70 Chinese characters go in one part; 71 go in two of 67, since each part then carries its number.
A text in the plain alphabet of GSM has 160, or 153 in each of several.
"""

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
# These take an escape and themselves.
_GSM_TWO = frozenset("^{}\\[~]|€")


def sms_parts(text: str) -> int:
    """How many parts a text takes; an empty one takes none. Source: 3GPP TS 23.038, 23.040."""
    if not text:
        return 0
    if all(letter in _GSM or letter in _GSM_TWO for letter in text):
        units = sum(2 if letter in _GSM_TWO else 1 for letter in text)
        return 1 if units <= 160 else _packed([2 if c in _GSM_TWO else 1 for c in text], 153)
    widths = [2 if ord(letter) > 0xFFFF else 1 for letter in text]
    return 1 if sum(widths) <= 70 else _packed(widths, 67)


def parts_signed(text: str, signature: str) -> int:
    """How many parts a text takes once the provider has put 【signature】 before it.

    A text in English then counts as Chinese does: the brackets are in no plain alphabet.
    """
    return sms_parts(text if text.startswith("【") else f"【{signature}】{text}")


def _packed(widths: list[int], room: int) -> int:
    # An escape and its letter, or the two halves of an emoji, never stand in different parts.
    parts, used = 1, 0
    for width in widths:
        if used + width > room:
            parts, used = parts + 1, 0
        used += width
    return parts
