"""`regulars explain`: everything that happened to one member, and why, on the console.

$ regulars explain 13800138000 --kind message --lang zh-CN
王芳 138****8000
2026-11-23 09:00  消息“老友归来”已发出（短信）
                  依据 文案“老友归来”第 2 版

It only reads, so a server may sell meanwhile. Whoever runs it has the machine, and sees every store.
"""

import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from uuid import UUID

import orjson

from regulars.domain.kernel.label import Label, Language
from regulars.domain.kernel.period import Instant, instant, local, zone_of
from regulars.domain.stores.actor import SYSTEM
from regulars.domain.timeline.kinds import Topic
from regulars.domain.timeline.line import Line, RuleKind
from regulars.storage.engine import Read, open_database
from regulars.storage.schema import require_current
from regulars.storage.stores import STORES
from regulars.storage.vault import Vault, open_vault
from regulars.use_cases.named_member import member_named, shown_name
from regulars.use_cases.timeline import LINES_MAX, Wanted, timeline_of, told_line

if TYPE_CHECKING:
    from argparse import _SubParsersAction

LANGUAGES: Mapping[str, Language] = {"zh-CN": "zh-CN", "zh": "zh-CN", "en": "en"}
LINES_USUAL = 50
INDENT = " " * 18
_NOTHING = Label("这段时间没有记录。", "Nothing happened in this time.")
_WHY = Label("因为", "Because:")
_BY = Label("依据", "By")
_FROM = Label("起因", "Followed from")
_VERSION = Label("第 {version} 版", "version {version}")
_RULES: Mapping[RuleKind, Label] = {
    RuleKind.OFFER: Label("优惠", "the offer"),
    RuleKind.TERMS: Label("规则", "the terms"),
    RuleKind.PROGRAMME: Label("活动", "the programme"),
    RuleKind.SEGMENT: Label("人群", "the segment"),
    RuleKind.JOURNEY: Label("旅程", "the journey"),
    RuleKind.TEMPLATE: Label("文案", "the template"),
    RuleKind.EXPERIMENT: Label("测试", "the test"),
    RuleKind.WORDING: Label("条款", "the wording"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Whom to explain, how much of her, and how to tell it."""

    member: str
    language: Language
    as_json: bool
    topics: frozenset[Topic] = frozenset()
    since: date | None = None
    lines: int = LINES_USUAL


def register(subparsers: "_SubParsersAction[ArgumentParser]") -> None:
    """Add the subcommand; the caller sets `home`, `database` and `master_key`."""
    parser = subparsers.add_parser(
        "explain", help="会员时间线 · everything that happened to a member, and why"
    )
    parser.add_argument("member", metavar="MEMBER", help="编号、手机号或卡号 · id, phone or card")
    parser.add_argument(
        "--lang", choices=sorted(LANGUAGES), default="zh-CN", help="语言 · language"
    )
    parser.add_argument(
        "--since", type=date.fromisoformat, metavar="DATE", help="从这一天起 · from this day on"
    )
    parser.add_argument(
        "--kind",
        action="append",
        choices=[one.value for one in Topic],
        metavar="KIND",
        help="只看这类，可多次 · only of this kind, may be repeated: "
        + ", ".join(one.value for one in Topic),
    )
    parser.add_argument(
        "--lines", type=int, default=LINES_USUAL, metavar="N", help="最多几行 · at most so many"
    )
    parser.add_argument("--json", action="store_true", dest="as_json", help="JSON")
    parser.set_defaults(run=run)


def run(args: Namespace) -> int:
    """Tell a member's timeline.

    Refuses: member.unknown, member.lookup_malformed, database.*, vault.*.
    """
    asked = Asked(
        member=args.member,
        language=LANGUAGES[args.lang],
        as_json=args.as_json,
        topics=frozenset(Topic(one) for one in args.kind or ()),
        since=args.since,
        lines=max(args.lines, 1),
    )
    now = instant(datetime.now(UTC))
    explained(
        asked,
        Where(database=args.database, home=args.home, master_key=args.master_key),
        now=now,
        out=sys.stdout,
    )
    return 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Where the shop lives."""

    database: str
    home: Path
    master_key: str | None = None


def explained(asked: Asked, where: Where, *, now: Instant, out: TextIO) -> None:
    """Write a member's timeline.

    Refuses: member.unknown, member.lookup_malformed, database.*, vault.*.
    """
    database = open_database(where.database, read_only=True, threads=1)
    try:
        require_current(database)
        vault = open_vault(where.home, database, now=now, master_key=where.master_key)
        with database.read() as read:
            _write(read, vault, asked, now=now, out=out)
    finally:
        database.close()


def _write(read: Read, vault: Vault, asked: Asked, *, now: Instant, out: TextIO) -> None:
    member_id = member_named(read, vault, asked.member)
    zone = next((store.zone for store in read.all(STORES)), "UTC")
    since = None
    if asked.since is not None:
        since = instant(datetime.combine(asked.since, time.min, tzinfo=zone_of(zone)))
    wanted = Wanted(topics=asked.topics, since=since, lines=min(asked.lines, LINES_MAX))
    lines = _lines(read, member_id, wanted, now=now, most=asked.lines)
    if asked.as_json:
        told = {"member_id": member_id, "lines": [told_line(line) for line in lines]}
        out.write(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode() + "\n")
        return
    out.write(f"{shown_name(read, vault, member_id) or member_id}\n")
    shown = [as_text(line, asked.language, zone=zone) for line in lines]
    out.write("".join(shown) or f"{_NOTHING.in_language(asked.language)}\n")


def _lines(
    read: Read, member_id: UUID, wanted: Wanted, *, now: Instant, most: int
) -> Iterator[Line]:
    """At most so many lines, page after page."""
    left = most
    while left > 0:
        page = timeline_of(read, member_id, wanted, actor=SYSTEM, now=now)
        yield from page.lines[:left]
        left -= len(page.lines)
        if page.next_cursor is None:
            return
        wanted = replace(wanted, cursor=page.next_cursor)


def as_text(line: Line, language: Language, *, zone: str) -> str:
    """A line as the console shows it, its reasons below it."""
    told = [f"{local(line.at, zone):%Y-%m-%d %H:%M}  {line.sentence.in_language(language)}"]
    if line.why is not None:
        told.append(f"{INDENT}{_WHY.in_language(language)} {line.why.in_language(language)}")
    if line.rule is not None:
        told.append(f"{INDENT}{_BY.in_language(language)} {_rule(line, language)}")
    if line.caused_by is not None:
        cause = f"{line.caused_by.topic.value} {line.caused_by.id}"
        told.append(f"{INDENT}{_FROM.in_language(language)} {cause}")
    return "\n".join(told) + "\n"


def _rule(line: Line, language: Language) -> str:
    rule = line.rule
    assert rule is not None
    kind, name = _RULES[rule.kind].in_language(language), rule.name.in_language(language)
    shown = f"{kind}“{name}”" if language == "zh-CN" else f"{kind} “{name}”"
    if rule.version is None or rule.version == name:
        return shown
    version = _VERSION.in_language(language).format(version=rule.version)
    return f"{shown}{version}" if language == "zh-CN" else f"{shown}, {version}"
