"""Invented people: common surnames with common given names, and numbers that nobody has.

陈雨桐, 100 0000 0042: no mobile number in mainland China begins with 100, yet it has the form
of one, so the till takes it.
"""

from random import Random
from typing import NamedTuple

SURNAMES = tuple("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕")
HERS = (
    "雨桐",
    "梓涵",
    "思琪",
    "欣怡",
    "佳怡",
    "诗涵",
    "静",
    "敏",
    "丽",
    "芳",
    "婷婷",
    "雅文",
    "晓彤",
    "若溪",
    "语嫣",
    "可欣",
    "梦瑶",
    "一诺",
    "书瑶",
    "子衿",
    "晓燕",
    "玲",
    "倩",
    "颖",
    "慧敏",
    "雪",
    "嘉宁",
    "安琪",
    "念慈",
    "秋月",
)
HIS = (
    "浩然",
    "子轩",
    "宇航",
    "俊杰",
    "伟",
    "磊",
    "强",
    "军",
    "洋",
    "志强",
    "建国",
    "天宇",
    "博文",
    "嘉豪",
    "明哲",
    "思远",
    "家明",
    "子墨",
    "一凡",
    "睿",
    "鹏飞",
    "晨",
    "凯",
    "立新",
    "承志",
    "文博",
    "少华",
    "皓",
    "嘉诚",
    "知远",
)
ABROAD = (
    "Emma Wright",
    "Lucas Meyer",
    "Aiko Tanaka",
    "Daniel Costa",
    "Sophie Laurent",
    "Omar Haddad",
    "Hannah Berg",
    "Minjun Park",
)

ABROAD_SHARE = 0.02
HERS_SHARE = 0.64


class Named(NamedTuple):
    """What somebody says of herself when she joins."""

    name: str
    gender: str
    language: str


def named(dice: Random) -> Named:
    """Somebody who does not exist."""
    if dice.random() < ABROAD_SHARE:
        return Named(dice.choice(ABROAD), "", "en")
    hers = dice.random() < HERS_SHARE
    given = dice.choice(HERS if hers else HIS)
    return Named(dice.choice(SURNAMES) + given, "female" if hers else "male", "zh-CN")


def phone(number: int) -> str:
    """The number of the demonstration's nth member, from 1."""
    return f"100{number:08}"
