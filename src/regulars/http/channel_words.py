"""What channels, senders and their settings are called, in both languages."""

from collections.abc import Mapping

from regulars.domain.kernel.label import Label
from regulars.domain.messaging.channels import Channel

CHANNELS: Mapping[Channel, Label] = {
    Channel.SMS: Label("短信", "SMS"),
    Channel.EMAIL: Label("邮件", "E-mail"),
    Channel.PUSH: Label("浏览器推送", "Web push"),
    Channel.WECHAT: Label("微信", "WeChat"),
    Channel.WECOM: Label("企业微信", "WeCom"),
    Channel.WEBHOOK: Label("自有系统（Webhook）", "Your own system (webhook)"),
    Channel.TILL: Label("收银台", "Till"),
    Channel.CONSOLE: Label("服务器终端", "Server console"),
}

SENDERS: Mapping[str, Label] = {
    "smtp": Label("邮件服务器（SMTP）", "Mail server (SMTP)"),
    "sms_aliyun": Label("阿里云短信", "Aliyun SMS"),
    "sms_tencent": Label("腾讯云短信", "Tencent Cloud SMS"),
    "sms_twilio": Label("Twilio 短信", "Twilio SMS"),
    "web_push": Label("网页推送服务", "Web push service"),
    "wechat": Label("微信订阅消息／模板消息", "WeChat messages"),
    "wecom": Label("企业微信", "WeCom"),
    "webhook": Label("Webhook", "Webhook"),
    "till": Label("收银台提示与小票", "Till prompt and receipt"),
    "console": Label("服务器终端（演示用）", "Server console (for demonstrations)"),
}

TOKEN_TOO_SHORT = Label(
    "回执地址里的口令太短，至少 32 个字符",
    "The secret in the callback's address is too short: at least 32 letters",
)

# By the last words of each setting's name: what somebody has to look for at the provider.
SETTINGS: Mapping[str, Label] = {
    "SMTP_URL": Label(
        "邮件服务器地址，如 smtp://用户:密码@主机:587",
        "Address of the mail server, such as smtp://user:password@host:587",
    ),
    "SMTP_FROM": Label("发件人，如 正茶 <hello@…>", "Sender, such as Right Tea <hello@…>"),
    "SMTP_DKIM_KEY": Label("DKIM 私钥读不出来（PEM）", "The DKIM private key cannot be read (PEM)"),
    "SMTP_DKIM_SELECTOR": Label("DKIM 选择器（selector）", "DKIM selector"),
    "SMTP_DKIM_DOMAIN": Label(
        "DKIM 域名写得不对，如 tea.example（中文域名写成 xn--…）",
        "The DKIM domain is none, such as tea.example (in other scripts xn--…)",
    ),
    "SMTP_AUTHORITIES": Label(
        "证书文件（PEM）读不出来", "The file of certificates (PEM) cannot be read"
    ),
    "SMS_ALIYUN_KEY_ID": Label("阿里云 AccessKey ID", "Aliyun AccessKey ID"),
    "SMS_ALIYUN_SECRET": Label("阿里云 AccessKey Secret", "Aliyun AccessKey secret"),
    "SMS_ALIYUN_SIGN_NAME": Label("审核通过的短信签名", "Approved SMS signature"),
    "SMS_ALIYUN_CALLBACK_TOKEN": TOKEN_TOO_SHORT,
    "SMS_TENCENT_KEY_ID": Label("腾讯云 SecretId", "Tencent Cloud SecretId"),
    "SMS_TENCENT_SECRET": Label("腾讯云 SecretKey", "Tencent Cloud SecretKey"),
    "SMS_TENCENT_APP_ID": Label("短信应用 SDKAppID", "SMS application's SDKAppID"),
    "SMS_TENCENT_SIGN_NAME": Label("审核通过的短信签名", "Approved SMS signature"),
    "SMS_TENCENT_CALLBACK_TOKEN": TOKEN_TOO_SHORT,
    "SMS_TWILIO_ACCOUNT": Label("Twilio 账号 SID", "Twilio account SID"),
    "SMS_TWILIO_TOKEN": Label("Twilio Auth Token", "Twilio auth token"),
    "SMS_TWILIO_FROM": Label(
        "发送号码或 Messaging Service SID", "Sending number or messaging service SID"
    ),
    "PUSH_VAPID_KEY": Label("VAPID 私钥（P-256）", "VAPID private key (P-256)"),
    "PUSH_CONTACT": Label(
        "推送服务能联系到您的地址，以 mailto: 或 https:// 开头",
        "Where a push service reaches you, beginning with mailto: or https://",
    ),
    "WECHAT_APP_ID": Label("微信 AppID", "WeChat AppID"),
    "WECHAT_SECRET": Label("微信 AppSecret", "WeChat AppSecret"),
    "WECHAT_KIND": Label(
        "只能是 mini_program（小程序）或 service_account（服务号）",
        "Either mini_program or service_account",
    ),
    "WECOM_CORP_ID": Label("企业 ID（corpid）", "Corporation id (corpid)"),
    "WECOM_SECRET": Label("应用的 Secret", "The application's secret"),
    "WECOM_AGENT_ID": Label("应用的 AgentId（数字）", "The application's AgentId (a number)"),
    "WECOM_STAFF": Label(
        "代发客户消息的员工账号", "Member of staff in whose name guests are written to"
    ),
    "WEBHOOK_URL": Label("接收消息的网址（https）", "Address that takes the messages (https)"),
    "WEBHOOK_SECRET": Label(
        "签名密钥，whsec_ 开头，至少 24 字节", "Signing secret, whsec_…, at least 24 bytes"
    ),
}


def setting_label(name: str) -> Label:
    """What a setting is, by its full name."""
    return SETTINGS[name.removeprefix("REGULARS_")]
