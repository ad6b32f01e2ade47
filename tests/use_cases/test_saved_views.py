"""Views of a list that somebody keeps."""

from dataclasses import replace
from pathlib import Path

from regulars.storage import saved_views
from regulars.storage.engine import Database
from regulars.use_cases.saved_views import DropView, ListName, SaveView
from tests.prepaid import a_shop, refused
from tests.shops import ShopUnderTest


def a_view(shop: ShopUnderTest) -> SaveView:
    """Somebody who wants to find her list again."""
    return SaveView(
        id=shop.new_id(),
        list_name=ListName.MEMBERS,
        name="久未到店的金卡",
        filter={"segment_id": "s", "tier": "gold"},
        shared=False,
        revision=0,
    )


def seen_by(shop: ShopUnderTest, owner: str) -> list[tuple[str, object]]:
    with shop.database.read() as read:
        rows = read.all(saved_views.SEEN_BY, list_name="members", owner=owner)
    return [(row.name, row.filter) for row in rows]


def test_a_view_is_its_owners_until_it_is_shared(database: Database, tmp_path: Path) -> None:
    shop = a_shop(database, tmp_path)
    view = a_view(shop)
    shop.run(view)
    kept = [(view.name, dict(view.filter))]
    assert seen_by(shop, shop.actor.name) == kept
    assert seen_by(shop, "staff:somebody") == []
    shop.run(replace(view, shared=True, revision=1))
    assert seen_by(shop, "staff:somebody") == kept
    assert refused(shop, replace(view, revision=1)).code == "precondition.failed"
    shop.run(DropView(id=view.id))
    assert seen_by(shop, shop.actor.name) == []
    assert refused(shop, DropView(id=view.id)).code == "view.unknown"


def test_somebody_elses_view_is_not_changed_and_a_view_needs_a_name(
    database: Database, tmp_path: Path
) -> None:
    shop = a_shop(database, tmp_path)
    view = a_view(shop)
    shop.run(view)
    own, shop.actor = shop.actor, replace(shop.actor, id=shop.new_id())
    assert shop.actor.name != own.name
    assert refused(shop, replace(view, revision=1)).code == "view.not_yours"
    assert refused(shop, DropView(id=view.id)).code == "view.not_yours"
    assert refused(shop, replace(a_view(shop), name=" ")).code == "view.nameless"
    large = replace(a_view(shop), filter={"text": "长" * 2_000})
    assert refused(shop, large).code == "view.too_large"
