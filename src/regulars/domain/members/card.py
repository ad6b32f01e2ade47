"""Member card codes 会员卡号: ours, with a check character, and those of a shop's old cards.

Our code begins with the letter M, so a scanner never takes it for a payment code, and ends with a
check character, so a mistyped one is noticed instead of finding somebody else.

    M0000000001 + check character T reads M0000000001T; typed as M0000000010T it is refused.
"""

import re

PREFIX = "M"
# No I, L, O, U and Z, which are read as 1, 1, 0, V and 2. There are 31, a prime: see the check.
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXY"
_BODY = 10
_OURS = re.compile(f"{PREFIX}[{LETTERS}]{{{_BODY + 1}}}")
_FOREIGN = re.compile("[0-9A-Z]{4,20}")
_READ_AS = str.maketrans("ILOUZ", "110V2")
# A pay code on a phone: WeChat 18 digits from 10 to 15, Alipay 16 to 24 digits from 25 to 30.
_PAY_CODE = re.compile("1[0-5][0-9]{16}|(2[5-9]|30)[0-9]{14,22}")


def card_code(entropy: bytes) -> str:
    """A new code of ours, one of 8 × 10¹⁴. Units: entropy is 8 bytes or more."""
    number = int.from_bytes(entropy[:8], "big")
    body = ""
    for _ in range(_BODY):
        number, letter = divmod(number, len(LETTERS))
        body += LETTERS[letter]
    return PREFIX + body + check_character(PREFIX + body)


def check_character(code: str) -> str:
    """The character that closes a code, one of our letters.

    A weighted sum modulo a prime: it catches every single wrong character and every swap of
    neighbours. Source: our choice; ISO 7064 MOD 37,36 may end in letters that are misread.
    """
    total = sum(place * LETTERS.index(c) for place, c in enumerate(code, start=1))
    return LETTERS[total % len(LETTERS)]


def own_card(text: str) -> str | None:
    """The code of ours that a text spells, its check character right; else None."""
    code = text[:1] + text[1:].translate(_READ_AS)
    if not _OURS.fullmatch(code) or check_character(code[:-1]) != code[-1]:
        return None
    return code


def looks_own(text: str) -> bool:
    """Whether a text has the shape of a code of ours, its check character right or wrong."""
    return bool(_OURS.fullmatch(text[:1] + text[1:].translate(_READ_AS)))


def foreign_card(text: str) -> str | None:
    """The number of a shop's older card or an NFC card that a text spells; else None.

    A number that a scanner reads as a pay code is none: it would pay instead of greet.
    """
    if looks_own(text) or not _FOREIGN.fullmatch(text) or _PAY_CODE.fullmatch(text):
        return None
    return text
