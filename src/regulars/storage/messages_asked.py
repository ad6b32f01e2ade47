"""Messages whose provider has to be asked what became of them."""

from datetime import timedelta

from sqlalchemy import and_, bindparam, or_, select

from regulars.domain.messaging.message import MessageState
from regulars.storage.columns import At, Id, Whole, Words
from regulars.storage.messages import COLUMNS, MessageRow
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.messaging import OPEN, message

_m = message.c
# A provider that has not made up its mind by then never will.
ASKED_FOR = timedelta(days=2)

# In doubt at a provider that can be asked, or taken by one that tells nothing unless it is asked.
ASKED_ABOUT = Statement(
    select(*COLUMNS)
    .where(
        OPEN,
        or_(
            and_(
                _m.state == MessageState.UNKNOWN.value,
                one_of(_m.provider, "answering", Words()),
            ),
            and_(
                _m.state == MessageState.ACCEPTED.value,
                one_of(_m.provider, "reticent", Words()),
            ),
        ),
        _m.due_at > bindparam("since", type_=At()),
        _m.handed_at < bindparam("until", type_=At()),
        _m.id > bindparam("after_id", type_=Id()),
    )
    .order_by(_m.id)
    .limit(bindparam("most", type_=Whole())),
    MessageRow,
)
