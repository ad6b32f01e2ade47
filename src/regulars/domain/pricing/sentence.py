"""An offer as one sentence that its merchant can check, in Chinese and in English.

    周二、周四 14:00–17:00，茶饮（不含特调）第 2 件半价，不与“招牌”组同享，每人每天限 1 次

Whatever decides about the offer is in it: two offers that differ read differently.
"""

from dataclasses import replace

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant, Period, local
from regulars.domain.pricing.limits import Limit, OnLast, Span, Whose
from regulars.domain.pricing.offer import Offer, OnReturn, Stack
from regulars.domain.pricing.reason_words import Texts
from regulars.domain.pricing.sentence_conditions import clauses_of
from regulars.domain.pricing.sentence_effects import effect_texts
from regulars.domain.pricing.sentence_names import Names

__all__ = ["Names", "sentence_at", "sentence_of"]

_WHOSE: dict[Whose, Texts] = {
    Whose.ALL: ("总共", " in all"),
    Whose.STORE: ("每店", " per store"),
    Whose.MEMBER: ("每人", " per member"),
}
_SPANS: dict[Span, Texts] = {
    Span.EVER: ("", ""),
    Span.DAY: ("每天", " per day"),
    Span.WEEK: ("每周", " per week"),
    Span.MONTH: ("每月", " per month"),
}
_ON_LAST: dict[OnLast, Texts] = {
    OnLast.REFUSE: ("", ""),
    OnLast.CLIP: ("（不足时减完为止）", " (the last order gets what is left)"),
    OnLast.HONOUR: ("（最后一单照减）", " (the last order gets all of it)"),
}


def sentence_of(offer: Offer, names: Names) -> Label:
    """The offer in one sentence: when, for whom, what, with what, how often."""
    clauses = clauses_of(offer.condition, names)
    period = _period(offer, names)
    when = [*period, *clauses.when]
    zh, en = effect_texts(offer.effect, offer.goods, names)
    after = [*_stacking(offer), *[_limit(one, names) for one in offer.limits], *_rest(offer)]
    before_zh = [" ".join(one for one, _ in when)] if when else []
    before_en = [" ".join(one for _, one in when)] if when else []
    before_zh += [one for one, _ in clauses.others]
    before_en += [one for _, one in clauses.others]
    head = f"{', '.join(before_en)}: {en}" if before_en else en
    sentence = "; ".join([head, *[one for _, one in after]])
    return Label(
        "，".join([*before_zh, zh, *[one for one, _ in after]]),
        sentence[0].upper() + sentence[1:],
    )


def sentence_at(offer: Offer, names: Names, at: Instant) -> Label:
    """The same to somebody who reads it at a moment: a beginning that is past is not told."""
    begins = offer.period.start
    if begins is None or begins > at:
        return sentence_of(offer, names)
    return sentence_of(replace(offer, period=Period(None, offer.period.end)), names)


def _period(offer: Offer, names: Names) -> list[Texts]:
    start, end = offer.period.start, offer.period.end
    if start is not None and end is not None:
        first, last = _moment(start, names), _moment(end, names)
        return [(f"{first} 至 {last}", f"from {first} until {last}")]
    if start is not None:
        return [(f"{_moment(start, names)} 起", f"from {_moment(start, names)}")]
    if end is not None:
        return [(f"{_moment(end, names)} 前", f"until {_moment(end, names)}")]
    return []


def _moment(at: Instant, names: Names) -> str:
    wall = local(at, names.zone)
    if wall.microsecond:
        return f"{wall:%Y-%m-%d %H:%M:%S.%f}"
    return f"{wall:%Y-%m-%d %H:%M:%S}" if wall.second else f"{wall:%Y-%m-%d %H:%M}"


def _stacking(offer: Offer) -> list[Texts]:
    said: list[Texts] = []
    if offer.groups:
        zh, en = _quoted(offer.groups)
        said.append((f"不与{zh}组同享", f"not with others of {en}"))
    if offer.stack is Stack.ALONE:
        said.append(("不与任何优惠同享", "not with any other offer"))
    if offer.stack is Stack.ONLY_WITH:
        zh, en = _quoted(offer.only_with)
        said.append((f"只与{zh}组同享", f"only with offers of {en}"))
    if offer.per_order_max is not None:
        maximum = offer.per_order_max
        said.append((f"每单最多用 {maximum} 张", f"at most {maximum} of them per order"))
    return said


def _quoted(groups: tuple[str, ...]) -> Texts:
    return "".join(f"“{group}”" for group in groups), ", ".join(f"“{group}”" for group in groups)


def _limit(limit: Limit, names: Names) -> Texts:
    whose, span = _WHOSE[limit.whose], _SPANS[limit.span]
    # 每人每天限 1 次, but 每天总共限 100 次.
    scope = span[0] + whose[0] if limit.whose is Whose.ALL else whose[0] + span[0]
    zh: list[str] = []
    en: list[str] = []
    if limit.uses is not None:
        zh.append(f"限 {limit.uses} 次")
        en.append("once" if limit.uses == 1 else f"{limit.uses} times")
    if limit.amount_minor is not None:
        money = names.money(limit.amount_minor)
        zh.append(f"最多优惠 {money}")
        en.append(f"up to {money}")
    last = _ON_LAST[limit.on_last]
    return (
        f"{scope}{'、'.join(zh)}{last[0]}",
        f"{' and '.join(en)}{whose[1]}{span[1]}{last[1]}",
    )


def _rest(offer: Offer) -> list[Texts]:
    said: list[Texts] = []
    if offer.on_return is OnReturn.REPRICE:
        said.append(("部分退货时余下商品重新计价", "a part that comes back reprices the rest"))
    if offer.on_return is OnReturn.CHOOSE:
        said.append(("部分退货时由店员选择退法", "how a part comes back is the cashier's choice"))
    if offer.priority:
        said.append((f"同价时排第 {offer.priority}", f"rank {offer.priority} among equal bills"))
    return said
