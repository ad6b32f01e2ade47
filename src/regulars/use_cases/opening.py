"""The first day: an empty database becomes a shop that can sell.

正茶 with 人民广场店, terminal A, the owner 李娜, one tax, one price list, and the wordings that
guests agree to when they join.
"""

from dataclasses import asdict, dataclass
from uuid import UUID

from regulars.domain.kernel.terms import Level
from regulars.domain.members.consent import SHIPPED
from regulars.domain.stores.permissions import Role
from regulars.domain.stores.store import StoreKind
from regulars.storage.engine import Write
from regulars.storage.tables import members as member_tables
from regulars.use_cases.catalog import AddTaxCategory, add_tax_category
from regulars.use_cases.moment import Moment
from regulars.use_cases.prices import AddPriceList, add_price_list
from regulars.use_cases.runner import use_case
from regulars.use_cases.staff import AddStaff, Changed, RoleAt, add_staff
from regulars.use_cases.stores import (
    AddRegion,
    AddStore,
    CreateOrganisation,
    add_region,
    add_store,
    create_organisation,
)
from regulars.use_cases.terminals import AddTerminal, add_terminal

CUT_OFF_MINUTES = 240
# 6 % contained in the price: what Chinese catering pays; others are added beside it.
TAX_BASIS_POINTS = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenShop:
    """Everything that must be there before the first guest."""

    name_zh: str
    name_en: str
    store_zh: str
    store_en: str
    store_code: str
    kind: StoreKind
    zone: str
    currency: str
    country: str
    region_id: UUID
    store_id: UUID
    terminal_id: UUID
    owner_id: UUID
    owner_login: str
    owner_name: str
    code_hash: str


@use_case
def open_shop(tx: Write, command: OpenShop, moment: Moment) -> Changed:
    """Begin. Refuses: organisation.exists, money.currency_unknown, period.zone_unknown."""
    _open_chain(tx, command, moment)
    owner = AddStaff(
        id=command.owner_id,
        login=command.owner_login,
        name=command.owner_name,
        language="zh-CN",
        roles=(RoleAt(role=Role.OWNER, level=Level.ORGANISATION),),
        code_hash=command.code_hash,
    )
    add_staff(tx, owner, moment)
    tax = AddTaxCategory(
        code="standard",
        name_zh="标准税率",
        name_en="Standard rate",
        rate_basis_points=TAX_BASIS_POINTS,
        inclusive=True,
    )
    add_tax_category(tx, tax, moment)
    prices = AddPriceList(
        id=moment.new_id(),
        name_zh="标准价目",
        name_en="Standard prices",
        level=Level.ORGANISATION,
        place_id=None,
        effective_at=None,
        ends_at=None,
    )
    add_price_list(tx, prices, moment)
    tx.add(member_tables.wording, [asdict(wording) for wording in SHIPPED])
    return Changed(command.store_id)


def _open_chain(tx: Write, command: OpenShop, moment: Moment) -> None:
    organisation = CreateOrganisation(
        id=moment.vault.organisation,
        name_zh=command.name_zh,
        name_en=command.name_en,
        currency=command.currency,
        country=command.country,
    )
    create_organisation(tx, organisation, moment)
    region = AddRegion(id=command.region_id, name_zh=command.name_zh, name_en=command.name_en)
    add_region(tx, region, moment)
    store = AddStore(
        id=command.store_id,
        region_id=command.region_id,
        code=command.store_code,
        name_zh=command.store_zh,
        name_en=command.store_en,
        zone=command.zone,
        cut_off_minutes=CUT_OFF_MINUTES,
        kind=command.kind,
    )
    add_store(tx, store, moment)
    terminal = AddTerminal(id=command.terminal_id, store_id=command.store_id, letter="A", name="A")
    add_terminal(tx, terminal, moment)
