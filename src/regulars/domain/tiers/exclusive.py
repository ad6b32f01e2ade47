"""Goods for members of some tiers only: 茶王专享.

The spring harvest is for 茶王 alone; whoever else asks for it is told so, and sees it on the menu.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.tiers.ladder import Ladder

EXCLUSIVE = refusal_code("catalog.exclusive", "tiers_zh", "tiers_en")


def check_exclusive(
    products: Iterable[UUID],
    exclusive: Mapping[UUID, tuple[str, ...]],
    *,
    tier: str | None,
    ladder: Ladder,
) -> None:
    """Let nobody buy what is for other tiers; `tier` is None for a guest who is no member.

    Refuses: catalog.exclusive.
    """
    if not exclusive:
        return
    for product in products:
        allowed = exclusive.get(product)
        if allowed is not None and tier not in allowed:
            named = [one for one in ladder.tiers if one.code in allowed]
            raise EXCLUSIVE.because(
                tiers_zh="、".join(one.label.in_language("zh-CN") for one in named),
                tiers_en=", ".join(one.label.in_language("en") for one in named),
            )
