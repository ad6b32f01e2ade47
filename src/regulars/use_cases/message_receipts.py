"""What providers say later: delivered, failed, and what members wrote back.

A receipt that comes twice, late, or before the answer of its own call changes what it still can; one
that says "delivered" keeps a message from being sent again. A provider speaks of its own messages only.
A reply that asks for no more stops that address at once, and told twice it is one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.members.consent import Purpose
from regulars.domain.members.identity import IdentityKind, identity_of
from regulars.domain.messaging.channels import Channel, consent_channel
from regulars.domain.messaging.message import MessageState, Reason
from regulars.domain.messaging.port import Heard, Inbound, Receipt, ReceiptState
from regulars.domain.messaging.replies import is_withdrawal
from regulars.storage import contact_slots, identities, members, message_people, messages
from regulars.storage.engine import Write
from regulars.storage.message_people import StopRow
from regulars.storage.messages import Event, MessageRow
from regulars.use_cases.messages import give_back, lock_budgets, tell
from regulars.use_cases.moment import Moment
from regulars.use_cases.runner import use_case
from regulars.use_cases.withdrawing import SetPreferences, Wish, keep_wishes

CODE_LETTERS_MAX = 80

_S = MessageState
# From which states a receipt still tells something new.
_NEWS = {
    ReceiptState.ACCEPTED: {_S.HANDED.value, _S.UNKNOWN.value},
    ReceiptState.DELIVERED: {
        _S.HANDED.value,
        _S.UNKNOWN.value,
        _S.ACCEPTED.value,
        _S.FAILED.value,
        _S.QUEUED.value,
        _S.LEASED.value,
    },
    ReceiptState.FAILED: {_S.HANDED.value, _S.UNKNOWN.value, _S.ACCEPTED.value},
}
# What was taken to be undelivered had its places in the caps given back.
_UNDELIVERED = frozenset({_S.FAILED.value, _S.QUEUED.value, _S.LEASED.value})
_STATE_OF = {
    ReceiptState.ACCEPTED: _S.ACCEPTED,
    ReceiptState.DELIVERED: _S.DELIVERED,
    ReceiptState.FAILED: _S.FAILED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hear:
    """What one call or one poll of a provider brought; its signature was checked before."""

    provider: str
    heard: Heard


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardOut:
    """How many receipts told something new, and how many replies asked for no more."""

    receipts: int
    withdrawals: int


@use_case
def hear(tx: Write, command: Hear, moment: Moment) -> HeardOut:
    """Keep what a provider said; what is unknown here is passed over.

    Members are locked before messages, and each in one order, in whichever order they are told.
    """
    inbound = sorted(command.heard.inbound, key=lambda one: one.address)
    withdrawals = sum(_replied(tx, moment, command.provider, one) for one in inbound)
    _lock(tx, command.provider, command.heard.receipts)
    receipts = sum(
        keep_receipt(tx, moment, command.provider, one) for one in command.heard.receipts
    )
    return HeardOut(receipts=receipts, withdrawals=withdrawals)


def _lock(tx: Write, provider: str, receipts: Sequence[Receipt]) -> None:
    """Lock every message that is spoken of before any is changed."""
    meant = {one.message_id for one in receipts if one.message_id is not None}
    named = {one.provider_id for one in receipts if one.message_id is None} - {None}
    if named:
        asked = {"provider": provider, "provider_ids": sorted(map(str, named))}
        meant.update(tx.all(messages.NAMED_BY_PROVIDER, **asked))
    if not meant:
        return
    rows = tx.all(messages.THESE_LOCKED, message_ids=sorted(meant))
    if any(one.state is ReceiptState.FAILED for one in receipts):
        lock_budgets(tx, rows)


def keep_receipt(tx: Write, moment: Moment, provider: str, receipt: Receipt) -> bool:
    """Whether a receipt told something new of a message of this provider."""
    row = _meant(tx, provider, receipt)
    if row is None or row.provider != provider or row.state not in _NEWS[receipt.state]:
        return False
    state = _STATE_OF[receipt.state]
    failed = state is MessageState.FAILED
    if failed:
        # Nothing arrived: it counts for no cap and costs no budget.
        give_back(tx, moment, row)
    elif row.state in _UNDELIVERED:
        contact_slots.take_again(tx, row.id)
    code = receipt.code[:CODE_LETTERS_MAX] if receipt.code else None
    messages.answer(
        tx,
        row._replace(
            state=state.value,
            reason=Reason.RECEIPT.value if failed else None,
            detail=code if failed else None,
            # Clocks differ, and some providers send nonsense: nothing ends later than now.
            ended_at=None if state is MessageState.ACCEPTED else min(receipt.at, moment.now),
            provider_id=receipt.provider_id or row.provider_id,
            parts=receipt.parts or row.parts,
            reserved_micro=0 if failed else row.reserved_micro,
            cost_micro=row.cost_micro if receipt.cost_micro is None else receipt.cost_micro,
        ),
    )
    event = Event(message_id=row.id, state=state, reason=Reason.RECEIPT, detail=code)
    tell(tx, moment, [event])
    return True


def _meant(tx: Write, provider: str, receipt: Receipt) -> MessageRow | None:
    if receipt.message_id is not None:
        return tx.one(messages.ONE_LOCKED, message_id=receipt.message_id)
    if receipt.provider_id is None:
        return None
    found = tx.all(messages.BY_PROVIDER_LOCKED, provider=provider, provider_id=receipt.provider_id)
    return found[-1] if found else None


def _replied(tx: Write, moment: Moment, provider: str, reply: Inbound) -> bool:
    if not is_withdrawal(reply.text):
        return False
    # Told again, it takes back no yes that was given since.
    name = _name_of(moment, provider, reply)
    if tx.one(message_people.STOP_KNOWN, stop_id=name) is not None:
        return False
    index, member_id = _sender_of(tx, moment, reply)
    if index is None:
        return False
    way, purpose = consent_channel(reply.channel), Purpose.MARKETING
    row = StopRow(index, way.value, purpose.value, moment.now)
    message_people.stop(tx, row, id=name, source="reply")
    if member_id is not None:
        wish = Wish(channel=way, purpose=purpose, granted=False)
        member = tx.one(members.MEMBER, member_id=member_id)
        chosen = SetPreferences(
            member_id=member_id,
            wishes=(wish,),
            language="en" if member is not None and member.language == "en" else "zh-CN",
            source="reply",
        )
        keep_wishes(tx, moment, chosen)
    return True


def _name_of(moment: Moment, provider: str, reply: Inbound) -> UUID:
    """The same for each telling of one reply."""
    own = reply.provider_id or f"{reply.at.isoformat()}|{reply.text}"
    told = f"{provider}|{reply.channel}|{reply.address}|{own}"
    return UUID(bytes=moment.vault.keyed_digest("inbound reply", told.encode())[:16])


def _sender_of(tx: Write, moment: Moment, reply: Inbound) -> tuple[bytes | None, UUID | None]:
    """By which blind index an address is found, and whose it is."""
    kinds = {Channel.SMS: IdentityKind.PHONE, Channel.EMAIL: IdentityKind.EMAIL}
    kind = kinds.get(reply.channel)
    if kind is None:
        index = message_people.point_index(moment.vault, reply.channel.value, reply.address)
        return index, tx.one(message_people.OWNER_OF_POINT, blind_index=index)
    try:
        known = identity_of(kind, reply.address, country=members.country_of(tx))
    except Refusal:
        return None, None
    index = moment.vault.blind_index(known.kind.value, known.normal)
    return index, tx.one(identities.MEMBER_OF, blind_index=index)
