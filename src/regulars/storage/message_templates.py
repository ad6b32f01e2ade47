"""Templates as rows: a code and its versions, of which none is ever edited."""

from collections.abc import Collection
from contextlib import suppress
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert

from regulars.domain.kernel.period import Instant
from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.domain.messaging.template import Template, template_data, template_from
from regulars.storage.columns import Id, Whole, Words
from regulars.storage.engine import Read, Write
from regulars.storage.statement import Statement, one_of
from regulars.storage.tables.messaging import message_template, message_template_version

CODE_TAKEN = refusal_code("template.code_taken", "code")


class TemplateRow(NamedTuple):
    """One version of a template, and whether the template is in use."""

    id: UUID
    code: str
    state: str
    version: int
    recorded_at: Instant
    recorded_by: str
    body: object

    @property
    def template(self) -> Template:
        """The words themselves."""
        return template_from(self.body)


class HeadRow(NamedTuple):
    """A template's code, version in force and state."""

    id: UUID
    code: str
    version: int
    state: str


_t, _v = message_template.c, message_template_version.c
_ROWS = select(
    _t.id, _t.code, _t.state, _v.version, _v.recorded_at, _v.recorded_by, _v.body
).join_from(message_template, message_template_version, _v.template_id == _t.id)
_HEAD = select(_t.id, _t.code, _t.version, _t.state)
_IN_FORCE = _v.version == _t.version
IN_FORCE = Statement(_ROWS.where(_IN_FORCE).order_by(_t.code), TemplateRow)
THIS_IN_FORCE = Statement(
    _ROWS.where(_IN_FORCE, _t.id == bindparam("template_id", type_=Id())), TemplateRow
)
THIS_CODE_IN_FORCE = Statement(
    _ROWS.where(_IN_FORCE, _t.code == bindparam("code", type_=Words())), TemplateRow
)
THESE_IN_FORCE = Statement(_ROWS.where(_IN_FORCE, one_of(_t.id, "template_ids", Id())), TemplateRow)
# Ids and versions are asked apart: a few rows too many come, none too few.
VERSIONS = Statement(
    _ROWS.where(
        one_of(_v.template_id, "template_ids", Id()), one_of(_v.version, "versions", Whole())
    ),
    TemplateRow,
)
BY_CODE = Statement(_HEAD.where(_t.code == bindparam("code", type_=Words())), HeadRow)
HEAD_LOCKED = Statement(
    _HEAD.where(_t.id == bindparam("template_id", type_=Id())).with_for_update(), HeadRow
)
_PUT = Statement[object](
    insert(message_template)
    .values(
        id=bindparam("template_id", type_=Id()),
        code=bindparam("code", type_=Words()),
        version=bindparam("version", type_=Whole()),
        state="active",
    )
    .on_conflict_do_update(
        index_elements=[_t.id],
        set_={"version": bindparam("version", type_=Whole()), "state": "active"},
    )
)
STOP = Statement[object](
    update(message_template)
    .where(and_(_t.id == bindparam("stopped", type_=Id()), _t.state == "active"))
    .values(state="stopped")
)


def put(tx: Write, head: HeadRow, template: Template, *, at: Instant, by: str) -> None:
    """Publish a version and put it in force."""
    tx.send(_PUT, template_id=head.id, code=head.code, version=head.version)
    tx.add(
        message_template_version,
        [
            {
                "template_id": head.id,
                "version": head.version,
                "name_zh": template.label.zh,
                "name_en": template.label.en,
                "purpose": template.purpose.value,
                "category": template.category,
                "body": template_data(template),
                "recorded_at": at,
                "recorded_by": by,
            }
        ],
    )


def versions(read: Read, asked: Collection[tuple[UUID, int]]) -> dict[tuple[UUID, int], Template]:
    """Templates by id and version. One that can no longer be read is left out: what was planned
    with it ends for want of words, and holds up nothing else."""
    if not asked:
        return {}
    rows = read.all(
        VERSIONS,
        template_ids=sorted({one for one, _ in asked}),
        versions=sorted({version for _, version in asked}),
    )
    found: dict[tuple[UUID, int], Template] = {}
    for row in rows:
        if (row.id, row.version) in asked:
            with suppress(Refusal):
                found[row.id, row.version] = row.template
    return found
