"""What the till may still tell a member who stands before it.

A prompt was laid out at nine; at noon 王芳 has withdrawn, or used the coupon that it speaks of: it is not
shown. What is read out in the shop is looked at when it is read, as a message is when it leaves.
"""

from uuid import UUID

from regulars.domain.kernel.period import Instant
from regulars.domain.messaging.channels import Channel, Purpose
from regulars.storage import message_lists
from regulars.storage.engine import Read
from regulars.storage.messages import MessageRow
from regulars.storage.vault import Vault
from regulars.use_cases.message_people import Asked, load
from regulars.use_cases.message_questions import QUESTIONS, objections

SHOWN_MAX = 20


def prompts_for(read: Read, vault: Vault, member_id: UUID, *, now: Instant) -> list[MessageRow]:
    """The prompts for a member that she allows and that still mean something."""
    rows = read.all(message_lists.SHOWN_AT_TILL, member_id=member_id, now=now, most=SHOWN_MAX)
    if not rows:
        return []
    also = Asked(balances=False, in_the_house=True)
    person = load(read, vault, {member_id}, also=also).get(member_id)
    if person is None or not person.contactable:
        return []
    void = objections(read, rows, now, questions=QUESTIONS)
    return [
        row
        for row in rows
        if row.id not in void and person.permit(Channel.TILL, Purpose(row.purpose)).allowed
    ]
