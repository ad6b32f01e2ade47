"""Segments by who members are: tier, words, consents, birthdays, chance, other segments."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from sqlalchemy import (
    ColumnElement,
    and_,
    exists,
    false,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from regulars.domain.members.consent import Channel, Purpose
from regulars.domain.members.profile import ProfileField
from regulars.domain.segments.profile_measures import BUCKETS, month_of
from regulars.storage.columns import Bytes, Flag, Id, Whole, Words
from regulars.storage.segment_asked import (
    FIGURES,
    WHO,
    Answer,
    Asked,
    age_in,
    at_home,
    ids_of,
    listed,
    told_yes,
    words_of,
)
from regulars.storage.tables.insights import member_insight
from regulars.storage.tables.members import consent, identity, member_tag
from regulars.storage.tables.segments import segment_member
from regulars.storage.tables.tiers import birthday_index


class Bucket(FunctionElement[int]):
    """In which of ten thousand buckets a member lies for a salt, as `bucket_of` works it out."""

    name = "bucket_of"
    inherit_cache = True
    type = Whole()


@compiles(Bucket, "postgresql")
def _bucket_on_postgresql(element: Bucket, compiler: SQLCompiler, **_options: object) -> str:
    salt, who = element.clauses
    text = f"{compiler.process(salt)} || '|' || CAST({compiler.process(who)} AS text)"
    letters = f"substr(encode(sha256(convert_to({text}, 'UTF8')), 'hex'), 1, 15)"
    return f"(CAST(CAST('x' || {letters} AS bit(60)) AS bigint) % {BUCKETS})"


@compiles(Bucket, "sqlite")
def _bucket_on_sqlite(element: Bucket, compiler: SQLCompiler, **_options: object) -> str:
    salt, who = element.clauses
    return f"bucket_of({compiler.process(salt)}, {compiler.process(who)})"


def _random(asked: Asked) -> Answer:
    salt = literal(asked.measure.word("salt") or "", Words())
    bucket = Bucket(salt, WHO.c.id)
    low, high = asked.measure.whole("from"), asked.measure.whole("to")
    found = and_(bucket >= literal(low, Whole()), bucket < literal(high, Whole()))
    return told_yes(found, asked.leaf)


def _word(column: ColumnElement[str]) -> Callable[[Asked], Answer]:
    return lambda asked: listed(column, words_of(asked.leaf), Words())


def _home_store(asked: Asked) -> Answer:
    return listed(WHO.c.joined_store_id, ids_of(asked.leaf), Id())


def _region(asked: Asked) -> Answer:
    stores = {one for region in ids_of(asked.leaf) for one in asked.ground.stores_of(region)}
    return listed(WHO.c.joined_store_id, sorted(stores), Id())


def _told(asked: Asked) -> Answer:
    known = [field for field in ProfileField if field.value in words_of(asked.leaf)]
    return or_(false(), *(WHO.c[field.value].is_not(None) for field in known))


def _since_joined(asked: Asked) -> Answer:
    return age_in(WHO.c.joined_at, asked)


def _tags(asked: Asked) -> Answer:
    one = member_tag.alias()
    found = listed(one.c.tag, words_of(asked.leaf), Words())
    return select(one.c.member_id.label("id")).where(found)


def _contacts(asked: Asked) -> Answer:
    one = identity.alias()
    found = listed(one.c.kind, words_of(asked.leaf), Words())
    return select(one.c.member_id.label("id")).where(found)


def _consents(asked: Asked) -> Answer:
    """Who stands by a yes: the newest row for a channel and purpose counts."""
    one, newer = consent.alias(), consent.alias()
    known = {
        f"{channel}/{purpose}": (channel, purpose) for channel in Channel for purpose in Purpose
    }
    pairs = [known[word] for word in words_of(asked.leaf) if word in known]
    wanted = (
        and_(
            one.c.channel == literal(channel.value, Words()),
            one.c.purpose == literal(purpose.value, Words()),
        )
        for channel, purpose in pairs
    )
    overtaken = exists(
        select(newer.c.id).where(
            newer.c.member_id == one.c.member_id,
            newer.c.channel == one.c.channel,
            newer.c.purpose == one.c.purpose,
            or_(newer.c.at > one.c.at, and_(newer.c.at == one.c.at, newer.c.id > one.c.id)),
        )
    )
    return select(one.c.member_id.label("id")).where(
        or_(false(), *wanted), one.c.granted == literal(True, Flag()), ~overtaken
    )


def _insight(name: str) -> Callable[[Asked], Answer]:
    def ids(asked: Asked) -> Answer:
        one = member_insight.alias()
        found = listed(one.c[name], words_of(asked.leaf), Words())
        return select(one.c.member_id.label("id")).where(found)

    return ids


def _segments(asked: Asked) -> Answer:
    one = segment_member.alias()
    found = listed(one.c.segment_id, ids_of(asked.leaf), Id())
    return select(one.c.member_id.label("id")).where(one.c.left_at.is_(None), found)


def _kept_between(asked: Asked, span: Callable[[date], tuple[date, date]]) -> Answer:
    """Whose birthday is kept on one of some days around today, found by its keyed hash."""
    one = birthday_index.alias()

    def kept(today: date) -> ColumnElement[bool]:
        first, last = span(today)
        days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
        hashes = {found for day in days for found in asked.born(day)}
        return listed(one.c.blind_index, sorted(hashes), Bytes())

    rows = select(one.c.member_id.label("id")).select_from(
        one.join(WHO, WHO.c.id == one.c.member_id)
    )
    return told_yes(rows.where(at_home(asked, kept)), asked.leaf)


def _birthday(asked: Asked) -> Answer:
    first, last = asked.measure.days("from"), asked.measure.days("to")
    return _kept_between(asked, lambda today: (today - last, today - first))


def _birthday_this_month(asked: Asked) -> Answer:
    def month(today: date) -> tuple[date, date]:
        first, following = month_of(today)
        return first, following - timedelta(days=1)

    return _kept_between(asked, month)


def _everyone(asked: Asked) -> Answer:
    return told_yes(true(), asked.leaf)


ANSWERS: Mapping[str, Callable[[Asked], Answer]] = {
    "tier": _word(FIGURES.c.tier),
    "joined_via": _word(WHO.c.joined_via),
    "language": _word(WHO.c.language),
    "home_store": _home_store,
    "region": _region,
    "told": _told,
    "tags": _tags,
    "contacts": _contacts,
    "consents": _consents,
    "segments": _segments,
    "stage": _insight("stage"),
    "rfm": _insight("rfm"),
    "everyone": _everyone,
    "days_since_joined": _since_joined,
    "birthday": _birthday,
    "birthday_this_month": _birthday_this_month,
    "random": _random,
}
