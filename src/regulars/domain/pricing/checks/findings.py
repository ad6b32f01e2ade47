"""What a check found, with a basket that shows it.

below_cost: 半价 and 满30减10 together sell 抹茶拿铁 ×2 for 6.00 a cup; one costs the shop 7.20.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant


class FindingCode(StrEnum):
    """Every kind of finding; the first four are mistakes, the others may be meant."""

    NEVER_ON = "never_on"
    NO_SUCH_GOODS = "no_such_goods"
    MINTS_VALUE = "mints_value"
    BELOW_COST = "below_cost"
    NEVER_CHOSEN = "never_chosen"
    BOTH_ALONE = "both_alone"
    SAME_PRIORITY = "same_priority"
    CLIFF = "cliff"
    COST_UNKNOWN = "cost_unknown"
    NOT_ALL_TRIED = "not_all_tried"


MISTAKES = frozenset(
    {
        FindingCode.NEVER_ON,
        FindingCode.NO_SUCH_GOODS,
        FindingCode.MINTS_VALUE,
        FindingCode.BELOW_COST,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessLine:
    """So many of one product."""

    product_id: UUID
    name: Label
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A basket, a guest and a moment that show a finding. Units: minor units."""

    lines: tuple[WitnessLine, ...]
    tier: str | None
    at: Instant
    source: str
    due_minor: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One finding about some offers. `figures` are minor units, counts or basis points."""

    code: FindingCode
    offers: tuple[UUID, ...]
    names: tuple[Label, ...]
    witness: Witness | None = None
    figures: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_mistake(self) -> bool:
        """Whether the offers should not start like this."""
        return self.code in MISTAKES


def texts_of(finding: Finding, *, scale: int) -> tuple[str, str]:
    """The finding in Chinese and in English. Units: `scale` is digits after the point of money."""
    zh_names = "、".join(f"“{name.in_language('zh-CN')}”" for name in finding.names)
    en_names = ", ".join(f"“{name.in_language('en')}”" for name in finding.names)

    def money(part: str) -> str:
        minor = finding.figures.get(part, 0)
        return f"{minor / 10**scale:.{scale}f}"

    match finding.code:
        case FindingCode.NEVER_ON:
            return (
                f"{zh_names}的条件永远不会成立，没有顾客用得上",
                f"the conditions of {en_names} never hold: nobody can ever use it",
            )
        case FindingCode.NO_SUCH_GOODS:
            return (
                f"{zh_names}没有一件在售商品适用",
                f"nothing on sale is among the goods of {en_names}",
            )
        case FindingCode.MINTS_VALUE:
            back = finding.figures.get("back_basis_points", 0) / 100
            return (
                f"每付 100 元，积分和赠送合计返还 {back:g} 元：顾客可以循环套利",
                f"for every 100 paid, points and bonus give {back:g} back: value is made from nothing",
            )
        case FindingCode.BELOW_COST:
            return (
                f"{zh_names}叠加后，每件实付 {money('net_minor')}，低于成本 {money('cost_minor')}",
                (
                    f"with {en_names} one unit sells for {money('net_minor')}, "
                    f"below its cost of {money('cost_minor')}"
                ),
            )
        case FindingCode.NEVER_CHOSEN:
            return (
                f"{zh_names.split('、')[0]}总是被其他优惠取代，等于没有开",
                f"{en_names.split(', ')[0]} is always beaten by another offer: it might as well be off",
            )
        case FindingCode.BOTH_ALONE:
            return (
                f"{zh_names}都要求独享，又适用相同商品，顾客只能用其中一个",
                f"{en_names} both stand alone on the same goods: a guest gets only one of them",
            )
        case FindingCode.SAME_PRIORITY:
            return (
                f"固定顺序下，{zh_names}的优先级相同，先后只由编号决定",
                f"in fixed order {en_names} have the same priority: only their ids decide",
            )
        case FindingCode.CLIFF:
            return (
                f"多买一件反而少付 {money('drop_minor')}（{zh_names}）",
                f"one more item makes the bill {money('drop_minor')} less ({en_names})",
            )
        case FindingCode.COST_UNKNOWN:
            count = finding.figures.get("products", 0)
            return (
                f"有 {count} 个商品没有填成本，无法判断是否亏本",
                f"{count} products have no cost: whether they sell below it is unknown",
            )
        case FindingCode.NOT_ALL_TRIED:
            count = finding.figures.get("offers", 0)
            return (
                f"活动太多，先试了草稿和靠前的，还有 {count} 个没有试",
                f"too many offers to try them all: drafts came first, {count} were not tried",
            )
