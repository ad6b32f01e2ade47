"""What the columns of a member's copy are called, in both languages.

COLUMNS["spent_minor"]   # 消费（分） · Spent, in the smallest coin

A word stands for its column in every table; where one word means two things, the table says which.
"""

from collections.abc import Mapping

from regulars.domain.kernel.label import Label


def _read(table: str) -> Mapping[str, Label]:
    """One column a line: its name, then both words."""
    lines = (line.split("|") for line in table.strip().splitlines())
    return {name.strip(): Label(zh.strip(), en.strip()) for name, zh, en in lines}


_PERSON = """
id | 编号 | Number
member_id | 会员编号 | Member number
joined_at | 入会时间 | Joined at
joined_store_id | 入会门店 | Joined in store
joined_via | 入会方式 | Joined how
state | 状态 | State
language | 语言 | Language
wrapped_key | 加密钥匙（已封存） | Sealed key
name | 姓名 | Name
birthday | 生日 | Birthday
address | 地址 | Address
gender | 性别 | Gender
likes | 喜好 | Likes
taboos | 忌口 | Dislikes and allergies
revision | 修改次数 | Times changed
blind_index | 查找用摘要 | Hash to be found by
kind | 种类 | Kind
value | 内容 | Content
added_at | 添加时间 | Added at
verified_at | 验证时间 | Verified at
removed_at | 移除时间 | Removed at
channel | 渠道 | Channel
purpose | 用途 | Purpose
granted | 是否同意 | Allowed
wording_version | 授权文字版本 | Version of the wording
evidence | 依据 | Evidence
source | 来源 | Source
at | 时间 | When
by | 经手 | By whom
store_id | 门店 | Store
asked_at | 提出时间 | Asked at
due_on | 应办日期 | Due on
due_at | 应办时间 | Due at
taken_by | 接手的人 | Taken by
taken_at | 接手时间 | Taken at
ended_at | 结束时间 | Ended at
ended_by | 由谁结束 | Ended by
ended_because | 结束原因 | Why it ended
closed_at | 关闭时间 | Closed at
done_at | 办完时间 | Done at
done_by | 由谁办完 | Done by
reason | 原因 | Reason
text | 正文 | Text
document_kind | 证件种类 | Kind of document
document_number | 证件号码 | Document number
contact | 联系方式 | Contact
recorded_by | 登记人 | Recorded by
recorded_at | 登记时间 | Recorded at
keep_until | 保存到 | Kept until
survivor_id | 合并后留下的会员 | Member who stays
absorbed_id | 被合并的会员 | Member who was joined to her
undo_until | 可撤销到 | Can be undone until
points_debt | 积分欠账 | Points owed
merge_id | 合并编号 | Number of the merge
one_member_id | 其中一位会员 | One member
other_member_id | 另一位会员 | The other member
undoes | 撤销哪一条 | Which one it undoes
"""
_STANDING = """
tier | 等级 | Tier
tier_since | 等级起于 | Tier since
visits | 到店次数 | Visits
spent_minor | 消费（分） | Spent, in the smallest coin
first_visit_at | 第一次到店 | First visit
last_visit_at | 最近到店 | Last visit
tag | 标签 | Word
since | 起于 | Since
number | 序号 | Number in turn
stage | 阶段 | Stage
stage_since | 阶段起于 | Stage since
rfm | 近度频度金额 | Recency, frequency, money
why | 依据 | Why
last_on | 最近一天 | Last day
gap_days | 通常隔几天来 | Usual days between visits
judged_at | 评定时间 | Judged at
before | 之前 | Before
cause | 起因 | Cause
segment_id | 分群编号 | Number of the group
entered_at | 进入时间 | Came in at
left_at | 离开时间 | Left at
left_why | 为什么离开 | Why left
version | 版本 | Version
fact_sequence | 事件序号 | Number of the event
bulk_action_id | 批量操作编号 | Number of the bulk action
outcome | 结果 | Outcome
growth_value | 成长值 | Growth value
terms_version | 规则版本 | Version of the rules
subject_id | 所属编号 | Number of what it is about
measure | 计量方式 | Measured by
measured | 计到 | Measured
needed | 需要 | Needed
window_from | 计算起 | Counted from
window_until | 计算止 | Counted until
until | 止于 | Until
from_on | 开始日期 | From
ends_on | 结束日期 | Ends on
sequence | 序号 | Number in turn
body | 内容 | Content
tx | 事务号 | Transaction
"""
_VALUE = """
owner_id | 账户归属 | Owner
unit | 单位 | Unit
cached | 是否缓存余额 | Whether the balance is kept
floor | 最低余额 | Lowest balance
balance | 余额 | Balance
account_id | 账户编号 | Number of the account
amount | 数量 | Amount
remaining | 剩余 | Left
acquired_at | 得到时间 | Got at
expires_on | 到期日 | Ends on
expires_at | 到期时间 | Ends at
entry_id | 凭证编号 | Number of the entry
origin | 由来 | Origin
pair_id | 同一笔充值 | Same top-up
usable_on | 可用日期 | Usable on
spend_order | 扣用顺序 | Order of use
business_id | 业务编号 | Number of the business
occurred_at | 发生时间 | Happened at
business_day | 营业日 | Business day
actor | 操作者 | Done by
command_id | 指令编号 | Number of the command
reverses | 冲正哪一笔 | Which entry it reverses
postings | 分录数 | Number of movements
from_account | 转出账户 | From account
to_account | 转入账户 | To account
from_version | 转出账户版本 | Version of the giving account
from_after | 转出后余额 | Its balance afterwards
to_version | 转入账户版本 | Version of the receiving account
to_after | 转入后余额 | Its balance afterwards
terminal_id | 终端 | Terminal
tender | 收款方式 | Paid with
principal_minor | 本金（分） | Principal, in the smallest coin
bonus_minor | 赠金（分） | Bonus, in the smallest coin
points | 积分 | Points
coupon_types | 附送的券 | Coupons with it
item_zh | 赠品（中文） | Present, in Chinese
item_en | 赠品（英文） | Present, in English
reference | 外部单号 | Reference
top_up_id | 充值编号 | Number of the top-up
bonus_forfeited_minor | 收回赠金（分） | Bonus taken back, in the smallest coin
points_taken_back | 收回积分 | Points taken back
coupons_voided | 作废的券 | Coupons voided
law_rule | 依据的规定 | Rule of law
made_at | 生成时间 | Made at
made_by | 由谁生成 | Made by
hold_id | 占用编号 | Number of the hold
from_member_id | 转出会员 | From member
to_member_id | 转入会员 | To member
lot_id | 批次编号 | Number of the lot
warned_at | 提醒时间 | Reminded at
"""
_BUYING = """
opened_by | 开单人 | Opened by
settled_by | 结账人 | Settled by
opened_at | 开单时间 | Opened at
settled_at | 结账时间 | Settled at
list_minor | 标价（分） | List price, in the smallest coin
discount_minor | 优惠（分） | Discount, in the smallest coin
tax_minor | 税（分） | Tax, in the smallest coin
rounding_minor | 抹零（分） | Rounding, in the smallest coin
due_minor | 应付（分） | Due, in the smallest coin
refunded_minor | 已退（分） | Refunded, in the smallest coin
points_earned | 得积分 | Points earned
points_spent | 用积分 | Points spent
growth_earned | 得成长值 | Growth value earned
note | 备注 | Note
priced_with | 计价依据 | Priced with
order_id | 订单编号 | Number of the bill
position | 行号 | Line
product_id | 商品编号 | Number of the product
variant_id | 规格编号 | Number of the variant
name_zh | 中文名称 | Name in Chinese
name_en | 英文名称 | Name in English
quantity | 份数 | Quantity
options | 做法和加料 | Options
unit_list_minor | 单份标价（分） | List price of one, in the smallest coin
net_minor | 净额（分） | Net, in the smallest coin
tax_code | 税类 | Kind of tax
units | 份 | Units
cost_minor | 成本（分） | Cost, in the smallest coin
step | 优惠步骤 | Step of the discount
source_id | 优惠编号 | Number of the offer
coupon_id | 券编号 | Number of the coupon
amount_minor | 金额（分） | Amount, in the smallest coin
refund_id | 退款编号 | Number of the refund
points_returned | 退回积分 | Points given back
points_short | 不足的积分 | Points short
growth_taken_back | 收回成长值 | Growth value taken back
coupons_returned | 退回的券 | Coupons given back
plan | 退款办法 | How it was worked out
approved_by | 批准人 | Approved by
points_forgiven | 免收的积分 | Points forgiven
"""
_PROGRAMMES = """
type_id | 券模板编号 | Number of the kind of coupon
valid_from | 有效期起 | Valid from
valid_until | 有效期止 | Valid until
issued_at | 发放时间 | Issued at
issue_key | 发放凭据 | Issued for
used_at | 核销时间 | Used at
held_by | 被哪单占用 | Kept by bill
held_until | 占用到 | Kept until
batch_id | 批次编号 | Number of the batch
serial | 批内序号 | Number in the batch
reissue_of | 补发哪一张 | Stands in for
token_hash | 口令摘要 | Hash of the token
programme_id | 计划编号 | Number of the programme
programme_version | 计划版本 | Version of the programme
sold_at | 售出时间 | Sold at
price_minor | 价钱（分） | Price, in the smallest coin
uses | 次数 | Uses
used | 已用 | Used
deferred_minor | 未结转（分） | Not yet earned, in the smallest coin
remind_on | 提醒日期 | Remind on
reminded | 是否提醒过 | Reminded
frozen_on | 停用日期 | Paused on
frozen_until | 停用到 | Paused until
frozen_days | 停用天数 | Days paused
pass_id | 次卡编号 | Number of the pass
value_minor | 价值（分） | Worth, in the smallest coin
coupons | 券 | Coupons
days | 天数 | Days
paid_back_minor | 退还（分） | Paid back, in the smallest coin
occasion | 缘由 | Occasion
day | 日期 | Day
streak | 连续天数 | Days in a row
period | 周期 | Period
progress | 进度 | Progress
ticket | 抽奖凭据 | Ticket
ticket_order_id | 抽奖的订单 | Bill of the ticket
roll | 抽到的数 | Number drawn
drawn | 抽出 | Drawn
prize | 奖品 | Prize
code | 码 | Code
group_id | 拼团编号 | Number of the group buy
inviter_id | 邀请人 | Who invited
invited_id | 被邀请人 | Who was invited
min_due_minor | 最低消费（分） | Least to be spent, in the smallest coin
inviter_rewarded | 邀请人得到 | Given to who invited
invited_rewarded | 被邀请人得到 | Given to who was invited
score | 评分 | Mark
choices | 所选 | Choices
words | 留言 | Words
answer_id | 评价编号 | Number of the answer
act | 做了什么 | What was done
"""
_MESSAGES = """
effect_key | 动作编号 | Key of the action
journey_id | 旅程编号 | Number of the journey
text_zh | 中文内容 | Text in Chinese
text_en | 英文内容 | Text in English
template_id | 模板编号 | Number of the template
template_version | 模板版本 | Version of the template
category | 类别 | Category
other_channels | 其他渠道 | Other channels
detail | 细节 | Detail
planned_at | 计划时间 | Planned for
lease_id | 处理批号 | Turn of sending
lease_until | 处理到 | Turn ends at
handed_at | 交给通道时间 | Handed over at
attempts | 尝试次数 | Attempts
refused_by | 被什么拦下 | Refused by
provider | 通道商 | Provider
provider_id | 通道商编号 | Number at the provider
campaign_id | 活动编号 | Number of the campaign
run_id | 旅程经过编号 | Number of the run
variant | 版本 | Variant
held_out | 是否留作对照 | Held back to compare
expected_value_minor | 预计价值（分） | Expected worth, in the smallest coin
priority | 优先级 | Priority
given | 填入内容 | Filled in
address_index | 地址摘要 | Hash of the address
consent_id | 授权编号 | Number of the permission
parts | 条数 | Parts
reserved_micro | 预留费用（百万分之一） | Cost reserved, in millionths
cost_micro | 费用（百万分之一） | Cost, in millionths
message_id | 消息编号 | Number of the message
locator | 短链接 | Short link
target | 链接地址 | Where it leads
clicks | 点击次数 | Clicks
first_clicked_at | 第一次点击 | First click
last_clicked_at | 最近点击 | Last click
occurrence | 第几次 | Occurrence
alone | 是否只走一次 | One run at a time
node | 所在步骤 | Step
rests | 剩余 | What is left
woken | 被什么唤醒 | Woken by
until_at | 等到 | Waits until
error | 错误 | Error
from_node | 从哪步 | From step
to_node | 到哪步 | To step
fact | 事件 | Event
key | 编号 | Key
done | 是否完成 | Done
result | 结果 | Result
arm | 分组 | Group
propensity | 入组概率 | Chance of this group
uniform | 抽签数 | Number drawn
policy_version | 抽签规则版本 | Version of the rule
eligible_set | 可选范围 | What could be chosen
"""
COLUMNS: Mapping[str, Label] = {
    **_read(_PERSON),
    **_read(_STANDING),
    **_read(_VALUE),
    **_read(_BUYING),
    **_read(_PROGRAMMES),
    **_read(_MESSAGES),
}
# The same word, of another thing.
_OF_TABLE: Mapping[tuple[str, str], Label] = {
    ("message_link", "name"): Label("链接名称", "Name of the link"),
    ("orders", "number"): Label("单号", "Number on the receipt"),
}


def column_name(table: str, column: str) -> Label:
    """What a column of a table is called."""
    return _OF_TABLE.get((table, column)) or COLUMNS[column]
