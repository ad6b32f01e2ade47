"""What a person reads when a command says no, in both languages of the shop.

Each feature keeps its texts in a module of its own here and exports `TEXTS`; `http/problem.py`
merges them. `{name}` shows a parameter of the refusal; one that ends in `_minor` is shown as money.

    TEXTS = {"points.short": Text(409, "积分不够，还差 {missing} 分", "{missing} points short")}
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One refusal as the edge tells it: HTTP status, Chinese, English."""

    status: int
    zh: str
    en: str
