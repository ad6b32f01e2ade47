"""What a provider tells at once is kept in parts, and nothing of it is lost."""

from regulars.domain.kernel.period import instant_from_iso
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.port import PART_MAX, Heard, Inbound, Receipt, ReceiptState

NOW = instant_from_iso("2026-05-04T10:00:00+08:00")


def test_a_thousand_receipts_are_kept_in_parts_and_replies_go_first() -> None:
    receipts = tuple(
        Receipt(state=ReceiptState.DELIVERED, at=NOW, provider_id=str(number))
        for number in range(1_003)
    )
    reply = Inbound(channel=Channel.SMS, address="13800138000", text="R", at=NOW)
    parts = list(Heard(receipts=receipts, inbound=(reply,)).in_parts())
    assert parts[0] == Heard(inbound=(reply,))
    assert all(0 < len(part.receipts) <= PART_MAX for part in parts[1:])
    assert tuple(one for part in parts for one in part.receipts) == receipts
    assert list(Heard().in_parts()) == []
