"""A settlement between stores as tables: who owes whom, the matrix, and every line."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from regulars import __version__
from regulars.domain.kernel.label import Label, Language
from regulars.domain.ledger.clearing import ClearingLine, is_bonus
from regulars.domain.ledger.units import POINTS, Unit, is_pass
from regulars.use_cases.clearing import ClearingDue
from regulars.use_cases.report_page import Figure, Page, figures_of, page_of, section_of
from regulars.use_cases.report_sheets import Amount, Cell, Measure, Reading, Sheet, money

TITLE = Label("门店清算表", "Settlement between stores")
ISSUER = Label("售出门店（应付）", "Issuing store, owes")
REDEEMER = Label("使用门店（应收）", "Using store, gets")


def sheets_of(due: ClearingDue, stores: Mapping[UUID, Label]) -> tuple[Sheet, ...]:
    """Every table of a settlement."""
    return (net(due, stores), matrix(due, stores), pairs(due, stores), lines(due, stores))


def unit_label(unit: Unit) -> Label:
    """What a line counts, in words."""
    if unit == POINTS:
        return Label("积分", "Points")
    if is_pass(unit):
        _, _, code = unit.partition(".")
        return Label(f"次卡 {code}（次）", f"Pass {code} (uses)")
    return Label("储值赠金", "Bonus money") if is_bonus(unit) else Label("储值本金", "Principal")


def _amount(line: ClearingLine, amount: int) -> Amount:
    unit = line.between.unit
    counted = unit == POINTS or is_pass(unit)
    return Amount(amount, Measure.COUNT if counted else Measure.MONEY)


def _money(minor: int) -> Amount:
    return Amount(minor, Measure.MONEY)


def net(due: ClearingDue, stores: Mapping[UUID, Label]) -> Sheet:
    """What each store gets or pays in the end."""
    rows: list[tuple[Cell, ...]] = []
    owed_all = 0
    for store_id, label in stores.items():
        owed = sum(one.cost_minor for one in due.lines if one.between.issuer_id == store_id)
        gets = sum(one.cost_minor for one in due.lines if one.between.redeemer_id == store_id)
        owed_all += owed
        rows.append((label, _money(gets), _money(owed), _money(gets - owed)))
    return Sheet(
        title=Label("各店净额", "Net by store"),
        heads=(
            Label("门店", "Store"),
            Label("应收", "Gets"),
            Label("应付", "Owes"),
            Label("净额（正数为收）", "Net (positive: gets)"),
        ),
        rows=tuple(rows),
        total=(Label("合计", "Total"), _money(owed_all), _money(owed_all), _money(0)),
        note=Label(
            "会员在甲店充值、在乙店使用：钱在甲店，甲店应付乙店。积分按售出门店申明的成本折算，赠金只计数。",
            "A member tops up in one store and uses it in another: the first has the money, and owes "
            "the second. Points are counted at the cost that their issuer declares; bonus money is "
            "counted only.",
        ),
    )


def matrix(due: ClearingDue, stores: Mapping[UUID, Label]) -> Sheet:
    """What each store owes each other one, gross."""
    owed: dict[tuple[UUID, UUID], int] = {}
    for line in due.lines:
        key = (line.between.issuer_id, line.between.redeemer_id)
        owed[key] = owed.get(key, 0) + line.cost_minor
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            label,
            *(
                None if issuer == redeemer else _money(owed.get((issuer, redeemer), 0))
                for redeemer in stores
            ),
        )
        for issuer, label in stores.items()
    )
    return Sheet(
        title=Label("清算矩阵", "Matrix"),
        heads=(Label("应付 \\ 应收", "Owes \\ gets"), *stores.values()),
        rows=rows,
    )


def pairs(due: ClearingDue, stores: Mapping[UUID, Label]) -> Sheet:
    """Each pair of stores once: gross both ways, and the net."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            stores[one.first_id],
            stores[one.second_id],
            _money(one.first_owes_minor),
            _money(one.second_owes_minor),
            _money(abs(one.net_minor)),
            stores[one.first_id if one.net_minor >= 0 else one.second_id],
        )
        for one in due.pairs
    )
    return Sheet(
        title=Label("两店之间", "Pair by pair"),
        heads=(
            Label("甲店", "First"),
            Label("乙店", "Second"),
            Label("甲欠乙", "First owes"),
            Label("乙欠甲", "Second owes"),
            Label("净额", "Net"),
            Label("由谁付", "Paid by"),
        ),
        rows=rows,
    )


def lines(due: ClearingDue, stores: Mapping[UUID, Label]) -> Sheet:
    """Every line: from whom to whom, what, how much, what of it came late."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            stores[one.between.issuer_id],
            stores[one.between.redeemer_id],
            unit_label(one.between.unit),
            _amount(one, one.amount),
            _amount(one, one.late),
            _money(one.cost_minor),
        )
        for one in due.lines
    )
    return Sheet(
        title=Label("明细", "In full"),
        heads=(
            ISSUER,
            REDEEMER,
            Label("项目", "What"),
            Label("数量", "Amount"),
            Label("其中补记往期", "Of it late"),
            Label("金额", "Money"),
        ),
        rows=rows,
    )


def page(
    due: ClearingDue, stores: Mapping[UUID, Label], reading: Reading, organisation: Label
) -> str:
    """The settlement as one printed page."""
    language = reading.language
    last = due.until_on - timedelta(days=1)
    span: dict[Language, str] = {
        "zh-CN": f"{due.from_on} 至 {last}（含）",
        "en": f"{due.from_on} to {last}, both included",
    }
    state = Label("未入账", "Not booked") if due.booked is None else Label("已入账", "Booked")
    owed = sum(abs(one.net_minor) for one in due.pairs)
    figures = figures_of(
        [
            Figure(
                Label("各店之间净额合计", "Net between all stores").in_language(language),
                money(owed, reading.scale),
            ),
            Figure(
                Label("状态", "State").in_language(language),
                state.in_language(language),
                due.booked is not None,
            ),
        ]
    )
    parts = [figures, *(section_of(sheet, reading) for sheet in sheets_of(due, stores))]
    return page_of(
        Page(
            title=TITLE,
            lines=(organisation.in_language(language), span[language]),
            parts=tuple(parts),
            foot=f"Regulars 熟客 {__version__}",
        ),
        language,
    )
