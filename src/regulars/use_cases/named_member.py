"""The member whom somebody names at the console, and how she may be shown there.

`13800138000` finds 王芳; what is printed is 王芳 138****8000.
"""

from uuid import UUID

from regulars.domain.members.identity import IdentityKind, offered
from regulars.domain.members.masking import masked, short_name
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.members.profile import ProfileField
from regulars.storage import identities, members
from regulars.storage.engine import Read
from regulars.storage.vault import Vault


def member_named(read: Read, vault: Vault, text: str) -> UUID:
    """The member of an id, a full phone number, an e-mail address or a card.

    Refuses: member.unknown, member.lookup_malformed.
    """
    try:
        member_id = UUID(text)
    except ValueError:
        found = identities.found(read, vault, offered(text, country=members.country_of(read)))
        if found is None:
            raise MEMBER_UNKNOWN.because() from None
        return found
    if read.one(members.MEMBER, member_id=member_id) is None:
        raise MEMBER_UNKNOWN.because()
    return member_id


def shown_name(read: Read, vault: Vault, member_id: UUID) -> str:
    """Her short name and her number, its middle hidden; empty for one who was erased.

    Refuses: member.unknown.
    """
    cards, known_by = read.group(
        members.CARD.ask(member_id=member_id), identities.IDENTITIES.ask(member_id=member_id)
    )
    if not cards:
        raise MEMBER_UNKNOWN.because()
    if cards[0].wrapped_key is None:
        return ""
    key = vault.unlock(cards[0].wrapped_key, member_id)
    name = short_name(members.opened(key, ProfileField.NAME, cards[0].name) or "")
    phones = [one for one in known_by if one.kind == IdentityKind.PHONE] or known_by
    phone = masked(identities.opened(key, phones[0])) if phones else ""
    return " ".join(part for part in (name, phone) if part)
