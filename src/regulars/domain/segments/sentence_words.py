"""The words of segments in both languages: channels, contacts, consents, doors, periods.

`CHANNELS["delivery"]` is 外送, and "for delivery".
"""

from collections.abc import Mapping

from regulars.domain.pricing.reason_words import Texts

CHANNELS: Mapping[str, Texts] = {
    "counter": ("柜台", "at the counter"),
    "table": ("堂食", "at a table"),
    "takeaway": ("外带", "as takeaway"),
    "delivery": ("外送", "for delivery"),
    "phone": ("手机点单", "by phone"),
}
CONSENT_CHANNELS: Mapping[str, Texts] = {
    "sms": ("短信", "by SMS"),
    "email": ("邮件", "by e-mail"),
    "wechat": ("微信", "on WeChat"),
    "push": ("推送", "by push"),
    "webhook": ("自有系统", "by the shop's own system"),
    "profile": ("资料使用", "by use of her data"),
}
PURPOSES: Mapping[str, Texts] = {
    "membership": ("会员服务", "membership messages"),
    "marketing": ("营销", "offers and news"),
    "personalisation": ("个性化推荐", "suggestions made for her"),
}
CONTACTS: Mapping[str, Texts] = {
    "phone": ("手机号", "a phone number"),
    "email": ("邮箱", "an e-mail address"),
    "card": ("会员卡", "a card"),
    "openid": ("微信", "WeChat"),
}
TOLD: Mapping[str, Texts] = {
    "name": ("姓名", "a name"),
    "gender": ("性别", "a gender"),
    "birthday": ("生日", "a birthday"),
    "address": ("地址", "an address"),
    "likes": ("口味偏好", "likes"),
    "taboos": ("忌口", "taboos"),
}
DOORS: Mapping[str, Texts] = {
    "till": ("收银台", "at the till"),
    "import": ("导入", "by an import"),
    "api": ("线上", "online"),
}
LANGUAGES: Mapping[str, Texts] = {"zh-CN": ("中文", "Chinese"), "en": ("英文", "English")}
PERIODS: Mapping[str, Texts] = {
    "day": ("天", "day"),
    "week": ("周", "week"),
    "month": ("个月", "month"),
}
