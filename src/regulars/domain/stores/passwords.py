"""What makes a password or a PIN good enough: length and not being guessed first.

"regulars2026" is refused (it names the shop's own software), "12345678" is refused (everybody
tries it), "下午茶三杯都要去冰" is fine. A PIN of 482915 is fine, 123456 and 888888 are not.
"""

from collections.abc import Iterable

from regulars.domain.kernel.refusal import refusal_code

LENGTH_MIN = 8
LENGTH_MAX = 128
PIN_DIGITS_MIN = 6
PIN_DIGITS_MAX = 12

PASSWORD_SHORT = refusal_code("password.too_short", "minimum")
PASSWORD_LONG = refusal_code("password.too_long", "maximum")
PASSWORD_COMMON = refusal_code("password.too_common")
PIN_MALFORMED = refusal_code("pin.malformed", "minimum", "maximum")
PIN_COMMON = refusal_code("pin.too_common")

# Beginnings and wholes that guessing lists try first; a list of letters and years covers the rest.
_STEMS = [
    "password",
    "passw0rd",
    "passwort",
    "qwerty",
    "qwertz",
    "asdfgh",
    "zxcvbn",
    "1q2w3e",
    "1qaz2wsx",
    "q1w2e3",
    "abc123",
    "a1b2c3",
    "admin",
    "administrator",
    "root",
    "letmein",
    "welcome",
    "iloveyou",
    "monkey",
    "dragon",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "batman",
    "master",
    "shadow",
    "michael",
    "jordan",
    "charlie",
    "michelle",
    "jennifer",
    "computer",
    "internet",
    "service",
    "secret",
    "starwars",
    "trustno1",
    "whatever",
    "freedom",
    "pokemon",
    "killer",
    "hello",
    "changeme",
    "default",
    "guest",
    "login",
    "test",
    "user",
    "temp",
    "demo",
    "money",
    "love",
    "google",
    "facebook",
    "samsung",
    "woaini",
    "wojiushi",
    "woaiwojia",
    "zhongguo",
    "nihao",
    "mima",
    "beijing",
    "shanghai",
    "guangzhou",
    "shenzhen",
    "taobao",
    "alipay",
    "weixin",
    "wechat",
    "xiaomi",
    "huawei",
    "aini",
    "li123",
    "wang123",
    "zhang123",
    "5201314",
    "1314520",
    "520520",
    "147258",
    "159357",
    "789456",
    "741852",
    "987654",
    "112233",
    "121212",
    "123123",
    "123321",
    "123654",
    "131313",
    "159753",
    "654321",
    "666666",
    "888888",
    "696969",
    "777777",
    "999999",
    "qazwsx",
    "asd123",
    "zxc123",
    "qwe123",
    "aa1234",
    "1qazxsw2",
]
_OWN_WORDS = ("regulars", "shuke", "熟客", "cashier", "shouyin", "收银", "dianzhang", "店长")
_RUNS = ("01234567890123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
# A stem with so few other letters around it is still that stem.
_STRANGE_LETTERS_MIN = 6


def _is_run(text: str) -> bool:
    return any(text in run or text in run[::-1] for run in _RUNS)


def _is_repeated(text: str) -> bool:
    return any(
        len(text) % width == 0 and text == text[:width] * (len(text) // width)
        for width in range(1, len(text) // 2 + 1)
    )


def _names(text: str, words: Iterable[str]) -> bool:
    return any(word in text and len(text) - len(word) < _STRANGE_LETTERS_MIN for word in words)


def check_password(password: str, *, context: Iterable[str]) -> None:
    """A password that may be set; `context` is what a guesser knows: log-in, name, shop.

    Refuses: password.too_short, password.too_long, password.too_common. Source: ASVS 5.0 6.2.1–11.
    """
    if len(password) < LENGTH_MIN:
        raise PASSWORD_SHORT.because(minimum=LENGTH_MIN)
    if len(password) > LENGTH_MAX:
        raise PASSWORD_LONG.because(maximum=LENGTH_MAX)
    text = password.casefold()
    known = [word.casefold() for word in context if len(word) >= 3]
    if _is_run(text) or _is_repeated(text) or _names(text, (*_STEMS, *_OWN_WORDS, *known)):
        raise PASSWORD_COMMON.because()


def check_pin(pin: str, *, context: Iterable[str] = ()) -> None:
    """A PIN that may be set. Refuses: pin.malformed, pin.too_common. Units: digits."""
    if not (pin.isascii() and pin.isdigit() and PIN_DIGITS_MIN <= len(pin) <= PIN_DIGITS_MAX):
        raise PIN_MALFORMED.because(minimum=PIN_DIGITS_MIN, maximum=PIN_DIGITS_MAX)
    common = len(set(pin)) <= 2 or _is_run(pin) or _is_repeated(pin)
    if common or pin in _STEMS or any(pin == word for word in context):
        raise PIN_COMMON.because()
