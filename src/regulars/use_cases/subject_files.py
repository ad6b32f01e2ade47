"""The copy of everything that is kept about a member, as one file she can take home.

`data.json` is for machines, `data.html` is for her: the same rows, under headings in both languages.
"""

from collections.abc import Mapping
from html import escape
from io import BytesIO
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

import orjson

from regulars.domain.kernel.label import Label
from regulars.domain.kernel.period import Instant
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.storage import members, merges
from regulars.storage.engine import Read
from regulars.storage.subject_data import Row, everything
from regulars.storage.vault import Vault
from regulars.use_cases.subject_columns import column_name

_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem;color:#222}"
    "table{border-collapse:collapse;margin:.5rem 0 2rem;font-size:13px}"
    "td,th{border:1px solid #ccc;padding:.2rem .5rem;text-align:left;vertical-align:top}"
)
TITLE = Label("我的会员资料", "My membership data")
MADE = Label("生成时间", "Made at")
HEADINGS: Mapping[str, Label] = {
    "member": Label("会员资料", "Profile"),
    "identity": Label("手机号、邮箱和卡", "Phone numbers, e-mail addresses and cards"),
    "identity_past": Label("以前的号码（仅摘要）", "Earlier numbers (as hashes only)"),
    "contact_point": Label("其他联系方式", "Other ways to reach you"),
    "consent": Label("授权记录", "What you allowed"),
    "subject_request": Label("个人信息请求", "Requests about your data"),
    "member_stats": Label("到店统计", "Visits"),
    "member_tag": Label("标签", "Words put on you"),
    "member_insight": Label("会员阶段", "Where you stand as a guest"),
    "member_stage": Label("阶段变化", "How that changed"),
    "segment_member": Label("所在分群", "Groups of guests"),
    "bulk_action_member": Label("批量操作", "What was done for many at once"),
    "tier_period": Label("等级记录", "Tiers"),
    "tier_review": Label("保级日程", "Next review of your tier"),
    "account": Label("账户余额", "Balances"),
    "lot": Label("积分与储值批次", "Points and stored value by origin"),
    "entry": Label("入账凭证", "Entries"),
    "posting": Label("账户变动", "Movements"),
    "top_up": Label("充值", "Top-ups"),
    "top_up_refund": Label("充值退款", "Refunds of top-ups"),
    "value_hold": Label("冻结的储值", "Value held"),
    "value_hold_open": Label("未结束的冻结", "Holds still open"),
    "value_transfer": Label("储值转赠", "Value passed on"),
    "value_reactivation": Label("储值激活", "Value brought back"),
    "value_freeze": Label("储值止付", "Value frozen"),
    "value_identity": Label("实名登记", "Registration as holder"),
    "card_event": Label("挂失与补卡", "Lost and new cards"),
    "expiry_warning": Label("到期提醒", "Reminders of points that end"),
    "orders": Label("订单", "Bills"),
    "order_line": Label("订单明细", "What was on them"),
    "order_adjustment": Label("订单优惠", "Discounts"),
    "payment": Label("付款", "Payments"),
    "refund": Label("退款", "Refunds"),
    "coupon": Label("优惠券", "Coupons"),
    "coupon_event": Label("优惠券变动", "What happened to coupons"),
    "coupon_share": Label("转赠的优惠券", "Coupons passed on"),
    "member_pass": Label("次卡", "Passes"),
    "pass_use": Label("次卡使用", "Uses of passes"),
    "pass_event": Label("次卡变动", "What happened to passes"),
    "gift": Label("赠礼", "Gifts"),
    "check_in": Label("签到", "Check-ins"),
    "task_claim": Label("任务", "Tasks done"),
    "draw": Label("抽奖", "Lucky draws"),
    "mall_order": Label("积分兑换", "Rewards for points"),
    "group_seat": Label("拼团", "Group buys"),
    "referral": Label("老带新", "Referrals"),
    "survey_answer": Label("评价", "Answers to surveys"),
    "recovery_task": Label("回访", "Follow-ups"),
    "staff_task": Label("店员待办", "Tasks of the staff about you"),
    "message": Label("消息", "Messages"),
    "message_event": Label("消息状态", "What became of messages"),
    "message_link": Label("消息链接", "Links in messages"),
    "journey_run": Label("营销旅程", "Journeys"),
    "journey_log": Label("旅程步骤", "Steps of journeys"),
    "journey_wait": Label("旅程等待", "What journeys wait for"),
    "effect": Label("旅程动作", "What journeys did"),
    "assignment": Label("对照分组", "Groups of trials"),
    "member_merge": Label("合并记录", "Records made one"),
    "member_merged": Label("合并状态", "Which record answers"),
    "member_apart": Label("不是同一人的记录", "Records that are two people's"),
    "birthday_index": Label("生日摘要", "Hash of your birthday"),
    "fact": Label("事件", "Events"),
}


def copy_of(read: Read, vault: Vault, member_id: UUID, *, now: Instant) -> bytes:
    """The file of everything about a member, all records of hers. Refuses: member.unknown."""
    records: list[dict[str, list[Row]]] = []
    for one in merges.whole_person(read, member_id):
        profile = read.one(members.PROFILE, member_id=one)
        if profile is None or profile.wrapped_key is None:
            raise MEMBER_UNKNOWN.because()
        records.append(everything(read, one, vault.unlock(profile.wrapped_key, one)))
    told = {"made_at": now, "member_id": member_id, "records": records}
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        packed.writestr(
            "data.json", orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS)
        )
        packed.writestr("data.html", _page(records, now))
    return file.getvalue()


def _page(records: list[dict[str, list[Row]]], now: Instant) -> str:
    parts = [
        "<!doctype html><meta charset=utf-8>",
        f"<title>{TITLE.zh} · {TITLE.en}</title><style>{_STYLE}</style>",
        f"<h1>{TITLE.zh} · {TITLE.en}</h1>",
        f"<p>{MADE.zh} · {MADE.en}: {now.isoformat(timespec='seconds')}</p>",
    ]
    for record in records:
        for table, heading in HEADINGS.items():
            rows = [row for row in record.get(table, []) if row]
            if rows:
                parts.append(f"<h2>{heading.zh} · {heading.en}</h2>{_table(table, rows)}")
    return "\n".join(parts)


def _table(table: str, rows: list[Row]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    words = [column_name(table, name) for name in columns]
    head = "".join(f"<th>{escape(word.zh)}<br>{escape(word.en)}</th>" for word in words)
    body = "".join(
        "<tr>" + "".join(f"<td>{_cell(row.get(name))}</td>" for name in columns) + "</tr>"
        for row in rows
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return escape(orjson.dumps(value).decode())
    return escape(str(value))
