"""A member's own choices, by the signed link in her messages: no log-in, no cookie.

Opening a link changes nothing, whoever opens it: mail scanners follow every link of a mail. Only what
is sent by the page's own button, or by the one-click button of a mail program, is a choice.
"""

from collections.abc import Mapping
from html import escape
from urllib.parse import parse_qs
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.label import Label, Language
from regulars.domain.members.consent import Channel, Purpose, in_force, standing
from regulars.domain.members.member import MEMBER_UNKNOWN
from regulars.domain.stores.actor import SYSTEM
from regulars.http.auth import asked
from regulars.http.edge import edge_of
from regulars.http.faults import REQUEST_UNREADABLE
from regulars.http.policy import PUBLIC
from regulars.storage import consents, members
from regulars.storage.engine import Read
from regulars.storage.stores import ORGANISATION
from regulars.use_cases.preference_links import Preference, preference_of
from regulars.use_cases.withdrawing import SetPreferences, Wish

router = APIRouter(include_in_schema=False)

FORM_BYTES_MAX = 4_000
STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 32rem; padding: 1.5rem 1.25rem 3rem; background: #fff; color: #1d2522;
  font: 1rem/1.6 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
h1 { font-size: 1.4rem; line-height: 1.3; margin: 0 0 .25rem; }
p { margin: .25rem 0 1rem; color: #3d4a45; }
form { margin: 0 0 1.25rem; }
fieldset { border: 1px solid #c3cdc8; border-radius: .6rem; margin: 0 0 1rem; padding: .25rem 1rem; }
legend { font-weight: 600; padding: 0 .35rem; }
label { display: flex; gap: .75rem; align-items: center; min-height: 3rem; }
input[type=checkbox] { width: 1.35rem; height: 1.35rem; accent-color: #1f6f54; }
button { font: inherit; min-height: 3rem; padding: .5rem 1.25rem; border-radius: .6rem;
  border: 1px solid #1f6f54; background: #1f6f54; color: #fff; cursor: pointer; }
button.plain { background: #fff; color: #8a1c14; border-color: #8a1c14; }
.row { display: flex; flex-wrap: wrap; gap: .75rem; }
[role=status] { border-inline-start: .3rem solid #1f6f54; padding: .5rem .75rem; color: #1d2522; }
a { color: #1f6f54; }
"""

# What a member may choose by herself, in the order of the page.
CHOICES: Mapping[tuple[Channel, Purpose], Label] = {
    (Channel.SMS, Purpose.MARKETING): Label("短信优惠和新品", "Offers and news by SMS"),
    (Channel.EMAIL, Purpose.MARKETING): Label("邮件优惠和新品", "Offers and news by e-mail"),
    (Channel.WECHAT, Purpose.MARKETING): Label("微信优惠和新品", "Offers and news by WeChat"),
    (Channel.PUSH, Purpose.MARKETING): Label("网页推送优惠和新品", "Offers and news by web push"),
    (Channel.WEBHOOK, Purpose.MARKETING): Label(
        "本店小程序或 App 里的优惠和新品", "Offers and news in our own app"
    ),
    (Channel.PROFILE, Purpose.PERSONALISATION): Label(
        "按我的口味推荐", "Suggestions made from what I like"
    ),
}
TITLE = Label("消息偏好", "What we may send you")
ASIDE = Label(
    "积分、储值和订单通知属于会员服务，不受这里影响。",
    "Notices about your points, stored value and orders are part of membership and stay as they are.",
)
LEGEND = Label("我愿意收到", "I would like")
SAVE = Label("保存", "Save")
STOP = Label("全部停止", "Stop all of them")
SAVED = Label("已保存，立即生效。", "Saved; it holds from now on.")
OTHER = Label("English", "中文")


@router.get("/preferences.css", dependencies=[PUBLIC])
async def preference_style() -> Response:
    """How the page looks: a file of its own, since no style may stand in a page."""
    return Response(STYLE, 200, {"Cache-Control": "public, max-age=86400"}, "text/css")


@router.get("/preferences/{token}", dependencies=[PUBLIC])
@router.get("/preferences/{token}/one-click", dependencies=[PUBLIC])
async def preference_page(request: Request, token: str) -> Response:
    """What a member chose so far; opening it changes nothing. Refuses: preferences.link_broken."""
    preference = preference_of(edge_of(request).vault, token)
    return await _page(request, preference, token, saved=False)


@router.post("/preferences/{token}", dependencies=[PUBLIC])
async def choose_preferences(request: Request, token: str) -> Response:
    """Keep what a member chose on the page. Refuses: preferences.link_broken."""
    edge = edge_of(request)
    preference = preference_of(edge.vault, token)
    form = await _form(request)
    stop = "stop" in form
    ticked = set() if stop else set(form.get("wish", ()))
    known = await asked(edge, lambda read: _chosen(read, preference.member_id))
    wishes = tuple(
        Wish(channel=channel, purpose=purpose, granted=f"{channel}/{purpose}" in ticked)
        for channel, purpose in CHOICES
        # What was never asked and stays unticked is silence, unless she stops everything.
        if stop or f"{channel}/{purpose}" in ticked or (channel, purpose) in known
    )
    await _keep(request, preference, wishes, source="preference page")
    return await _page(request, preference, token, saved=True)


@router.post("/preferences/{token}/one-click", dependencies=[PUBLIC])
async def leave_with_one_click(request: Request, token: str) -> Response:
    """A mail program's own button: the list of the link ends. Source: RFC 8058."""
    preference = preference_of(edge_of(request).vault, token)
    wish = Wish(channel=preference.channel, purpose=preference.purpose, granted=False)
    await _keep(request, preference, (wish,), source="one-click")
    return Response("已退订\nUnsubscribed\n", 200, media_type="text/plain; charset=utf-8")


async def _form(request: Request) -> dict[str, list[str]]:
    body = (await request.body())[:FORM_BYTES_MAX]
    try:
        return parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50)
    except ValueError:
        raise REQUEST_UNREADABLE.because() from None


async def _keep(
    request: Request, preference: Preference, wishes: tuple[Wish, ...], *, source: str
) -> None:
    edge = edge_of(request)
    command = SetPreferences(
        member_id=preference.member_id,
        wishes=wishes,
        language=_language(request, "zh-CN"),
        source=source,
    )
    command_id = uuid7(edge.clock(), edge.entropy(10))
    await edge.runner.run(command, actor=SYSTEM, command_id=command_id)


def _chosen(read: Read, member_id: UUID) -> dict[tuple[Channel, Purpose], bool]:
    known = standing(consents.of_member(read, member_id))
    return {key: consent.choice.granted for key, consent in known.items()}


def _language(request: Request, default: str) -> Language:
    asked_for = request.query_params.get("lang")
    if asked_for in {"zh", "en"}:
        return "en" if asked_for == "en" else "zh-CN"
    return "en" if default == "en" else "zh-CN"


async def _page(request: Request, preference: Preference, token: str, *, saved: bool) -> Response:
    edge = edge_of(request)
    today = edge.clock().date()

    def shown(read: Read) -> str:
        member = read.one(members.MEMBER, member_id=preference.member_id)
        if member is None:
            raise MEMBER_UNKNOWN.because()
        organisation = read.one(ORGANISATION)
        language = _language(request, member.language)
        name = Label("", "")
        if organisation is not None:
            name = Label(organisation.name_zh, organisation.name_en)
        texts = {one.purpose: one for one in in_force(read.all(consents.WORDINGS), on=today)}
        # Whatever may be ticked here is asked with the words that are kept as its proof.
        asked_with = [
            Label(texts[purpose].text_zh, texts[purpose].text_en)
            for purpose in dict.fromkeys(purpose for _, purpose in CHOICES)
        ]
        wording = "\n".join(f"<p>{escape(words.in_language(language))}</p>" for words in asked_with)
        parts = (
            _status(language) if saved else "",
            wording,
            _boxes(language, _chosen(read, preference.member_id), token),
            f"<p>{escape(ASIDE.in_language(language))}</p>",
        )
        return _html(name.in_language(language), language, "\n".join(parts), token)

    body = await asked(edge, shown)
    headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    return Response(body, 200, headers, "text/html; charset=utf-8")


def _status(language: Language) -> str:
    return f'<p role="status">{escape(SAVED.in_language(language))}</p>'


def _boxes(language: Language, chosen: Mapping[tuple[Channel, Purpose], bool], token: str) -> str:
    boxes = "\n".join(
        f'<label><input type="checkbox" name="wish" value="{channel}/{purpose}"'
        f"{' checked' if chosen.get((channel, purpose)) else ''}>"
        f"<span>{escape(label.in_language(language))}</span></label>"
        for (channel, purpose), label in CHOICES.items()
    )
    lang = "en" if language == "en" else "zh"
    return (
        f'<form method="post" action="/preferences/{escape(token)}?lang={lang}">\n'
        f"<fieldset><legend>{escape(LEGEND.in_language(language))}</legend>\n{boxes}\n</fieldset>\n"
        f'<div class="row"><button>{escape(SAVE.in_language(language))}</button>\n'
        f'<button class="plain" name="stop" value="all">{escape(STOP.in_language(language))}'
        "</button></div>\n</form>"
    )


def _html(shop: str, language: Language, parts: str, token: str) -> str:
    title = escape(TITLE.in_language(language))
    other, code = ("zh-CN", "zh") if language == "en" else ("en", "en")
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{title}</title>\n<link rel="stylesheet" href="/preferences.css">\n</head>\n<body>\n'
        f"<main>\n<h1>{title}</h1>\n<p>{escape(shop)}</p>\n{parts}\n"
        f'<p><a href="/preferences/{escape(token)}?lang={code}" lang="{other}">'
        f"{escape(OTHER.in_language(language))}</a></p>\n</main>\n</body>\n</html>\n"
    )
