"""What a member must not or will not eat, read from her own words.

"花生过敏，不吃香菜" keeps everything away whose tags or names speak of peanuts or coriander; "no dairy"
keeps away what is tagged milk. When in doubt a dish is left out: a suggestion is only a suggestion.
"""

import re
from collections.abc import Iterable

# What several words mean alike, in both languages and as the catalogue tags it.
_ALIKE: tuple[frozenset[str], ...] = (
    frozenset({"花生", "peanut", "peanuts"}),
    frozenset({"坚果", "核桃", "杏仁", "腰果", "开心果", "nut", "nuts", "walnut", "almond"}),
    frozenset(
        {
            "牛奶",
            "鲜奶",
            "奶",
            "乳糖",
            "乳制品",
            "芝士",
            "奶酪",
            "milk",
            "dairy",
            "lactose",
            "cheese",
        }
    ),
    frozenset({"鸡蛋", "蛋", "egg", "eggs"}),
    frozenset(
        {"海鲜", "虾", "蟹", "贝", "鱼", "seafood", "shrimp", "prawn", "crab", "fish", "shellfish"}
    ),
    frozenset({"麸质", "小麦", "面筋", "gluten", "wheat"}),
    frozenset({"大豆", "豆制品", "豆腐", "soy", "soya", "tofu"}),
    frozenset({"芝麻", "sesame"}),
    frozenset({"芒果", "mango"}),
    frozenset({"香菜", "芫荽", "coriander", "cilantro"}),
    frozenset({"辣", "辣椒", "麻辣", "spicy", "chili", "chilli"}),
    frozenset({"牛肉", "牛", "beef"}),
    frozenset({"羊肉", "羊", "lamb", "mutton"}),
    frozenset({"猪肉", "猪", "pork", "bacon", "培根"}),
    frozenset({"酒", "酒精", "alcohol", "wine", "beer"}),
    frozenset({"咖啡因", "咖啡", "caffeine", "coffee"}),
    frozenset({"葱", "蒜", "洋葱", "onion", "garlic", "scallion"}),
    frozenset({"肉", "荤", "meat"}),
)
# Meat is a word for all its kinds: who eats none eats none of these.
_MEAT = frozenset(
    {
        "肉",
        "荤",
        "meat",
        "牛肉",
        "羊肉",
        "猪肉",
        "鸡",
        "鸭",
        "beef",
        "lamb",
        "pork",
        "chicken",
        "duck",
        "bacon",
        "培根",
    }
)
_VEGETARIAN = frozenset({"素食", "吃素", "vegetarian", "vegan"})
_PARTS = re.compile(r"[\s,，、;；。./|和及与]+|\band\b|\bor\b")
_AROUND = re.compile(
    r"^(对|我|请|别放|不能吃|不能喝|不吃|不喝|不要|忌口|忌|免|少|勿|无|no|not|without|allergic|to|any"
    r"|don't|eat|avoid)+"
    r"|(过敏|不耐受|不耐|忌口|不要|不吃|太多|allergy|allergic|intolerant|intolerance|free)+$"
)


def taboo_words(text: str | None) -> frozenset[str]:
    """The words that a member's taboos come to, with everything that means the same."""
    words: set[str] = set()
    for part in _PARTS.split((text or "").casefold()):
        word = _AROUND.sub("", part).strip("-:：()（）")
        if part in _VEGETARIAN or word in _VEGETARIAN:
            words |= _MEAT
        elif word:
            words |= _alike(word)
    return frozenset(words)


def _alike(word: str) -> set[str]:
    found = {word}
    for group in _ALIKE:
        if word in group or any(len(one) > 1 and one in word for one in group):
            found |= group
    return found


def forbids(words: Iterable[str], *, tags: Iterable[str], names: Iterable[str]) -> bool:
    """Whether a dish with these tags and names holds what a member avoids."""
    told = [one.casefold() for one in (*tags, *names)]
    return any(_speaks_of(text, word) for word in words for text in told)


def _speaks_of(text: str, word: str) -> bool:
    if word.isascii():
        return re.search(rf"\b{re.escape(word)}", text) is not None
    return word in text
