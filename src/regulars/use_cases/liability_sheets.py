"""The liability statement as tables: in short, by store, by age, in full, checked, forecast."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.ledger.accounts import AccountKind
from regulars.domain.ledger.breakage import COHORTS_MIN, LOTS_MIN, MONTHS_MIN, Breakage, Untold
from regulars.domain.ledger.liability import (
    AGES,
    OWED_KINDS,
    Flow,
    LiabilityKey,
    flow_of,
    points_cost,
)
from regulars.domain.ledger.units import Unit
from regulars.use_cases.liability_statements import LiabilityReport
from regulars.use_cases.report_sheets import Amount, Cell, Measure, Sheet

KINDS = {
    AccountKind.PRINCIPAL: Label("储值本金", "Principal"),
    AccountKind.BONUS: Label("储值赠金", "Bonus money"),
    AccountKind.POINTS: Label("积分", "Points"),
    AccountKind.PASS: Label("次卡（次）", "Passes (uses)"),
}
AGE_LABELS = (
    Label("0–30 天", "0–30 days"),
    Label("31–90 天", "31–90 days"),
    Label("91–180 天", "91–180 days"),
    Label("181–365 天", "181–365 days"),
    Label("一年以上", "Over a year"),
)
FLOW_HEADS = (
    Label("期初", "Opening"),
    Label("新增", "Issued"),
    Label("使用", "Used"),
    Label("退回账上", "Put back"),
    Label("过期", "Expired"),
    Label("收回", "Taken back"),
    Label("退给会员", "Paid back"),
    Label("转赠", "Transferred"),
    Label("预留变动", "Held"),
    Label("期末", "Closing"),
    Label("其中未生效", "Of it pending"),
    Label("另有预留", "Kept besides"),
)
UNTOLD = {
    Untold.FEW_COHORTS: Label(
        f"还看不出来：至少要有 {COHORTS_MIN} 个满 {MONTHS_MIN} 个月的批次",
        f"Cannot tell yet: it takes {COHORTS_MIN} months of issue that are {MONTHS_MIN} months old",
    ),
    Untold.FEW_LOTS: Label(
        f"还看不出来：至少要有 {LOTS_MIN} 笔", f"Cannot tell yet: it takes {LOTS_MIN} lots"
    ),
}


def sheets_of(report: LiabilityReport) -> tuple[Sheet, ...]:
    """Every table of a statement."""
    return (
        in_short(report),
        by_store(report),
        by_age(report),
        money(report),
        checked(report),
        forecast(report),
        in_full(report),
    )


def kind_label(account: AccountKind, unit: Unit) -> Label:
    """What a line counts, in words; a kind of pass by its code."""
    known = KINDS[account]
    if account is not AccountKind.PASS:
        return known
    _, _, code = unit.partition(".")
    return Label(f"{known.zh} {code}", f"{known.en} {code}")


def measure_of(account: AccountKind) -> Measure:
    """How the figures of a kind are shown."""
    money = account in (AccountKind.PRINCIPAL, AccountKind.BONUS)
    return Measure.MONEY if money else Measure.COUNT


def _flow_cells(flow: Flow, account: AccountKind) -> list[Cell]:
    figures = (
        flow.opening,
        flow.issued,
        flow.used,
        flow.put_back,
        flow.expired,
        flow.taken_back,
        flow.paid_back,
        flow.transferred,
        flow.held,
        flow.closing,
        flow.pending,
        flow.kept,
    )
    return [Amount(figure, measure_of(account)) for figure in figures]


def _units(report: LiabilityReport) -> list[tuple[AccountKind, Unit]]:
    return [(check.account, check.unit) for check in report.statement.checks]


def _sum(
    report: LiabilityReport,
    account: AccountKind,
    unit: Unit,
    *,
    store_id: UUID | None = None,
    age: int | None = None,
) -> Flow:
    return flow_of(
        flow
        for key, flow in report.statement.lines.items()
        if (key.account, key.unit) == (account, unit)
        and store_id in (None, key.store_id)
        and age in (None, key.age)
    )


def in_short(report: LiabilityReport) -> Sheet:
    """One row a unit."""
    rows = tuple(
        (kind_label(account, unit), *_flow_cells(_sum(report, account, unit), account))
        for account, unit in _units(report)
    )
    return Sheet(
        title=Label("汇总", "In short"),
        heads=(Label("项目", "What"), *FLOW_HEADS),
        rows=rows,
        note=Label(
            "每一行：期初加上各项变动等于期末。负数表示欠会员的变少了。没有数字的栏不列出。",
            "In each row the opening and the movements make the closing. What lowers the debt to "
            "members is negative. Columns without any figure are left out.",
        ),
        sparse=True,
    )


def by_store(report: LiabilityReport) -> Sheet:
    """One row a unit and store that sold or gave it."""
    rows: list[tuple[Cell, ...]] = [
        (
            report.stores[store_id],
            kind_label(account, unit),
            *_flow_cells(_sum(report, account, unit, store_id=store_id), account),
        )
        for account, unit in _units(report)
        for store_id in _stores(report, account, unit)
    ]
    return Sheet(
        title=Label("按售出门店", "By issuing store"),
        heads=(Label("门店", "Store"), Label("项目", "What"), *FLOW_HEADS),
        rows=tuple(rows),
        sparse=True,
    )


def _stores(report: LiabilityReport, account: AccountKind, unit: Unit) -> list[UUID]:
    known = {
        key.store_id for key in report.statement.lines if (key.account, key.unit) == (account, unit)
    }
    return [store_id for store_id in report.stores if store_id in known]


def by_age(report: LiabilityReport) -> Sheet:
    """What is owed at the end, by how old it is."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            kind_label(account, unit),
            *(
                Amount(_sum(report, account, unit, age=age).closing, measure_of(account))
                for age in range(AGES)
            ),
            Amount(_sum(report, account, unit).closing, measure_of(account)),
        )
        for account, unit in _units(report)
    )
    return Sheet(
        title=Label("期末余额：按存放时间", "Closing, by age"),
        heads=(Label("项目", "What"), *AGE_LABELS, Label("合计", "Total")),
        rows=rows,
    )


def in_full(report: LiabilityReport) -> Sheet:
    """Every line: store, unit and age."""
    order = {store_id: at for at, store_id in enumerate(report.stores)}

    def place(key: LiabilityKey) -> tuple[int, str, int, int]:
        return (OWED_KINDS.index(key.account), key.unit, order[key.store_id], key.age)

    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            report.stores[key.store_id],
            kind_label(key.account, key.unit),
            AGE_LABELS[key.age],
            *_flow_cells(report.statement.lines[key], key.account),
        )
        for key in sorted(report.statement.lines, key=place)
    )
    heads = (Label("门店", "Store"), Label("项目", "What"), Label("存放时间", "Age"), *FLOW_HEADS)
    return Sheet(title=Label("明细", "In full"), heads=heads, rows=rows)


def money(report: LiabilityReport) -> Sheet:
    """What it comes to in money, by store."""
    statement = report.statement
    rows: list[tuple[Cell, ...]] = []
    totals = [0] * 5
    for store_id, store in report.stores.items():
        principal = statement.of_store(store_id, AccountKind.PRINCIPAL)
        points = statement.of_store(store_id, AccountKind.POINTS)
        held = points.closing + points.kept
        figures = [
            principal.closing + principal.kept,
            statement.pass_deferred_minor.get(store_id, 0),
            0,
            points_cost(held, statement.unit_costs.get(store_id, 0)),
            statement.deposits_minor.get(store_id, 0),
        ]
        figures[2] = figures[0] + figures[1]
        totals = [one + more for one, more in zip(totals, figures, strict=True)]
        rows.append((store, *_moneys(figures)))
    return Sheet(
        title=Label("折成钱", "In money"),
        heads=(
            Label("门店", "Store"),
            Label("本金（含预留）", "Principal, held included"),
            Label("次卡未用的钱", "Passes not yet used"),
            Label("递延收入", "Deferred revenue"),
            Label("积分成本", "Points at cost"),
            Label("订金", "Deposits"),
        ),
        rows=tuple(rows),
        total=(Label("合计", "Total"), *_moneys(totals)),
        note=Label(
            f"积分按各店每 100 分的成本折算；会员还欠的积分 {statement.points_debt:,} 分，没有扣掉。",
            "Points are counted at each store's cost of 100 points. Members owe "
            f"{statement.points_debt:,} points, which are not taken off.",
        ),
    )


def _moneys(figures: Iterable[int]) -> Iterator[Amount]:
    return (Amount(figure, Measure.MONEY) for figure in figures)


def checked(report: LiabilityReport) -> Sheet:
    """The sums that must be one figure, side by side."""
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            kind_label(check.account, check.unit),
            Amount(check.statement, measure_of(check.account)),
            Amount(check.accounts, measure_of(check.account)),
            Amount(check.kept_statement, measure_of(check.account)),
            Amount(check.kept_accounts, measure_of(check.account)),
            Label("一致", "Agrees") if check.agrees else Label("不一致", "Differs"),
        )
        for check in report.statement.checks
    )
    return Sheet(
        title=Label("核对", "Checked"),
        heads=(
            Label("项目", "What"),
            Label("批次合计", "Sum of lots"),
            Label("账户合计", "Sum of accounts"),
            Label("预留：批次", "Held: lots"),
            Label("预留：账户", "Held: accounts"),
            Label("结果", "Outcome"),
        ),
        rows=rows,
        note=Label(
            "两边分别从批次和分录算出，互不引用。",
            "One side is derived from lots, the other from postings; neither reads the other.",
        ),
    )


def forecast(report: LiabilityReport) -> Sheet:
    """What will never be used, by the shop's own past."""
    rows = [_forecast_row(each) for each in report.breakage]
    never = Label("不预计：本金不过期", "Not forecast: principal does not end")
    rows.append((KINDS[AccountKind.PRINCIPAL], None, None, None, None, None, None, never))
    return Sheet(
        title=Label("预计不会被使用的部分", "Expected never to be used"),
        heads=(
            Label("项目", "What"),
            Label("上月末未用", "Open at last month's end"),
            Label("预计不用", "Expected unused"),
            Label("低（90% 区间）", "Low (90 %)"),
            Label("高（90% 区间）", "High (90 %)"),
            Label("回测：预计用掉", "Back-test: forecast use"),
            Label("回测：实际用掉", "Back-test: real use"),
            Label("说明", "Remark"),
        ),
        rows=tuple(rows),
        note=Label(
            "按每月发出的批次各龄期的使用比例推算，观察期之外没用的算作不用；区间由批次重复抽样得出。"
            "回测：用半年前已知的数据预计之后六个月，再与实际相比。只供参考，不改动任何余额。",
            "From the share that each month's issue used by age; what is unused beyond the months "
            "watched counts as never used. The interval comes from drawing the months again. The "
            "back-test forecasts six months from what was known then. A report alone: no balance "
            "changes.",
        ),
    )


def _forecast_row(told: Breakage) -> tuple[Cell, ...]:
    measure = measure_of(told.account)
    label, still_open = KINDS[told.account], Amount(told.open, measure)
    if told.untold is not None:
        return (label, still_open, None, None, None, None, None, UNTOLD[told.untold])
    back = told.back_test
    watched = Label(
        f"{told.cohorts} 个批次，看到第 {told.months} 个月"
        + ("" if back else "；还太短，不能回测"),
        f"{told.cohorts} months of issue, watched for {told.months}"
        + ("" if back else "; too short to back-test"),
    )
    return (
        label,
        still_open,
        *(Amount(each, measure) for each in (told.unused, told.unused_low, told.unused_high)),
        None if back is None else Amount(back.forecast_used, measure),
        None if back is None else Amount(back.actual_used, measure),
        watched,
    )
