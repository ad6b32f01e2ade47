import sqlite3, time, os
from pathlib import Path
import psycopg, pytest
from regulars.storage.engine import Database, open_database
from regulars.storage import referrals, groups, passes, programmes, draws
from regulars.domain.kernel.ids import uuid7
from datetime import timedelta
from tests.shops import open_shop, named, OPENING
from sqlalchemy import text

N=100_000
def test_scale(database_url, tmp_path, request):
    database = open_database(database_url)
    shop = open_shop(database, tmp_path)
    m = [shop.join(f"1380013{n:04d}") for n in range(20)]
    eng = database.engine
    # many members directly by SQL
    import uuid
    if eng == "sqlite":
        c = sqlite3.connect(database_url.removeprefix("sqlite:///"))
        c.execute("PRAGMA foreign_keys=OFF")
        cols = lambda t: [r[1] for r in c.execute(f"PRAGMA table_info({t})")]
        print(cols("referral"))
    else:
        url = database_url
        dbs = request.getfixturevalue("postgres_databases")
        from sqlalchemy.engine import make_url
        u = make_url(database_url)
        owner = dbs.cluster.url("postgres", u.database) if False else None
        c = None
    from regulars.storage.tables.referrals import referral
    from regulars.storage.tables.passes import member_pass
    print(eng, database_url)
    at = shop.now
    def rid(i): return uuid.UUID(int=(i+1)<<64 | 7)
    refrow = lambda i, state: dict(id=rid(i), programme_id=rid(1), programme_version=1, inviter_id=m[0], invited_id=rid(10**6+i), store_id=shop.store_id, terminal_id=None, at=at, by="x", state=state, due_at=at+timedelta(days=90, seconds=i), order_id=None, min_due_minor=1, ended_because=None, ended_at=None, inviter_rewarded=False, invited_rewarded=False)
    passrow = lambda i, **k: {**dict(id=rid(i), programme_id=rid(1), programme_version=1, member_id=m[0], store_id=shop.store_id, sold_at=at, by="x", tender="cash", unit="PASS.X", lot_id=rid(5), price_minor=100, uses=10, used=10, deferred_minor=0, state="active", ends_on=(at-timedelta(days=10)).date(), remind_on=(at-timedelta(days=17)).date(), reminded=False, frozen_on=None, frozen_until=None, frozen_days=0), **k}
    def fill(tx):
        from regulars.storage.engine import Write
        pass
    if eng == "sqlite":
        import json
        from sqlalchemy.dialects import sqlite as d
        def ins(table, rows):
            st = table.insert().compile(dialect=d.dialect(paramstyle="named"))
            procs = st._bind_processors
            c.executemany(str(st), [{k: (procs[k](v) if procs.get(k) else v) for k, v in r.items()} for r in rows])
            c.commit()
    else:
        from tests import postgres
        u = dbs.cluster.url(postgres.OWNER, make_url(database_url).database)
        import sqlalchemy as sa
        e = sa.create_engine(u.replace("postgresql://", "postgresql+psycopg://"))
        def ins(table, rows):
            with e.begin() as con:
                con.execute(text("ALTER TABLE %s DISABLE TRIGGER USER" % table.name))
                for fk in con.execute(text("select conname from pg_constraint where contype='f' and conrelid='%s'::regclass" % table.name)).scalars().all():
                    con.execute(text(f"ALTER TABLE {table.name} DROP CONSTRAINT {fk}"))
                con.execute(table.insert(), rows)
            with e.connect().execution_options(isolation_level="AUTOCOMMIT") as con: con.execute(text("ANALYZE"))
    ins(referral, [refrow(i, "waiting") for i in range(N)])
    ins(member_pass, [passrow(i) for i in range(N)])
    def timed(name, st, **p):
        with database.read() as read:
            read.all(st, **p)
            t=time.perf_counter(); r = read.all(st, **p); print(f"{eng} {name}: {(time.perf_counter()-t)*1000:.1f} ms, {len(r)} rows")
    timed("WITH_ORDER", referrals.WITH_ORDER, batch=20)
    timed("DUE", referrals.DUE, at=at, batch=20)
    day=(at+timedelta(days=1)).date()
    timed("ENDING", passes.ENDING, day=day, batch=20)
    timed("THAWING", passes.THAWING, day=day, batch=20)
    timed("REMIND", passes.TO_REMIND, day=day, batch=20)
    timed("SHID", referrals.SHARED_IDENTITIES, one=m[0], other=m[1])
    timed("SHPAY", referrals.SHARED_PAYMENTS, one=m[0], other=m[1])
    timed("JOINED", referrals.JOINED_TOGETHER, referral_id=rid(1), store=shop.store_id, since=at-timedelta(hours=1), until=at+timedelta(hours=1), terminal=None, joined_by="zz")
    timed("INSTATE", referrals.IN_STATE, in_state="held", before_id=referrals.NEWEST, stores=[shop.store_id])
    timed("OF_MEMBER", referrals.OF_MEMBER, member=m[0])
    timed("OPEN_OF", groups.OPEN_OF_PROGRAMME, programme_id=rid(1), at=at, stores=[shop.store_id])
    for name, st, p in [("SHPAY", referrals.SHARED_PAYMENTS, dict(one=m[0], other=m[1])), ("SHID", referrals.SHARED_IDENTITIES, dict(one=m[0], other=m[1]))]:
        if eng=="sqlite":
            from sqlalchemy.dialects import sqlite as d
            q = str(st.query.compile(dialect=d.dialect())) if hasattr(st,"query") else None
            print(dir(st)[-15:]) if q is None else [print(r) for r in c.execute("EXPLAIN QUERY PLAN "+q.replace("?", "x'00'"))]
    database.close()
