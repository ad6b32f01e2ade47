"""What an old list says that a member allowed: when and where she agreed, kept as proof.

    短信营销 是 · 同意日期 2024-03-08 · 同意方式 静安寺店入会登记表

She may be written to by SMS, because of what she signed on that day. A row that only says 是 proves
nothing and is refused; 否 or an empty cell is nothing new, for whoever was never asked said no.
"""

from collections.abc import Mapping
from uuid import UUID

from regulars.domain.kernel.period import BusinessDay, Instant, start_of
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.members.consent import IMPORTED, Channel, Choice, Purpose
from regulars.domain.members.member import JoinedVia
from regulars.domain.members.writing import checked_text
from regulars.domain.orders.shop import Shop
from regulars.storage import consents, members
from regulars.storage.consents import Given
from regulars.storage.engine import Write
from regulars.use_cases.import_cells import CELL_MALFORMED, Cells
from regulars.use_cases.moment import Moment

CONSENT_UNDATED = refusal_code("import.consent_undated", "column")

SMS, EMAIL, WECHAT = "consent_sms", "consent_email", "consent_wechat"
AGREED_ON, AGREED_WHERE = "consent_on", "consent_where"

EVIDENCE_MAX = 200
_CHANNELS: Mapping[str, Channel] = {
    SMS: Channel.SMS,
    EMAIL: Channel.EMAIL,
    WECHAT: Channel.WECHAT,
}
_YES = frozenset({"是", "同意", "已同意", "有", "√", "✓", "y", "yes", "true", "1", "agreed"})
_NO = frozenset({"否", "不同意", "未同意", "无", "没有", "×", "✗", "n", "no", "false", "0", "none"})


def agreed(cells: Cells, shop: Shop, now: Instant) -> tuple[tuple[Choice, ...], Instant]:
    """What she allowed by the old list, and when.

    Refuses: import.consent_undated, import.cell_malformed, import.formula.
    """
    columns = [column for column in _CHANNELS if _is_yes(cells, column)]
    agreed_on = cells.day(AGREED_ON)
    if not columns:
        return (), now
    if agreed_on is None:
        raise CONSENT_UNDATED.because(column=columns[0])
    at = start_of(
        BusinessDay(agreed_on), zone=shop.store.zone, cut_off_minutes=shop.store.cut_off_minutes
    )
    if at > now:
        raise CELL_MALFORMED.because(column=AGREED_ON)
    choices = (
        Choice(
            channel=_CHANNELS[column],
            purpose=Purpose.MARKETING,
            granted=True,
            wording_version=IMPORTED,
        )
        for column in columns
    )
    return tuple(choices), at


def evidence_of(cells: Cells) -> str | None:
    """Where she agreed, as the list says it.

    Refuses: import.formula, member.text_malformed, member.text_too_long,
    member.payment_card_refused.
    """
    told = cells.text(AGREED_WHERE)
    if told is None:
        return None
    return checked_text(told, field=AGREED_WHERE, maximum=EVIDENCE_MAX) or None


def keep_agreed(tx: Write, member_id: UUID, cells: Cells, *, shop: Shop, moment: Moment) -> None:
    """Remember what a member of an old list allowed, under the day on which she did.

    Refuses: as `agreed` and `evidence_of`.
    """
    choices, at = agreed(cells, shop, moment.now)
    evidence = evidence_of(cells)
    if not choices:
        return
    row = tx.one(members.PROFILE, member_id=member_id)
    sealed = None
    if evidence is not None and row is not None and row.wrapped_key is not None:
        key = moment.vault.unlock(row.wrapped_key, member_id)
        sealed = consents.sealed_evidence(key, evidence)
    given = Given(
        member_id=member_id,
        language="zh-CN" if row is None else row.language,
        source=JoinedVia.IMPORT.value,
        at=at,
        by=moment.actor.name,
        evidence=sealed,
    )
    consents.add(tx, given, choices, new_id=moment.new_id)


def _is_yes(cells: Cells, column: str) -> bool:
    """Refuses: import.cell_malformed, import.formula."""
    found = cells.text(column)
    if found is None or found.casefold() in _NO:
        return False
    if found.casefold() not in _YES:
        raise CELL_MALFORMED.because(column=column)
    return True
