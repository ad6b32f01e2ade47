"""The normal, Student's and chi-square distributions, without a library at run time.

A difference of 3.2 standard errors is a matter of chance once in 700 times: `2 * normal_tail(3.2)`.
Each agrees with the published libraries to nine digits (tests/domain/insights/vectors).
"""

import math
from statistics import NormalDist

_NORMAL = NormalDist()
_TINY = 1e-300
_STEPS_MAX = 10_000
_PRECISE = 1e-16


def normal_tail(value: float) -> float:
    """How much of a standard normal lies above a value, exact far out too."""
    return 0.5 * math.erfc(value / math.sqrt(2))


def normal_point(below: float) -> float:
    """The value below which this share of a standard normal lies, 0 < share < 1."""
    point = _NORMAL.inv_cdf(below)
    # One step of Halley's: the library's own answer is good to nine digits or so.
    error = (0.5 * math.erfc(-point / math.sqrt(2)) - below) * math.sqrt(2 * math.pi)
    step = error * math.exp(point * point / 2)
    return point - step / (1 + point * step / 2)


def student_tail(value: float, degrees: float) -> float:
    """How much of Student's t with these degrees of freedom lies above a value.

    With infinitely many it is the normal distribution.
    """
    if math.isinf(value):
        return 0.0 if value > 0 else 1.0
    if math.isinf(degrees):
        return normal_tail(value)
    square = value * value
    half = 0.5 * _beta_part(degrees / 2, 0.5, degrees / (degrees + square), square, degrees)
    return half if value >= 0 else 1 - half


def student_point(below: float, degrees: float) -> float:
    """The value below which this share of Student's t lies, 0 < share < 1."""
    if below == 0.5:
        return 0.0
    if math.isinf(degrees):
        return normal_point(below)
    if below < 0.5:
        return -student_point(1 - below, degrees)
    above = 1 - below
    low, high = 0.0, 2.0
    while student_tail(high, degrees) > above:
        low, high = high, high * 2
    for _ in range(200):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if student_tail(middle, degrees) > above:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def chi_square_tail(value: float, degrees: int) -> float:
    """How much of a chi-square with these degrees of freedom lies above a value."""
    return 1.0 if value <= 0 else _gamma_above(degrees / 2, value / 2)


def _beta_part(a: float, b: float, x: float, square: float, degrees: float) -> float:
    """The regularised incomplete beta function of Student's t, on the side that converges."""
    if x <= 0:
        return 0.0
    rest = square / (degrees + square)
    if rest <= 0:
        return 1.0
    front = math.exp(
        math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log(rest)
    )
    if x < (a + 1) / (a + b + 2):
        return front * _beta_fraction(a, b, x) / a
    return 1 - front * _beta_fraction(b, a, rest) / b


def _beta_fraction(a: float, b: float, x: float) -> float:
    """Its continued fraction, by Lentz's method."""
    c, d = 1.0, 1 / _off_zero(1 - (a + b) * x / (a + 1))
    fraction = d
    for step in range(1, _STEPS_MAX):
        even = step * (b - step) * x / ((a + 2 * step - 1) * (a + 2 * step))
        d = 1 / _off_zero(1 + even * d)
        c = _off_zero(1 + even / c)
        fraction *= d * c
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1))
        d = 1 / _off_zero(1 + odd * d)
        c = _off_zero(1 + odd / c)
        fraction *= d * c
        if abs(d * c - 1) < _PRECISE:
            break
    return fraction


def _gamma_above(a: float, x: float) -> float:
    """The regularised upper incomplete gamma function."""
    front = math.exp(a * math.log(x) - x - math.lgamma(a))
    if x < a + 1:
        part = total = 1 / a
        for step in range(1, _STEPS_MAX):
            part *= x / (a + step)
            total += part
            if part < total * _PRECISE:
                break
        return 1 - front * total
    b = x + 1 - a
    c, d = 1 / _TINY, 1 / b
    fraction = d
    for step in range(1, _STEPS_MAX):
        factor = -step * (step - a)
        b += 2
        d = 1 / _off_zero(factor * d + b)
        c = _off_zero(b + factor / c)
        fraction *= d * c
        if abs(d * c - 1) < _PRECISE:
            break
    return front * fraction


def _off_zero(value: float) -> float:
    return _TINY if abs(value) < _TINY else value
