"""The spelling of an entry and the hash of a block are fixed for ever."""

from hashlib import sha256

import pytest

from regulars.domain.kernel.refusal import Refusal
from regulars.domain.ledger.chain import (
    GENESIS,
    ChainedEntry,
    Head,
    Member,
    canonical,
    chained,
    head_from,
    joined,
    member_of,
    members_of,
)

NAME = "019de0d5c80070008000000000000001"
ENTRY = ChainedEntry(
    row=(NAME, "topup:王芳", "top_up", 1, None),
    postings=((1, "CNY", 7, 8, 10_000, None, None, 1, 10_000),),
    lots=(("aa", 8, 10_000, 1, None),),
    uses=(("bb", "spend", 5), ("aa", "release", -5), ("aa", "hold", 5)),
)
SPELT = (
    '[1,["019de0d5c80070008000000000000001","topup:王芳","top_up",1,null],'
    '[[1,"CNY",7,8,10000,null,null,1,10000]],[["aa",8,10000,1,null]],'
    '[["aa","hold",5],["aa","release",-5],["bb","spend",5]]]'
).encode()


def test_an_entry_has_one_spelling() -> None:
    assert canonical(ENTRY) == SPELT
    assert member_of(ENTRY) == Member(bytes.fromhex(NAME), sha256(SPELT).digest())


@pytest.mark.parametrize(
    "other",
    [
        ENTRY._replace(row=(NAME, "topup:王芳", "top_up", 2, None)),
        ENTRY._replace(postings=()),
        ENTRY._replace(lots=(("aa", 8, 10_001, 1, None),)),
        ENTRY._replace(uses=()),
    ],
)
def test_whatever_is_altered_changes_the_print(other: ChainedEntry) -> None:
    assert member_of(other).print != member_of(ENTRY).print
    assert member_of(other).id == member_of(ENTRY).id


def test_a_block_holds_on_to_the_one_before() -> None:
    member = member_of(ENTRY)
    first = chained(GENESIS, [member])
    assert first == Head(1, sha256(bytes(32) + (1).to_bytes(8, "big") + joined([member])).digest())
    assert chained(first, [member]).hash != first.hash
    assert list(members_of(joined([member, member]) + b"rest")) == [member, member]


def test_a_head_is_read_as_it_is_told() -> None:
    head = chained(GENESIS, [member_of(ENTRY)])
    assert head_from(f" {head.told}\n") == head


@pytest.mark.parametrize("text", ["", "1", "1:", "1:zz", "x:" + "0" * 64, "-1:" + "0" * 64, "1:00"])
def test_what_is_no_head_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        head_from(text)
    assert refused.value.code == "chain.head_malformed"
