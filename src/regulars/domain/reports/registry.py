"""All metrics and all reports: what each shows, by what it is divided, and which right it needs.

"Best sellers" shows units, sales and refunds by product; "stores compared" shows the figures of the
sales report by store. Both read the registry, so does the page that explains the figures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from regulars.domain.kernel.label import Label
from regulars.domain.reports.definitions_of_members import (
    OF_CAMPAIGNS,
    OF_MEMBERS,
    OF_TASKS,
    OF_VALUE,
)
from regulars.domain.reports.definitions_of_tills import OF_TILLS
from regulars.domain.reports.definitions_of_trade import OF_TRADE
from regulars.domain.reports.metric import Definition, Metric
from regulars.domain.stores.permissions import Permission

METRICS: Mapping[Metric, Definition] = {
    **OF_TRADE,
    **OF_TILLS,
    **OF_MEMBERS,
    **OF_VALUE,
    **OF_CAMPAIGNS,
    **OF_TASKS,
}


class Dimension(StrEnum):
    """By what a report is divided into rows."""

    ALL = "all"
    DAY = "day"
    HOUR = "hour"
    DAYPART = "daypart"
    STORE = "store"
    SOURCE = "source"
    STAFF = "staff"
    TENDER = "tender"
    TAKING = "taking"
    PRODUCT = "product"
    CLASS = "class"
    TIER = "tier"
    COUPON_TYPE = "coupon_type"
    CAMPAIGN = "campaign"


DIMENSIONS: Mapping[Dimension, Label] = {
    Dimension.ALL: Label("合计", "Total"),
    Dimension.DAY: Label("营业日", "Business day"),
    Dimension.HOUR: Label("钟点", "Hour"),
    Dimension.DAYPART: Label("时段", "Time of day"),
    Dimension.STORE: Label("门店", "Store"),
    Dimension.SOURCE: Label("来源", "Source"),
    Dimension.STAFF: Label("员工", "Staff"),
    Dimension.TENDER: Label("收款方式", "Tender"),
    Dimension.TAKING: Label("门店和收款方式", "Store and tender"),
    Dimension.PRODUCT: Label("商品", "Product"),
    Dimension.CLASS: Label("近度 / 频度", "Recency / frequency"),
    Dimension.TIER: Label("等级", "Tier"),
    Dimension.COUPON_TYPE: Label("券", "Coupon"),
    Dimension.CAMPAIGN: Label("活动", "Campaign"),
}


class ReportName(StrEnum):
    """The reports, as addresses call them."""

    TODAY = "today"
    SALES = "sales"
    HOURS = "hours"
    DAYPARTS = "dayparts"
    SOURCES = "sources"
    STORES = "stores"
    STAFF = "staff"
    TENDERS = "tenders"
    TAKINGS = "takings"
    PRODUCTS = "products"
    GROWTH = "growth"
    REPURCHASE = "repurchase"
    RFM = "rfm"
    TIERS = "tiers"
    COUPONS = "coupons"
    CAMPAIGNS = "campaigns"
    VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One report: its rows, its figures, and what else than `report.read` it needs.

    `of_period`: its figures are of a period, and may be compared; else they are of now.
    `by_source`: every figure can be told of one source of orders.
    """

    title: Label
    dimension: Dimension
    metrics: tuple[Metric, ...]
    permission: Permission | None = None
    of_period: bool = True
    by_source: bool = False


_SOLD = (
    Metric.SALES,
    Metric.REFUNDS,
    Metric.NET_SALES,
    Metric.ORDERS,
    Metric.REFUNDED_ORDERS,
    Metric.AVERAGE_TICKET,
    Metric.DISCOUNTS,
    Metric.MEMBER_ORDERS,
    Metric.MEMBER_ORDER_SHARE,
)
# Of an hour no refund is told: it belongs to the hour of no sale.
_AT_HOUR = (
    Metric.SALES,
    Metric.ORDERS,
    Metric.AVERAGE_TICKET,
    Metric.DISCOUNTS,
    Metric.MEMBER_ORDERS,
    Metric.MEMBER_ORDER_SHARE,
)
_TAKEN = (
    Metric.TAKEN,
    Metric.GIVEN_BACK,
    Metric.NET_TAKEN,
    Metric.TENDER_ORDERS,
    Metric.TOP_UPS,
    Metric.TOP_UPS_PRINCIPAL,
    Metric.TOP_UPS_BACK,
    Metric.OTHER_PAID_IN,
    Metric.DRAWER,
    Metric.POINTS_MONEY,
)
_BUYERS = (
    Metric.MEMBERS_ACTIVE,
    Metric.MEMBERS_RETURNING,
    Metric.REPEAT_SHARE,
)
REPORTS: Mapping[ReportName, Report] = {
    ReportName.TODAY: Report(
        title=Label("今日", "Today"),
        dimension=Dimension.ALL,
        metrics=(
            Metric.SALES,
            Metric.REFUNDS,
            Metric.NET_SALES,
            Metric.ORDERS,
            Metric.AVERAGE_TICKET,
            Metric.MEMBERS_JOINED,
            *_BUYERS,
            Metric.VALUE_PAID_IN,
            Metric.VALUE_USED,
            Metric.POINTS_GIVEN,
            Metric.POINTS_USED,
        ),
    ),
    ReportName.SALES: Report(
        title=Label("营业日报", "Sales by day"),
        dimension=Dimension.DAY,
        metrics=(*_SOLD, Metric.REFUND_TIMES, *_BUYERS),
        by_source=True,
    ),
    ReportName.HOURS: Report(
        title=Label("按钟点", "Sales by hour"),
        dimension=Dimension.HOUR,
        metrics=_AT_HOUR,
        by_source=True,
    ),
    ReportName.DAYPARTS: Report(
        title=Label("按时段", "Times of day"),
        dimension=Dimension.DAYPART,
        metrics=_AT_HOUR,
        by_source=True,
    ),
    ReportName.SOURCES: Report(
        title=Label("按来源", "Sales by source"),
        dimension=Dimension.SOURCE,
        metrics=_SOLD,
        by_source=True,
    ),
    ReportName.STORES: Report(
        title=Label("门店对比", "Stores compared"),
        dimension=Dimension.STORE,
        metrics=(*_SOLD, *_BUYERS, Metric.MEMBERS_JOINED, Metric.TOP_UPS_PRINCIPAL),
    ),
    ReportName.STAFF: Report(
        title=Label("员工业绩", "Staff"),
        dimension=Dimension.STAFF,
        metrics=(
            *_SOLD,
            Metric.REFUND_TIMES,
            Metric.HAND_DISCOUNTS,
            Metric.HAND_DISCOUNT_ORDERS,
            Metric.LINES_VOIDED,
            Metric.ORDERS_CANCELLED,
            Metric.VOIDED_MINOR,
            Metric.TOP_UPS,
            Metric.TOP_UPS_PRINCIPAL,
        ),
        permission=Permission.STAFF_READ,
    ),
    ReportName.TENDERS: Report(
        title=Label("收款方式", "Takings by tender"),
        dimension=Dimension.TENDER,
        metrics=_TAKEN,
    ),
    ReportName.TAKINGS: Report(
        title=Label("收款日报", "Daily takings by store"),
        dimension=Dimension.TAKING,
        metrics=_TAKEN,
    ),
    ReportName.PRODUCTS: Report(
        title=Label("畅销商品", "Best sellers"),
        dimension=Dimension.PRODUCT,
        metrics=(
            Metric.UNITS_SOLD,
            Metric.GOODS_SALES,
            Metric.GOODS_ORDERS,
            Metric.UNITS_REFUNDED,
            Metric.GOODS_REFUNDS,
        ),
        by_source=True,
    ),
    ReportName.GROWTH: Report(
        title=Label("会员增长", "Member growth"),
        dimension=Dimension.STORE,
        metrics=(
            Metric.MEMBERS,
            Metric.MEMBERS_JOINED,
            Metric.MEMBERS_ACTIVE,
            Metric.MEMBERS_SLEEPING,
            Metric.MEMBERS_LOST,
            Metric.MEMBERS_TURNED_LOST,
            Metric.MEMBERS_WON_BACK,
        ),
    ),
    ReportName.REPURCHASE: Report(
        title=Label("复购", "Repurchase"),
        dimension=Dimension.STORE,
        metrics=(*_BUYERS, Metric.MEMBERS_REPURCHASING, Metric.REPURCHASE_RATE),
        by_source=True,
    ),
    ReportName.RFM: Report(
        title=Label("RFM 分布", "RFM grid"),
        dimension=Dimension.CLASS,
        metrics=(Metric.MEMBERS_IN_CLASS, Metric.CLASS_SPENT),
        of_period=False,
    ),
    ReportName.TIERS: Report(
        title=Label("等级分布", "Tier mix"),
        dimension=Dimension.TIER,
        metrics=(Metric.MEMBERS_IN_TIER,),
    ),
    ReportName.COUPONS: Report(
        title=Label("优惠券", "Coupons"),
        dimension=Dimension.COUPON_TYPE,
        metrics=(
            Metric.COUPONS_ISSUED,
            Metric.COUPONS_ISSUED_USED,
            Metric.COUPON_USE_SHARE,
            Metric.COUPONS_USED,
            Metric.COUPONS_EXPIRED,
            Metric.COUPON_DISCOUNT,
            Metric.COUPON_SALES,
        ),
        permission=Permission.COUPON_READ,
    ),
    ReportName.CAMPAIGNS: Report(
        title=Label("活动效果", "Campaigns"),
        dimension=Dimension.CAMPAIGN,
        metrics=tuple(one for one in OF_CAMPAIGNS if one is not Metric.CAMPAIGNS_RUNNING),
        permission=Permission.MEASUREMENT_READ,
        of_period=False,
    ),
    ReportName.VALUE: Report(
        title=Label("储值与积分", "Stored value and points"),
        dimension=Dimension.STORE,
        metrics=tuple(OF_VALUE),
        permission=Permission.VALUE_READ,
    ),
}
# What the home page tells beside today's figures: they are of now.
TASKS: tuple[Metric, ...] = (Metric.CAMPAIGNS_RUNNING, *OF_TASKS)
