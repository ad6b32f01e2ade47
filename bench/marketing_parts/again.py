"""The rows that a campaign came to, once more by the bare driver into a copy of the same shop.

The same tables, keys, indexes and triggers, as many rows a commit as the product's batches have
members; no question is asked, nothing is decided, nothing is sealed. That is the limit.
"""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from uuid import UUID

import psycopg

from bench.marketing_parts.steps import BATCH
from bench.scratch.bulk import Row
from bench.scratch.servers import Place
from regulars.storage.sqlite import connect

_RUNS = "SELECT id FROM journey_run WHERE journey_id = {journey}"
_SENT = "SELECT id FROM message WHERE campaign_id = {campaign}"
# What the rows refer to: there before the clock runs.
HEADS = (
    ("journey", "id = {journey}"),
    ("journey_version", "journey_id = {journey}"),
    ("message_template", "true"),
    ("message_template_version", "true"),
    ("assignment_policy", "programme_id = {journey}"),
)
WRITTEN = (
    ("assignment", "programme_id = {journey}"),
    ("journey_run", "journey_id = {journey}"),
    ("journey_log", f"run_id IN ({_RUNS})"),
    ("message", "campaign_id = {campaign}"),
    ("effect", f"run_id IN ({_RUNS})"),
    ("contact_slot", f"message_id IN ({_SENT})"),
    ("message_event", f"message_id IN ({_SENT})"),
)
READ_ROWS = 5_000


@dataclass(frozen=True, slots=True)
class Again:
    """So many rows, written once more. Units: seconds."""

    rows: int
    seconds: float


def written_again(source: Place, target: Place, journey: UUID, campaign: UUID) -> Again:
    """Write a campaign's rows into a copy in which it never ran."""
    rewrite = _on_sqlite if source.cluster is None else _on_postgresql
    names = {"journey": _literal(source, journey), "campaign": _literal(source, campaign)}
    for table, where in HEADS:
        rewrite(source, target, table, where.format(**names))
    parts = [rewrite(source, target, table, where.format(**names)) for table, where in WRITTEN]
    return Again(sum(one.rows for one in parts), sum(one.seconds for one in parts))


def _literal(place: Place, name: UUID) -> str:
    return f"x'{name.hex}'" if place.cluster is None else f"'{name}'"


def _groups(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def _on_sqlite(source: Place, target: Place, table: str, where: str) -> Again:
    with (
        closing(sqlite3.connect(source.home / source.name)) as told,
        closing(connect(target.home / target.name, "rw")) as file,
    ):
        found = told.execute(f"SELECT * FROM {table} WHERE {where}")
        marks = ", ".join("?" * len(found.description))
        count, seconds = 0, 0.0
        while rows := found.fetchmany(READ_ROWS):
            began = time.perf_counter()
            for group in _groups(rows):
                file.execute("BEGIN IMMEDIATE")
                file.executemany(f"INSERT INTO {table} VALUES ({marks})", group)
                file.execute("COMMIT")
            seconds += time.perf_counter() - began
            count += len(rows)
        return Again(count, seconds)


def _on_postgresql(source: Place, target: Place, table: str, where: str) -> Again:
    with (
        psycopg.connect(source.url) as told,
        psycopg.connect(target.url, autocommit=True) as server,
    ):
        columns = _columns(told, table)
        names = ", ".join(columns)
        # As text both ways: the server reads what it wrote.
        texts = ", ".join(f"{name}::text" for name in columns)
        insert = f"INSERT INTO {table} ({names}) VALUES ({', '.join(['%s'] * len(columns))})"
        count, seconds = 0, 0.0
        with told.cursor("told") as found:
            found.execute(f"SELECT {texts} FROM {table} WHERE {where}".encode())
            while rows := found.fetchmany(READ_ROWS):
                began = time.perf_counter()
                for group in _groups(rows):
                    with server.transaction(), server.cursor() as cursor:
                        cursor.executemany(insert.encode(), group)
                seconds += time.perf_counter() - began
                count += len(rows)
        return Again(count, seconds)


def _columns(server: psycopg.Connection[Row], table: str) -> list[str]:
    found = server.execute(
        "SELECT column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
        (table,),
    ).fetchall()
    # "by" is a word of SQL's own.
    return [f'"{row[0]}"' for row in found]
