"""Every reason of a quote in words, Chinese and English, as one would say it at the counter.

    Reason(SPEND_SHORT, {"wanted_minor": 4000, "actual_minor": 3560}) → 还差 4.40（满 40.00 可用）

The texts live beside the reasons, so that a stored receipt is complete in both languages: what was
taken off in `reason_texts_effects.py`, why something was not in `reason_texts_refused.py`.
"""

from collections.abc import Mapping

from regulars.domain.kernel.label import Label
from regulars.domain.pricing.reason import Reason, ReasonCode, ReasonValue
from regulars.domain.pricing.reason_texts_effects import EFFECT_WRITERS
from regulars.domain.pricing.reason_texts_refused import REFUSED_WRITERS
from regulars.domain.pricing.reason_words import Texts, Told

_WRITERS = {**EFFECT_WRITERS, **REFUSED_WRITERS}


def texts_of(reason: Reason, *, scale: int) -> Texts:
    """The reason in Chinese and in English. Units: `scale` is digits after the point of money."""
    return _WRITERS[reason.code](Told(reason.parameters, scale))


def stored_reason(reason: Reason) -> dict[str, object]:
    """The reason as an order keeps it; `reason_from` reads it back."""
    parameters: dict[str, object] = {
        name: [value.zh, value.en] if isinstance(value, Label) else value
        for name, value in reason.parameters.items()
    }
    return {"code": reason.code.value, **parameters}


def reason_from(stored: Mapping[str, object]) -> Reason:
    """The reason that an order kept."""
    parameters: dict[str, ReasonValue] = {}
    for name, value in stored.items():
        if name == "offer" and isinstance(value, list):
            parameters[name] = Label(str(value[0]), str(value[1]))
        elif isinstance(value, list):
            parameters[name] = tuple(value)
        elif name != "code" and (value is None or isinstance(value, str | int)):
            parameters[name] = value
    return Reason(ReasonCode(str(stored["code"])), parameters)
