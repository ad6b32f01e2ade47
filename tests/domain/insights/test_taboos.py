"""Taboos as members write them, against tags and names as menus have them."""

import pytest

from regulars.domain.insights.taboos import forbids, taboo_words


@pytest.mark.parametrize(
    ("told", "tags", "names"),
    [
        ("花生过敏", ["peanut"], ["招牌冰沙"]),
        ("花生过敏，不吃香菜", [], ["香菜皮蛋"]),
        ("不吃辣", ["spicy"], ["水煮鱼"]),
        ("no dairy", ["milk"], ["Cloud tea"]),
        ("lactose intolerant", [], ["云雾鲜奶茶", "Cloud mist milk tea"]),
        ("allergic to nuts", ["nuts"], ["Granola"]),
        ("芒果", [], ["芒果冰", "Mango ice"]),
        ("乳糖不耐", [], ["芝士莓莓"]),
        ("吃素", ["beef"], ["云吞"]),
        ("素食", [], ["培根卷"]),
        ("peanuts and sesame", [], ["Sesame roll"]),
    ],
)
def test_what_she_avoids_is_found_by_tag_or_by_name(
    told: str, tags: list[str], names: list[str]
) -> None:
    assert forbids(taboo_words(told), tags=tags, names=names)


@pytest.mark.parametrize(
    ("told", "tags", "names"),
    [
        (None, ["milk"], ["奶茶"]),
        ("", ["milk"], ["奶茶"]),
        ("  ，, ", ["milk"], ["奶茶"]),
        ("花生过敏", ["milk"], ["云雾鲜奶茶", "Milk tea"]),
        ("no beef", ["pork"], ["Pork bun"]),
        ("nuts", [], ["Coconut water"]),
    ],
)
def test_what_she_does_not_avoid_stays(told: str | None, tags: list[str], names: list[str]) -> None:
    assert not forbids(taboo_words(told), tags=tags, names=names)
