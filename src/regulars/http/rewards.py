"""What answers about rewards share: how a gift is shown, and which programme a caller may see."""

from regulars.domain.loyalty.gift import Gift
from regulars.domain.loyalty.programme import Programme
from regulars.domain.stores.actor import Actor
from regulars.http.schemas import Answer
from regulars.storage.engine import Read
from regulars.storage.places import places_seen
from regulars.storage.programmes import PROGRAMME_UNKNOWN, ProgrammeRow


class GiftView(Answer):
    """A gift. Units: points, growth value, minor units."""

    points: int
    growth_value: int
    bonus_minor: int
    coupon_types: list[str]
    item_zh: str | None
    item_en: str | None


def gift_view(gift: Gift) -> dict[str, object]:
    """A gift as it is shown, every part named."""
    return {
        "points": gift.points,
        "growth_value": gift.growth_value,
        "bonus_minor": gift.bonus_minor,
        "coupon_types": list(gift.coupon_types),
        "item_zh": gift.item.in_language("zh-CN") if gift.item else None,
        "item_en": gift.item.in_language("en") if gift.item else None,
    }


def named(programme: Programme) -> dict[str, object]:
    """Which programme an answer is about."""
    return {
        "programme_id": programme.id,
        "version": programme.version,
        "name_zh": programme.name.in_language("zh-CN"),
        "name_en": programme.name.in_language("en"),
    }


def check_seen(read: Read, actor: Actor, row: ProgrammeRow) -> None:
    """A programme of another place is unknown here. Refuses: programme.unknown."""
    if row.place_id not in places_seen(read, actor.scope):
        raise PROGRAMME_UNKNOWN.because()
