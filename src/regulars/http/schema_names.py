"""Names of the API's schemas that read well where several rooms use the same word.

FastAPI tells two `TierView`s apart by the whole path of their modules, so a client would read
`regulars__http__menu_views__TierView`. The last room is enough: `MenuTierView`.
"""

from collections import Counter
from collections.abc import Mapping

_PATH = "__"
_REF = "#/components/schemas/"
# What a module is called for holding views, forms or answers tells a client nothing.
_KINDS = ("_views", "_forms", "_answers")


def named_shortly(document: Mapping[str, object]) -> dict[str, object]:
    """The same OpenAPI document, in which no schema is named by a path."""
    components = document["components"]
    assert isinstance(components, dict)
    schemas: Mapping[str, object] = components["schemas"]
    shorter = {name: _short(name) for name in schemas}
    taken = Counter(shorter.values())
    names = {name: new if taken[new] == 1 else name for name, new in shorter.items()}
    renamed = _renamed(document, names)
    assert isinstance(renamed, dict)
    renamed["components"]["schemas"] = {
        names[name]: _renamed(schema, names) for name, schema in schemas.items()
    }
    return renamed


def _short(name: str) -> str:
    *rooms, word = name.split(_PATH)
    if not rooms:
        return word
    room = rooms[-1]
    for kind in _KINDS:
        room = room.removesuffix(kind)
    return "".join(part.capitalize() for part in room.split("_")) + word


def _renamed(part: object, names: Mapping[str, str]) -> object:
    if isinstance(part, dict):
        return {key: _renamed(value, names) for key, value in part.items()}
    if isinstance(part, list):
        return [_renamed(value, names) for value in part]
    if isinstance(part, str) and part.startswith(_REF):
        return _REF + names[part.removeprefix(_REF)]
    return part
