"""Editing goods and prices: categories, taxes, modifier groups, products, price lists."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.period import instant
from regulars.domain.stores.actor import Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, revision_expected, run, versioned
from regulars.http.auth import asked
from regulars.http.catalog_forms import (
    CategoryBody,
    EndBody,
    GroupBody,
    NewPriceList,
    NewProduct,
    PricesBody,
    ProductBody,
    TaxBody,
)
from regulars.http.catalog_views import (
    GoodsView,
    PriceListView,
    PriceView,
    ProductDetail,
    goods_view,
    product_detail,
)
from regulars.http.edge import edge_of
from regulars.http.policy import requires
from regulars.storage import price_lists
from regulars.storage.engine import Read
from regulars.storage.places import places_seen
from regulars.use_cases.catalog import AddTaxCategory, PutCategory
from regulars.use_cases.prices import (
    PRICE_LIST_UNKNOWN,
    AddPriceList,
    EndPriceList,
    PriceForm,
    SetPrices,
)
from regulars.use_cases.products import AddProduct, ChangeProduct
from regulars.use_cases.staff import Changed

router = APIRouter(prefix="/api/v1", tags=["catalogue"])

Writer = Annotated[Actor, requires(Permission.CATALOG_WRITE)]
Reader = Annotated[Actor, requires(Permission.CATALOG_READ)]


@router.get("/goods", operation_id="list_goods", response_model=GoodsView)
async def list_goods(request: Request, actor: Reader) -> Response:
    """Every category, tax, modifier group and product of the chain, withdrawn ones too."""
    return answered(await asked(edge_of(request), goods_view))


@router.put("/categories/{category_id}", operation_id="put_category", response_model=Changed)
async def put_category(
    request: Request, category_id: UUID, body: CategoryBody, actor: Writer
) -> Response:
    """Add or rename a shelf of the menu."""
    return await run(request, PutCategory(id=category_id, **body.model_dump()), actor)


@router.post("/taxes", operation_id="add_tax", response_model=TaxBody, status_code=201)
async def add_tax(request: Request, body: TaxBody, actor: Writer) -> Response:
    """Add a tax; its rate never changes."""
    return await run(request, AddTaxCategory(**body.model_dump()), actor, status=201)


@router.put("/modifier-groups/{group_id}", operation_id="put_group", response_model=Changed)
async def put_group(request: Request, group_id: UUID, body: GroupBody, actor: Writer) -> Response:
    """Add or change a question about goods; an option that is not named is withdrawn."""
    return await run(request, body.command(group_id), actor)


@router.get("/products/{product_id}", operation_id="get_product", response_model=ProductDetail)
async def get_product(request: Request, product_id: UUID, actor: Reader) -> Response:
    """A product whole, with the revision to send back; costs for those who may know them."""
    with_costs = actor.may(Permission.CATALOG_COST)
    detail = await asked(
        edge_of(request), lambda read: product_detail(read, product_id, with_costs=with_costs)
    )
    return versioned(detail, detail.revision)


@router.post("/products", operation_id="add_product", response_model=Changed, status_code=201)
async def add_product(request: Request, body: NewProduct, actor: Writer) -> Response:
    """Put something new on the menu."""
    return await run(request, AddProduct(id=body.id, form=body.product.form()), actor, status=201)


@router.put("/products/{product_id}", operation_id="change_product", response_model=Changed)
async def change_product(
    request: Request, product_id: UUID, body: ProductBody, actor: Writer
) -> Response:
    """Make a product what is sent, or withdraw it. Needs If-Match."""
    command = ChangeProduct(
        id=product_id,
        revision=revision_expected(request),
        form=body.form(),
        on_sale=body.on_sale,
    )
    return await run(request, command, actor)


@router.get("/price-lists", operation_id="list_price_lists", response_model=list[PriceListView])
async def list_price_lists(request: Request, actor: Reader) -> Response:
    """The price lists that concern one's stores."""

    def lists(read: Read) -> list[price_lists.PriceListRow]:
        places = places_seen(read, actor.scope)
        return [row for row in read.all(price_lists.PRICE_LISTS) if row.place_id in places]

    return answered(await asked(edge_of(request), lists))


@router.post("/price-lists", operation_id="add_price_list", response_model=Changed, status_code=201)
async def add_price_list(request: Request, body: NewPriceList, actor: Writer) -> Response:
    """Begin a price list of the chain, a region or a store."""
    command = AddPriceList(
        id=body.id,
        name_zh=body.name_zh,
        name_en=body.name_en,
        level=body.level,
        place_id=body.place_id,
        effective_at=None if body.effective_at is None else instant(body.effective_at),
        ends_at=None if body.ends_at is None else instant(body.ends_at),
    )
    return await run(request, command, actor, status=201)


@router.get(
    "/price-lists/{price_list_id}/prices",
    operation_id="list_prices",
    response_model=list[PriceView],
)
async def list_prices(request: Request, price_list_id: UUID, actor: Reader) -> Response:
    """The prices of a list."""

    def prices(read: Read) -> list[price_lists.PriceRow]:
        row = read.one(price_lists.PRICE_LIST, id=price_list_id)
        if row is None or row.place_id not in places_seen(read, actor.scope):
            raise PRICE_LIST_UNKNOWN.because()
        return read.all(price_lists.PRICES_OF, price_list_id=price_list_id)

    return answered(await asked(edge_of(request), prices))


@router.put(
    "/price-lists/{price_list_id}/prices", operation_id="set_prices", response_model=Changed
)
async def set_prices(
    request: Request, price_list_id: UUID, body: PricesBody, actor: Writer
) -> Response:
    """Set prices of a list, or take them out of it."""
    command = SetPrices(
        price_list_id=price_list_id,
        prices=tuple(PriceForm(one.variant_id, one.tier, one.amount_minor) for one in body.prices),
        reason=body.reason,
    )
    return await run(request, command, actor)


@router.post(
    "/price-lists/{price_list_id}/end", operation_id="end_price_list", response_model=Changed
)
async def end_price_list(
    request: Request, price_list_id: UUID, body: EndBody, actor: Writer
) -> Response:
    """Let a list hold no longer than a moment, or end it now."""
    ends_at = None if body.ends_at is None else instant(body.ends_at)
    return await run(request, EndPriceList(id=price_list_id, ends_at=ends_at), actor)
