"""What of a member may be shown: enough to greet, not enough to copy.

The till shows 王小明, 138****5678; the full number needs the right member.reveal.
"""

from typing import assert_never

import phonenumbers

from regulars.domain.members.identity import Identity, IdentityKind

NAME_SHOWN_MAX = 12


def masked(identity: Identity) -> str:
    """The identity with its middle hidden."""
    match identity.kind:
        case IdentityKind.PHONE:
            return _masked_phone(identity.normal)
        case IdentityKind.EMAIL:
            name, _, domain = identity.normal.partition("@")
            return f"{name[: 2 if len(name) > 2 else 1]}***@{domain}"
        case IdentityKind.CARD:
            return f"****{identity.normal[-4:]}"
        case _:
            assert_never(identity.kind)


def _masked_phone(normal: str) -> str:
    # The number as its own country dials it: guests know the first three and the last four.
    national = str(phonenumbers.parse(normal, None).national_number)
    shown = 3 if len(national) >= 10 else 1
    return f"{national[:shown]}****{national[-4:]}" if len(national) > 6 else "****"


def short_name(name: str) -> str:
    """The name by which a member is greeted: a Chinese name whole, "Mary Jones" as "Mary J."."""
    words = name.split()
    if len(words) > 1 and all(word[0].isascii() for word in words):
        name = f"{words[0]} {words[-1][0]}."
    return name if len(name) <= NAME_SHOWN_MAX else name[: NAME_SHOWN_MAX - 1] + "…"
