"""What makes a password or a PIN good enough."""

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.stores.codes import code_hash, one_time_code, token_hash, token_of
from regulars.domain.stores.passwords import check_password, check_pin

CONTEXT = ["wangfang", "王芳", "山野茶事"]


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "下午茶三杯都去冰",
        "xk7$mmq2",
        "a passphrase of my own",
        "Zm9vYmFyYmF6",
    ],
)
def test_a_password_nobody_guesses_is_taken(password: str) -> None:
    check_password(password, context=CONTEXT)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("1234567", "password.too_short"),
        ("x" * 129, "password.too_long"),
        ("password", "password.too_common"),
        ("Password123", "password.too_common"),
        ("qwertyui", "password.too_common"),
        ("98765432", "password.too_common"),
        ("aaaaaaaa", "password.too_common"),
        ("abcabcabc", "password.too_common"),
        ("5201314a", "password.too_common"),
        ("WangFang88", "password.too_common"),
        ("山野茶事一号店", "password.too_short"),
        ("山野茶事12345", "password.too_common"),
        ("regulars1", "password.too_common"),
        ("熟客熟客123", "password.too_short"),
    ],
)
def test_a_password_that_is_guessed_first_is_refused(password: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_password(password, context=CONTEXT)
    assert refused.value.code == code


def test_a_long_password_may_hold_a_common_word() -> None:
    check_password("my password is a long sentence", context=CONTEXT)


@pytest.mark.parametrize("pin", ["482915", "907163", "13572468"])
def test_a_pin_nobody_guesses_is_taken(pin: str) -> None:
    check_pin(pin)


@pytest.mark.parametrize("pin", ["000000", "123456", "654321", "121212", "147258", "555777"])
def test_a_pin_that_is_guessed_first_is_refused(pin: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_pin(pin)
    assert refused.value.code == "pin.too_common"


def test_a_code_is_read_whatever_its_spaces_and_case() -> None:
    code = one_time_code(bytes(range(10)))
    assert len(code.replace("-", "")) == 16
    assert code_hash(code) == code_hash(code.lower().replace("-", " "))
    assert code_hash(code) != code_hash(one_time_code(bytes(10)))


def test_a_token_is_stored_as_its_hash() -> None:
    token = token_of(bytes(range(32)), prefix="rk_")
    assert token.startswith("rk_")
    assert token.encode() not in token_hash(token)
    assert len(token_hash(token)) == 32
