"""The channels over HTTP: which are ready and what the others lack, a test message, and the calls
with which providers tell what became of messages."""

import asyncio
from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StringConstraints
from starlette.requests import Request
from starlette.responses import Response

from regulars.domain.kernel.ids import uuid7
from regulars.domain.kernel.label import Label, Language
from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import refusal_code
from regulars.domain.members.identity import IdentityKind, identity_of
from regulars.domain.messaging.callback import (
    Call,
    CallNotProvenError,
    HearsCalls,
    TakesSubscribers,
    Told,
)
from regulars.domain.messaging.channels import Channel, Purpose
from regulars.domain.messaging.port import (
    Accepted,
    AsksReceipts,
    Outgoing,
    Refused,
    Sender,
    SendInDoubt,
)
from regulars.domain.stores.actor import SYSTEM, Actor
from regulars.domain.stores.permissions import Permission
from regulars.http.answers import answered, command_id
from regulars.http.auth import asked
from regulars.http.channel_words import CHANNELS, SENDERS, setting_label
from regulars.http.edge import Edge, edge_of
from regulars.http.policy import PUBLIC, requires
from regulars.http.schemas import Answer, Body
from regulars.storage import members
from regulars.storage.engine import Lane, Read
from regulars.storage.stores import ORGANISATION
from regulars.use_cases.channel_trials import TEST_VALID, WORDS, TryChannel
from regulars.use_cases.message_receipts import Hear
from regulars.use_cases.verifying import need_whole

router = APIRouter(prefix="/api/v1", tags=["channels"])

CHANNEL_UNKNOWN = refusal_code("channel.unknown")
CALL_NOT_PROVEN = refusal_code("channel.call_not_proven")
NOT_READY = refusal_code("channel.not_ready", "missing")

ENTROPY_BYTES = 10
CALL_BYTES_MAX = 300_000

Marketer = Annotated[Actor, requires(Permission.OFFER_WRITE)]
Reader = Annotated[Actor, requires(Permission.OFFER_READ)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Short = Annotated[str, StringConstraints(max_length=200)]


class MissingView(Answer):
    """A setting that a sender lacks, and what it is."""

    setting: str
    name_zh: str
    name_en: str


class SenderView(Answer):
    """One sender. `ready`: it has all it needs. `calls_at`: the address for its console, to which
    the secret of the address is added where the provider signs nothing. Receipts come by call, by
    asking (`asks`), or not at all."""

    name: str
    name_zh: str
    name_en: str
    ready: bool
    missing: list[MissingView]
    calls_at: str | None
    asks: bool
    public_key: str | None


class ChannelView(Answer):
    """One way to members, with its senders in the order in which they are tried."""

    channel: str
    name_zh: str
    name_en: str
    ready: bool
    senders: list[SenderView]


class ChannelsView(Answer):
    """All ways to members. `public_url`: where they reach the shop; without it no marketing leaves,
    for its way out would lead nowhere."""

    public_url: str | None
    channels: list[ChannelView]


class TrialForm(Body):
    """Where the test message goes: a phone number, an e-mail address, or what the channel uses."""

    address: Line
    language: Language = "zh-CN"
    provider_template: Short | None = None
    variables: dict[Short, Short] = Field(default_factory=dict, max_length=20)


class TrialView(Answer):
    """What became of a test. Outcomes: accepted, refused (with the provider's code), unknown (it may
    arrive), begun (this very test was asked for before and is not sent again)."""

    outcome: str
    code: str | None = None
    final: bool | None = None
    parts: int | None = None


@router.get("/channels", operation_id="list_channels", response_model=ChannelsView)
async def list_channels(request: Request, actor: Reader) -> Response:
    """Every channel with its senders, which are ready, and what the others lack."""
    del actor
    edge = edge_of(request)
    views = [
        {
            "channel": channel.value,
            **_names(CHANNELS[channel]),
            "ready": any(not one.missing() for one in senders),
            "senders": [_sender_view(edge, one) for one in senders],
        }
        for channel, senders in edge.senders.items()
    ]
    return answered({"public_url": edge.public_url, "channels": views})


@router.post(
    "/channels/{channel}/senders/{sender}/test",
    operation_id="test_channel",
    response_model=TrialView,
)
async def test_channel(
    request: Request, channel: Channel, sender: str, form: TrialForm, actor: Marketer
) -> Response:
    """Send yourself one message by one sender. A retry under the same key sends no second one."""
    need_whole(actor.scope)
    edge = edge_of(request)
    one = _sender(edge, channel, sender)
    missing = one.missing()
    if missing:
        raise NOT_READY.because(missing=list(missing))
    outgoing = await asked(edge, lambda read: _test_message(read, edge, request, channel, form))
    begun = await edge.runner.run(
        TryChannel(channel=channel, sender=sender), actor=actor, command_id=outgoing.id
    )
    if begun.replayed:
        return answered({"outcome": "begun"})
    return answered(await asyncio.to_thread(_tried, one, outgoing))


@router.post(
    "/channels/{sender}/calls",
    operation_id="hear_provider",
    dependencies=[PUBLIC],
    include_in_schema=False,
)
async def hear_provider(request: Request, sender: str) -> Response:
    """A provider's own call: proved, kept, and only then answered."""
    return await _heard(request, sender)


@router.get(
    "/channels/{sender}/calls",
    operation_id="prove_address_to_provider",
    dependencies=[PUBLIC],
    include_in_schema=False,
)
async def prove_address_to_provider(request: Request, sender: str) -> Response:
    """The call with which WeChat and WeCom try an address that was typed into their console."""
    return await _heard(request, sender)


async def _heard(request: Request, name: str) -> Response:
    edge = edge_of(request)
    every = [one for senders in edge.senders.values() for one in senders if one.name == name]
    sender = next((one for one in every if isinstance(one, HearsCalls)), None)
    if sender is None:
        raise CHANNEL_UNKNOWN.because()
    told = _proved(sender, await _call(request), now=edge.clock())
    # Each part is kept by itself: broken off in between, the provider tells it again.
    for part in told.heard.in_parts():
        await edge.runner.run(
            Hear(provider=name, heard=part),
            actor=SYSTEM,
            command_id=uuid7(edge.clock(), edge.entropy(ENTROPY_BYTES)),
            lane=Lane.JOB,
        )
    return Response(told.body, 200, {"Cache-Control": "no-store"}, told.content_type)


def _proved(sender: HearsCalls, call: Call, *, now: Instant) -> Told:
    try:
        return sender.hear(call, now=now)
    except CallNotProvenError:
        raise CALL_NOT_PROVEN.because() from None


async def _call(request: Request) -> Call:
    body = await request.body()
    if len(body) > CALL_BYTES_MAX:
        raise CALL_NOT_PROVEN.because()
    return Call(
        method=request.method,
        url=str(request.url),
        headers=dict(request.headers),
        query=dict(request.query_params),
        body=body,
    )


def _sender(edge: Edge, channel: Channel, name: str) -> Sender:
    for one in edge.senders.get(channel, ()):
        if one.name == name:
            return one
    raise CHANNEL_UNKNOWN.because()


def _sender_view(edge: Edge, sender: Sender) -> dict[str, object]:
    missing = sender.missing()
    path = f"/api/v1/channels/{sender.name}/calls"
    return {
        "name": sender.name,
        **_names(SENDERS[sender.name]),
        "ready": not missing,
        "missing": [{"setting": name, **_names(setting_label(name))} for name in missing],
        "calls_at": f"{edge.public_url or ''}{path}" if isinstance(sender, HearsCalls) else None,
        "asks": isinstance(sender, AsksReceipts),
        "public_key": sender.public_key if isinstance(sender, TakesSubscribers) else None,
    }


def _names(label: Label) -> dict[str, object]:
    return {"name_zh": label.zh, "name_en": label.en}


def _test_message(
    read: Read, edge: Edge, request: Request, channel: Channel, form: TrialForm
) -> Outgoing:
    """Refuses: request.idempotency_key, and for SMS an address that is no phone number."""
    organisation = read.one(ORGANISATION)
    label = Label(organisation.name_zh, organisation.name_en) if organisation else Label("")
    return Outgoing(
        id=command_id(request),
        channel=channel,
        purpose=Purpose.SERVICE,
        address=_address(read, channel, form.address),
        language=form.language,
        subject=label.in_language(form.language),
        text=WORDS[form.language].format(shop=label.in_language(form.language)),
        html=None,
        provider_template=form.provider_template,
        variables=form.variables,
        valid_until=Instant(edge.clock() + TEST_VALID),
    )


def _address(read: Read, channel: Channel, text: str) -> str:
    if channel is not Channel.SMS:
        return text.strip()
    return identity_of(IdentityKind.PHONE, text, country=members.country_of(read)).normal


def _tried(sender: Sender, outgoing: Outgoing) -> dict[str, object]:
    try:
        answer = sender.send(outgoing)
    except SendInDoubt as doubt:
        return {"outcome": "unknown", "code": str(doubt)}
    match answer:
        case Accepted(parts=parts):
            return {"outcome": "accepted", "parts": parts}
        case Refused(code=code, final=final):
            return {"outcome": "refused", "code": code, "final": final}
