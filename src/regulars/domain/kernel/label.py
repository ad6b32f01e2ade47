"""A name that a person reads, in both languages of the shop.

>>> Label("珍珠奶茶", "Pearl milk tea").in_language("en")
'Pearl milk tea'
"""

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh-CN", "en"]


@dataclass(frozen=True, slots=True)
class Label:
    """One name in Chinese and in English; either may stand in for the other when empty."""

    zh: str
    en: str = ""

    def in_language(self, language: Language) -> str:
        """The name to show, never empty if either language has one."""
        return (self.zh or self.en) if language == "zh-CN" else (self.en or self.zh)
