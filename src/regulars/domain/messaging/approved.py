"""Which approved wording of which provider stands for a template of the shop's.

SMS in China and messages in WeChat leave only in words that the provider approved before, under an
id of its own and often with its own names for what is filled in.

    sms_aliyun=SMS_154950909; sms_tencent=1110(name,coupon); wechat=ngqIpb(thing1:name,date2:day)

means: at Aliyun the wording SMS_154950909 with our own names; at Tencent Cloud 1110 with two values
in this order; in WeChat ngqIpb, whose `thing1` is our `name`. A bare `SMS_154950909` stands for
whichever provider the shop has.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from regulars.domain.kernel.refusal import refusal_code

APPROVED_MALFORMED = refusal_code("message.approved_malformed", "part")

CHARACTERS_MAX = 1_000
PART_SHOWN = 40
_BARE = re.compile(r"[A-Za-z0-9_.-]{1,80}")
_PART = re.compile(
    r"[a-z][a-z0-9_]*\s*=\s*(?P<template>[A-Za-z0-9_.-]{1,80})"
    r"\s*(?:\((?P<values>[^()]*)\))?"
)
_VALUE = re.compile(r"(?:(?P<theirs>[A-Za-z0-9_]{1,40})\s*:\s*)?(?P<ours>[a-z][a-z0-9_]{0,40})")


@dataclass(frozen=True, slots=True)
class Wording:
    """One approved wording: its id, and its names with ours in its order; None takes ours as is."""

    template: str
    names: tuple[tuple[str, str], ...] | None

    def filled(self, variables: Mapping[str, str]) -> dict[str, str]:
        """The provider's names with what is to stand there; what is not known stays empty."""
        if self.names is None:
            return dict(variables)
        return {theirs: variables.get(ours, "") for theirs, ours in self.names}


def approved(text: str, variables: Collection[str]) -> dict[str, Wording]:
    """The approved wordings by sender; none are named where a bare id stands for all.

    Every name of ours in them is one of the template's `variables`: a slip of the pen would leave
    a gap in what the guest reads.

    Refuses: message.approved_malformed.
    """
    if len(text) > CHARACTERS_MAX:
        raise APPROVED_MALFORMED.because(part=text[:PART_SHOWN])
    found: dict[str, Wording] = {}
    if _BARE.fullmatch(text.strip()):
        return found
    for part in filter(None, map(str.strip, text.split(";"))):
        wording, sender = _wording(part), part.partition("=")[0].strip()
        if wording is None or sender in found or not _known(wording, variables):
            raise APPROVED_MALFORMED.because(part=part[:PART_SHOWN])
        found[sender] = wording
    if not found:
        raise APPROVED_MALFORMED.because(part=text[:PART_SHOWN])
    return found


def _known(wording: Wording, variables: Collection[str]) -> bool:
    return wording.names is None or all(ours in variables for _, ours in wording.names)


def wording_of(text: str | None, sender: str) -> Wording | None:
    """The approved wording that one sender has, if any; a text that cannot be read has none."""
    if text is None:
        return None
    if _BARE.fullmatch(text.strip()):
        return Wording(text.strip(), None)
    parts = (part.strip() for part in text.split(";"))
    found = next((part for part in parts if part.partition("=")[0].strip() == sender), None)
    return None if found is None else _wording(found)


def _wording(part: str) -> Wording | None:
    match = _PART.fullmatch(part)
    if match is None:
        return None
    listed = match["values"]
    if listed is None:
        return Wording(match["template"], None)
    values = [_VALUE.fullmatch(value) for value in filter(None, map(str.strip, listed.split(",")))]
    if None in values:
        return None
    return Wording(
        match["template"],
        tuple((one["theirs"] or one["ours"], one["ours"]) for one in values if one is not None),
    )
