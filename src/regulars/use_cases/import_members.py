"""Members of an old list, each row with its balances, as one command.

    姓名 李敏 · 手机 13812345678 · 积分 320 · 储值本金 180.00 · 储值赠金 20.00 · 等级 茶客

She becomes a member with an opening entry of 320 points, 180.00 principal and 20.00 bonus. Where the
list does not say when she allowed marketing, she allowed none (`import_consents`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from regulars.domain.kernel.money import scale_of
from regulars.domain.kernel.period import BusinessDay, Instant, start_of
from regulars.domain.members.identity import Identity, IdentityKind, identity_of
from regulars.domain.members.member import JoinedVia
from regulars.domain.members.profile import Gender, ProfileField, ProfileText
from regulars.domain.orders.shop import Shop
from regulars.domain.stores.permissions import Permission
from regulars.domain.tiers.ladder import Tier
from regulars.domain.tiers.moves import review_from
from regulars.storage import tiers, visits
from regulars.storage.engine import Write
from regulars.use_cases import import_consents
from regulars.use_cases.import_cells import CELL_MALFORMED, Cells
from regulars.use_cases.import_consents import keep_agreed
from regulars.use_cases.joining import IdentityText, JoinMember, Newcomer, checked, written
from regulars.use_cases.moment import Moment
from regulars.use_cases.opening_balances import Opening, open_balances
from regulars.use_cases.runner import use_case


class MemberColumn(StrEnum):
    """What a list of members may say."""

    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    CARD = "card"
    GENDER = "gender"
    BIRTHDAY = "birthday"
    ADDRESS = "address"
    LIKES = "likes"
    TABOOS = "taboos"
    POINTS = "points"
    PRINCIPAL = "principal"
    BONUS = "bonus"
    GROWTH = "growth"
    TIER = "tier"
    JOINED = "joined"
    CONSENT_SMS = import_consents.SMS
    CONSENT_EMAIL = import_consents.EMAIL
    CONSENT_WECHAT = import_consents.WECHAT
    CONSENT_ON = import_consents.AGREED_ON
    CONSENT_WHERE = import_consents.AGREED_WHERE


HEADERS: Mapping[str, tuple[str, ...]] = {
    MemberColumn.NAME: ("姓名", "会员姓名", "名字", "full name", "member name"),
    MemberColumn.PHONE: ("手机", "手机号", "手机号码", "电话", "联系电话", "mobile", "telephone"),
    MemberColumn.EMAIL: ("邮箱", "电子邮箱", "邮件", "e-mail", "mail"),
    MemberColumn.CARD: ("卡号", "会员卡号", "会员卡", "card number", "card no"),
    MemberColumn.GENDER: ("性别", "sex"),
    MemberColumn.BIRTHDAY: ("生日", "出生日期", "date of birth", "birth date"),
    MemberColumn.ADDRESS: ("地址", "住址"),
    MemberColumn.LIKES: ("喜好", "偏好", "口味", "preferences"),
    MemberColumn.TABOOS: ("忌口", "禁忌", "allergies"),
    MemberColumn.POINTS: ("积分", "剩余积分", "积分余额", "points balance"),
    MemberColumn.PRINCIPAL: ("储值本金", "本金", "储值余额", "余额", "stored value", "balance"),
    MemberColumn.BONUS: ("储值赠金", "赠金", "赠送余额", "bonus balance"),
    MemberColumn.GROWTH: ("成长值", "growth value"),
    MemberColumn.TIER: ("等级", "会员等级", "级别", "level"),
    MemberColumn.JOINED: (
        "入会日期",
        "注册时间",
        "注册日期",
        "开卡日期",
        "joined on",
        "member since",
    ),
    MemberColumn.CONSENT_SMS: (
        "短信营销",
        "同意短信",
        "接收短信",
        "短信订阅",
        "sms marketing",
        "sms opt-in",
    ),
    MemberColumn.CONSENT_EMAIL: (
        "邮件营销",
        "同意邮件",
        "邮件订阅",
        "email marketing",
        "email opt-in",
    ),
    MemberColumn.CONSENT_WECHAT: ("微信营销", "同意微信", "wechat marketing", "wechat opt-in"),
    MemberColumn.CONSENT_ON: ("同意日期", "同意时间", "授权日期", "consent date", "agreed on"),
    MemberColumn.CONSENT_WHERE: (
        "同意方式",
        "同意来源",
        "授权方式",
        "consent source",
        "agreed where",
    ),
}
_GENDERS = {
    "女": Gender.FEMALE,
    "女士": Gender.FEMALE,
    "f": Gender.FEMALE,
    "female": Gender.FEMALE,
    "男": Gender.MALE,
    "先生": Gender.MALE,
    "男士": Gender.MALE,
    "m": Gender.MALE,
    "male": Gender.MALE,
    "其他": Gender.OTHER,
    "其它": Gender.OTHER,
    "other": Gender.OTHER,
}
_UNTOLD = frozenset({"未知", "保密", "unknown", "-", "n/a"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportMember:
    """Take one member over from an old list: the texts of her row by column."""

    store_id: UUID
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """Who was taken over. It names nobody: this answer is kept."""

    member_id: UUID


@use_case
def import_member(tx: Write, command: ImportMember, moment: Moment) -> Imported:
    """Take one member over with all she had; what she never allowed stays not allowed.

    Refuses: permission.missing, scope.outside, import.formula, import.cell_malformed,
    import.consent_undated, the refusals of joining.
    """
    moment.actor.need(Permission.MEMBER_IMPORT)
    moment.actor.scope.check(command.store_id)
    shop = moment.shops.in_force(tx, command.store_id, at=moment.now)
    cells = Cells(command.texts)
    opening = _opening(cells, shop)
    joined_on = cells.day(MemberColumn.JOINED)
    tier = _tier(cells, shop)
    joining = _joining(cells, command, moment.new_id())
    newcomer = checked(tx, joining, shop=shop, now=moment.now)
    if joined_on is not None:
        joined_at = _joined_at(joined_on, shop, moment.now)
        newcomer = replace(newcomer, member=replace(newcomer.member, joined_at=joined_at))
    accounts = written(tx, newcomer, shop=shop, moment=moment)
    open_balances(tx, opening, accounts, shop=shop, moment=moment)
    placed = _place(tx, joining.member_id, tier, opening, shop=shop, moment=moment)
    _plan_review(tx, newcomer, placed, shop=shop, moment=moment)
    keep_agreed(tx, joining.member_id, cells, shop=shop, moment=moment)
    return Imported(member_id=joining.member_id)


def claims(texts: Mapping[str, str], *, country: str) -> frozenset[Identity]:
    """What a row takes for itself: no other row of its list may take the same.

    Refuses: member.identity_malformed.
    """
    cells = Cells(texts)
    return frozenset(
        identity_of(kind, text, country=country)
        for kind in IdentityKind
        if (text := cells.plain(kind.value)) is not None
    )


def _joining(cells: Cells, command: ImportMember, member_id: UUID) -> JoinMember:
    identities = [
        IdentityText(kind=kind, text=text)
        for kind in IdentityKind
        if (text := cells.plain(kind.value)) is not None
    ]
    told = [
        ProfileText(field=field, text=text)
        for field, text in (
            (ProfileField.NAME, cells.text(MemberColumn.NAME)),
            (ProfileField.GENDER, _gender(cells)),
            (ProfileField.BIRTHDAY, _birthday(cells)),
            (ProfileField.ADDRESS, cells.text(MemberColumn.ADDRESS)),
            (ProfileField.LIKES, cells.text(MemberColumn.LIKES)),
            (ProfileField.TABOOS, cells.text(MemberColumn.TABOOS)),
        )
        if text is not None
    ]
    return JoinMember(
        member_id=member_id,
        store_id=command.store_id,
        identities=tuple(identities),
        profile=tuple(told),
        via=JoinedVia.IMPORT,
    )


def _gender(cells: Cells) -> str | None:
    found = cells.text(MemberColumn.GENDER)
    if found is None or found.casefold() in _UNTOLD:
        return None
    gender = _GENDERS.get(found.casefold())
    if gender is None:
        raise CELL_MALFORMED.because(column=MemberColumn.GENDER)
    return gender.value


def _birthday(cells: Cells) -> str | None:
    # A month and a day as they stand (--05-01, lunar:…), or a whole date in any usual spelling.
    found = cells.plain(MemberColumn.BIRTHDAY)
    if found is None or found.startswith(("--", "lunar:")):
        return found
    day = cells.day(MemberColumn.BIRTHDAY)
    return None if day is None else day.isoformat()


def _opening(cells: Cells, shop: Shop) -> Opening:
    scale = scale_of(shop.store.currency)
    return Opening(
        principal_minor=cells.amount_minor(MemberColumn.PRINCIPAL, scale=scale),
        bonus_minor=cells.amount_minor(MemberColumn.BONUS, scale=scale),
        points=cells.whole(MemberColumn.POINTS),
        growth_value=cells.whole(MemberColumn.GROWTH),
    )


def _tier(cells: Cells, shop: Shop) -> Tier | None:
    found = cells.text(MemberColumn.TIER)
    if found is None:
        return None
    for tier in shop.terms.ladder.tiers:
        names = (tier.code, tier.label.zh, tier.label.en)
        if found.casefold() in {name.casefold() for name in names if name}:
            return tier
    raise CELL_MALFORMED.because(column=MemberColumn.TIER)


def _joined_at(joined_on: date, shop: Shop, now: Instant) -> Instant:
    at = start_of(
        BusinessDay(joined_on), zone=shop.store.zone, cut_off_minutes=shop.store.cut_off_minutes
    )
    if at > now:
        raise CELL_MALFORMED.because(column=MemberColumn.JOINED)
    return at


def _place(
    tx: Write, member_id: UUID, told: Tier | None, opening: Opening, *, shop: Shop, moment: Moment
) -> Tier:
    reached = shop.terms.ladder.reached_with(opening.growth_value)
    tier = told or reached
    if tier.code == shop.terms.ladder.tiers[0].code:
        return tier
    visits.add_tier_period(
        tx,
        visits.TierPeriodRow(
            id=moment.new_id(),
            member_id=member_id,
            tier=tier.code,
            since=moment.now,
            cause="up" if tier.code == reached.code else "manual",
            growth_value=opening.growth_value,
            terms_version=shop.terms.version,
            subject_id=None,
        ),
    )
    return tier


def _plan_review(tx: Write, newcomer: Newcomer, tier: Tier, *, shop: Shop, moment: Moment) -> None:
    store = shop.store
    review = review_from(
        shop.terms.tiers,
        shop.terms.ladder,
        tier=tier,
        from_on=store.business_day(moment.now),
        joined_on=store.business_day(newcomer.member.joined_at),
    )
    if review is not None:
        tiers.plan_review(tx, newcomer.member.id, store.id, review)
