"""A member who is erased: her key and all that names her are gone, her trade stays."""

from uuid import UUID

from sqlalchemy import bindparam, delete, update

from regulars.domain.members.member import MemberState
from regulars.storage import facts
from regulars.storage.columns import Id
from regulars.storage.engine import Write
from regulars.storage.facts import Fact
from regulars.storage.statement import Statement
from regulars.storage.tables.members import identity, member
from tests.scenarios.long_run.opened import LongShop

_FORGET: Statement[object] = Statement(
    update(member)
    .where(member.c.id == bindparam("whom", type_=Id()))
    .values(
        state=MemberState.ERASED.value,
        wrapped_key=None,
        name=None,
        birthday=None,
        address=None,
        gender=None,
        likes=None,
        taboos=None,
    )
)
_FIND_NO_MORE: Statement[object] = Statement(
    delete(identity).where(identity.c.member_id == bindparam("whom", type_=Id()))
)


def erase(shop: LongShop, member_id: UUID) -> None:
    """Destroy a member's key and everything that names her, and let the shop know."""
    told = Fact(
        kind="member.state_changed",
        at=shop.now,
        member_id=member_id,
        body={"what": [MemberState.ERASED.value]},
    )
    fact_id = shop.new_id()

    def work(tx: Write) -> None:
        tx.send(_FORGET, whom=member_id)
        tx.send(_FIND_NO_MORE, whom=member_id)
        facts.append(tx, told, id=fact_id)

    shop.database.write(work).result()
