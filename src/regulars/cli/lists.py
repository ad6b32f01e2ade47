"""The lists that can be imported, each with its columns and its command."""

from collections.abc import Mapping
from uuid import UUID

from regulars.cli.importing import ListOf
from regulars.use_cases import import_members, import_products
from regulars.use_cases.import_members import ImportMember, MemberColumn
from regulars.use_cases.import_products import ImportProduct, ProductColumn

# Enough to fill a group commit, few enough that tills never wait behind an import.
MEMBERS_AT_ONCE = 32


def members_of(store_id: UUID, *, country: str) -> ListOf:
    """A list of members who belong to a store."""

    def command(texts: Mapping[str, str]) -> object:
        return ImportMember(store_id=store_id, texts=texts)

    def claims(texts: Mapping[str, str]) -> frozenset[object]:
        return frozenset(import_members.claims(texts, country=country))

    return ListOf(
        name=f"members:{store_id}",
        headers=import_members.HEADERS,
        needed=((MemberColumn.PHONE, MemberColumn.EMAIL, MemberColumn.CARD),),
        command=command,
        claims=claims,
        together=None,
        at_once=MEMBERS_AT_ONCE,
    )


def products() -> ListOf:
    """A list of products for the organisation's menu; rows of one product run in their order."""

    def command(texts: Mapping[str, str]) -> object:
        return ImportProduct(texts=texts)

    def claims(texts: Mapping[str, str]) -> frozenset[object]:
        return frozenset(import_products.claims(texts))

    return ListOf(
        name="products",
        headers=import_products.HEADERS,
        needed=((ProductColumn.CODE,), (ProductColumn.PRICE,)),
        command=command,
        claims=claims,
        together=ProductColumn.CODE,
        at_once=1,
    )
