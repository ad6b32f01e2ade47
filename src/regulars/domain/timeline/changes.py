"""Changes of what a member is to the shop, in words: her class, and words that were taken off her.

"价值分层变为“高价值”" has under it "按最新消费重算；之前是“新客”".
"""

from collections.abc import Mapping

from regulars.domain.insights.rfm import NAMES, RfmClass
from regulars.domain.kernel.label import Label

NO_CLASS = Label("未分层", "none yet")
# Why her class was looked at, as use_cases/judging says it.
CLASS_CAUSES: Mapping[str, Label] = {
    "followed": Label("按最新的消费重算", "After what she bought or gave back"),
    "due": Label("随时间变化", "As time went by"),
    "judged_anew": Label("按新的分层标准重算", "By new limits of the classes"),
}
_ON_HER_RECORD = Label("在会员资料里改的", "Changed on her record")
# Which words they were is not kept, only how many and what took them off.
_TAKERS: Mapping[str, Label] = {
    "segment": Label("离开了人群", "She left a segment"),
    "bulk": Label("批量操作", "By a bulk action"),
}


def class_of(name: object) -> Label:
    """What a class is called; who has bought nothing is in none."""
    known = {one.value: one for one in RfmClass}
    return NAMES[known[str(name)]] if str(name) in known else NO_CLASS


def class_reasons(body: Mapping[str, object]) -> tuple[Label, ...]:
    """Why her class was looked at, and what it was before."""
    cause = CLASS_CAUSES.get(str(body.get("cause")))
    before = class_of(body.get("before"))
    was = Label(f"之前是“{before.zh}”", f"It was “{before.in_language('en')}”")
    return (was,) if cause is None else (cause, was)


def taken_off(body: Mapping[str, object]) -> int:
    """How many words were taken off her, as far as it was kept."""
    count = body.get("removed")
    return count if isinstance(count, int) else 0


def taker_of(body: Mapping[str, object]) -> Label:
    """What took words off her; where nothing is named, it was done on her record."""
    return _TAKERS.get(str(body.get("by")), _ON_HER_RECORD)
