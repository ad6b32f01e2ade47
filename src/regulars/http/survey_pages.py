"""The page that a guest sees when she scans her receipt: a few questions, no log-in, no script.

Opening it changes nothing, so a scanner that follows links answers for nobody. Sending it answers
once; whoever opens it afterwards is thanked.
"""

from html import escape
from typing import assert_never
from urllib.parse import parse_qs
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from regulars.domain.kernel.label import Label, Language
from regulars.domain.kernel.refusal import Refusal
from regulars.domain.loyalty.survey import (
    SCORE_MAX,
    SURVEY_OVER,
    TEXT_LETTERS_MAX,
    Question,
    QuestionKind,
)
from regulars.domain.stores.actor import SYSTEM
from regulars.http import survey_words as words
from regulars.http.auth import asked
from regulars.http.edge import Edge, edge_of
from regulars.http.policy import PUBLIC
from regulars.http.problem import STATUS, language_of, tell
from regulars.storage.engine import Read
from regulars.use_cases.runner import COMMAND_REUSED
from regulars.use_cases.survey_links import order_of
from regulars.use_cases.surveys import (
    SURVEY_ANSWERED,
    AnswerSurvey,
    Invitation,
    invitation_of,
)

router = APIRouter(include_in_schema=False)
FORM_BYTES_MAX = 20_000
FIELDS_MAX = 100
LANGUAGES: dict[str, Language] = {"zh": "zh-CN", "en": "en"}
STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 36rem; padding: 20px 18px 48px; background: #faf8f3; color: #1f2421;
  font: 17px/1.55 system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
header { display: flex; justify-content: space-between; align-items: baseline; gap: 12px; }
h1 { font-size: 22px; margin: 8px 0; } p { margin: 6px 0; color: #4a5550; }
a { color: #0f6b4f; padding: 10px 0; }
fieldset { border: 1px solid #d9d3c6; border-radius: 12px; margin: 18px 0; padding: 12px 14px;
  background: #fff; }
legend { font-weight: 600; padding: 0 4px; }
.marks { display: grid; grid-template-columns: repeat(auto-fill, minmax(52px, 1fr)); gap: 6px; }
label.mark { display: flex; align-items: center; justify-content: center; gap: 4px; min-height: 48px;
  border: 1px solid #7c8781; border-radius: 8px; cursor: pointer; }
label.line { display: flex; align-items: center; gap: 10px; min-height: 48px; cursor: pointer; }
label:has(:checked) { background: #e3f1eb; border-color: #0f6b4f; }
input { width: 20px; height: 20px; accent-color: #0f6b4f; }
.ends { display: flex; justify-content: space-between; font-size: 14px; }
textarea { width: 100%; min-height: 110px; font: inherit; padding: 10px; border: 1px solid #7c8781;
  border-radius: 8px; }
button { width: 100%; min-height: 52px; border: 0; border-radius: 12px; background: #0f6b4f;
  color: #fff; font: inherit; font-weight: 600; cursor: pointer; }
:focus-visible { outline: 3px solid #d08a1c; outline-offset: 2px; }
.wrong { color: #9c1f16; font-weight: 600; }
"""


@router.get("/survey.css", dependencies=[PUBLIC])
async def survey_style() -> Response:
    """The page's own style."""
    return Response(STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=3600"})


@router.get("/survey/{token}", dependencies=[PUBLIC])
async def survey_page(request: Request, token: str) -> Response:
    """The questions, or thanks, or why there are none. Changes nothing."""
    language = _language(request)
    try:
        invitation = await _invitation(request, token)
    except Refusal as refusal:
        return _refused(refusal, language)
    if invitation.answered:
        return _page(words.THANKS, _line(words.TOLD, language), language)
    if edge_of(request).clock() >= invitation.until:
        return _refused(SURVEY_OVER.because(), language)
    return _form(invitation, language)


@router.post("/survey/{token}", dependencies=[PUBLIC])
async def answer_page(request: Request, token: str) -> Response:
    """Keep what was sent, and thank; a second time changes nothing."""
    language, edge = _language(request), edge_of(request)
    # Known before the body is read: who has no link sends nothing.
    try:
        invitation = await _invitation(request, token)
    except Refusal as refusal:
        return _refused(refusal, language)
    try:
        command = AnswerSurvey(token=token, given=await _given(request), language=language)
        await edge.runner.run(command, actor=SYSTEM, command_id=_command_id(edge, token))
    except Refusal as refusal:
        request.scope["regulars.refusal"] = refusal.code
        if refusal.code not in {SURVEY_ANSWERED.code, COMMAND_REUSED.code}:
            if refusal.code in words.PAGES:
                return _refused(refusal, language)
            return _form(invitation, language, wrong=refusal)
    asked_for = "en" if language == "en" else "zh"
    return RedirectResponse(f"/survey/{token}?lang={asked_for}", 303)


async def _invitation(request: Request, token: str) -> Invitation:
    edge = edge_of(request)
    order_id, now = order_of(edge.vault, token), edge.clock()

    def question(read: Read) -> Invitation:
        return invitation_of(read, edge.shops, order_id, at=now)

    return await asked(edge, question)


async def _given(request: Request) -> dict[str, tuple[str, ...]]:
    body = (await request.body())[:FORM_BYTES_MAX]
    try:
        found = parse_qs(body.decode("utf-8", "replace"), max_num_fields=FIELDS_MAX)
    except ValueError:
        return {}
    return {name: tuple(values) for name, values in found.items()}


def _command_id(edge: Edge, token: str) -> UUID:
    """One id for each link: a form that is sent twice is one answer."""
    return UUID(bytes=edge.vault.keyed_digest("survey-answer", token.encode())[:16])


def _language(request: Request) -> Language:
    return LANGUAGES.get(request.query_params.get("lang", "")) or language_of(request)


def _refused(refusal: Refusal, language: Language) -> Response:
    title = words.PAGES.get(refusal.code, words.AGAIN)
    told = f"<p>{escape(tell(refusal, language))}</p>"
    return _page(title, told, language, status=STATUS.get(refusal.code, 500))


def _line(label: Label, language: Language) -> str:
    return f"<p>{escape(label.in_language(language))}</p>"


def _form(invitation: Invitation, language: Language, *, wrong: Refusal | None = None) -> Response:
    day = f"{invitation.order.business_day:%Y-%m-%d}"
    store = invitation.store.label.in_language(language)
    visit = words.VISIT.in_language(language).format(day=day, store=store)
    asked_for = [
        one
        for one in invitation.survey.questions
        if one.kind is not QuestionKind.TEXT or invitation.asks_words
    ]
    fields = "\n".join(_question(one, language) for one in asked_for)
    fault = ""
    if wrong is not None:
        fault = f'<p class="wrong" role="alert">{escape(tell(wrong, language))}</p>'
    body = (
        f"<p>{escape(visit)}</p>{fault}{_line(words.OPTIONAL, language)}"
        f'<form method="post">\n{fields}\n'
        f'<button type="submit">{escape(words.SEND.in_language(language))}</button></form>'
        + _line(words.KEPT, language)
    )
    status = 200 if wrong is None else STATUS.get(wrong.code, 500)
    return _page(invitation.programme.name, body, language, status=status)


def _question(one: Question, language: Language) -> str:
    legend = escape(one.label.in_language(language))
    if one.several:
        legend += f" ({escape(words.SEVERAL.in_language(language))})"
    match one.kind:
        case QuestionKind.NPS:
            inner = _marks(one, language)
        case QuestionKind.CHOICE:
            kind = "checkbox" if one.several else "radio"
            inner = "".join(
                f'<label class="line"><input type="{kind}" name="{escape(one.code)}"'
                f' value="{escape(choice.code)}">{escape(choice.label.in_language(language))}</label>'
                for choice in one.choices
            )
        case QuestionKind.TEXT:
            inner = (
                f'<textarea name="{escape(one.code)}" maxlength="{TEXT_LETTERS_MAX}"'
                f' aria-label="{legend}"></textarea>'
            )
        case _:
            assert_never(one.kind)
    return f"<fieldset><legend>{legend}</legend>{inner}</fieldset>"


def _marks(one: Question, language: Language) -> str:
    marks = "".join(
        f'<label class="mark"><input type="radio" name="{escape(one.code)}" value="{mark}">'
        f"{mark}</label>"
        for mark in range(SCORE_MAX + 1)
    )
    low, high = words.LOW_END.in_language(language), words.HIGH_END.in_language(language)
    return (
        f'<div class="marks">{marks}</div>'
        f'<p class="ends"><span>{escape(low)}</span><span>{escape(high)}</span></p>'
    )


def _page(title: Label, body: str, language: Language, *, status: int = 200) -> Response:
    name = escape(title.in_language(language))
    code, other = words.OTHER[language]
    html = (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{name}</title>\n<link rel="stylesheet" href="/survey.css">\n</head>\n<body>\n'
        f'<header><h1>{name}</h1><a href="?lang={code}">{other}</a></header>\n'
        f"<main>{body}</main>\n</body>\n</html>\n"
    )
    headers = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    return Response(html, status, headers, "text/html; charset=utf-8")
