"""The steps of a journey as they are stored, and read back from what somebody sends.

{"kind": "wait", "until": "after", "minutes": 1440, "next": "write"}
"""

from collections.abc import Mapping, Sequence
from typing import assert_never

from regulars.domain.campaigns.happenings import filter_from
from regulars.domain.campaigns.nodes import (
    Act,
    Action,
    Branch,
    Exit,
    GiveGift,
    Goal,
    Graph,
    Learns,
    Node,
    OpenTask,
    PutTag,
    SendMessage,
    Split,
    Wait,
    WaitFor,
    WaitSent,
    Way,
)
from regulars.domain.campaigns.waits import WAIT_MINUTES_MAX, until_data, until_from
from regulars.domain.insights.assignment import CONTROL, HELD_OUT
from regulars.domain.insights.bandit import ARMS_MIN
from regulars.domain.kernel.condition import as_data
from regulars.domain.kernel.label import Label
from regulars.domain.kernel.refusal import Refusal, refusal_code
from regulars.domain.loyalty.gift import gift_data, gift_from
from regulars.domain.messaging.channels import Channel
from regulars.domain.messaging.message import given_from
from regulars.domain.segments.conditions import segment_condition_from

MALFORMED = refusal_code("journey.malformed", "node", "part")
WAIT_WITHOUT_END = refusal_code("journey.wait_without_end", "node")
WEIGHTS_UNFIT = refusal_code("journey.weights_unfit", "node")

NODES_MAX = 60
WAYS_MAX = 12
NAME_LETTERS_MAX = 40
WORDS_MAX = 200
VALUES_MAX = 12
MONEY_MAX = 1_000_000_000
VALID_MINUTES_MAX = 90 * 1_440
BUCKETS = 10_000


def graph_from(start: object, data: object) -> Graph:
    """The steps that stored or sent data spell.

    Refuses: journey.malformed, journey.wait_without_end, journey.weights_unfit,
    journey.fact_unknown, condition.*, segment.*, terms.malformed.
    """
    if not isinstance(data, Mapping) or not 1 <= len(data) <= NODES_MAX:
        raise MALFORMED.because(node="", part="nodes")
    if not isinstance(start, str):
        raise MALFORMED.because(node="", part="start")
    return Graph(start, {_name("", str(name)): _node(str(name), one) for name, one in data.items()})


def graph_data(graph: Graph) -> dict[str, object]:
    """The stored form of the steps."""
    return {name: _node_data(node) for name, node in graph.nodes.items()}


def _name(node: str, text: object) -> str:
    if not isinstance(text, str) or not 0 < len(text) <= NAME_LETTERS_MAX or ":" in text:
        raise MALFORMED.because(node=node[:NAME_LETTERS_MAX], part="name")
    return text


def _node(name: str, data: object) -> Node:
    if not isinstance(data, Mapping):
        raise MALFORMED.because(node=name, part="node")
    match data.get("kind"):
        case "wait":
            until = until_from(data)
            if until is None:
                raise WAIT_WITHOUT_END.because(node=name)
            return Wait(until, _to(name, data, "next"))
        case "wait_for":
            return _wait_for(name, data)
        case "wait_sent":
            return _wait_sent(name, data)
        case "branch":
            condition = segment_condition_from(data.get("condition"))
            return Branch(condition, _to(name, data, "yes"), _to(name, data, "no"))
        case "split":
            return _split(name, data)
        case "act":
            failed = None if data.get("failed") is None else _to(name, data, "failed")
            return Act(_action(name, data), _to(name, data, "next"), failed)
        case "goal":
            return Goal()
        case "exit":
            return Exit()
        case _:
            raise MALFORMED.because(node=name, part="kind")


def _to(name: str, data: Mapping[object, object], part: str) -> str:
    target = data.get(part)
    if not isinstance(target, str):
        raise MALFORMED.because(node=name, part=part)
    return target


def _wait_for(name: str, data: Mapping[object, object]) -> WaitFor:
    minutes = data.get("timeout_minutes")
    if not isinstance(minutes, int) or not 0 < minutes <= WAIT_MINUTES_MAX:
        raise WAIT_WITHOUT_END.because(node=name)
    fact = str(data.get("fact"))
    return WaitFor(
        fact=fact,
        timeout_minutes=minutes,
        happened=_to(name, data, "happened"),
        timed_out=_to(name, data, "timed_out"),
        where=filter_from(fact, data.get("where")),
    )


def _wait_sent(name: str, data: Mapping[object, object]) -> WaitSent:
    minutes, reasons = data.get("timeout_minutes"), data.get("reasons", {})
    if not isinstance(minutes, int) or not 0 < minutes <= WAIT_MINUTES_MAX:
        raise WAIT_WITHOUT_END.because(node=name)
    if not isinstance(reasons, Mapping) or len(reasons) > WAYS_MAX:
        raise MALFORMED.because(node=name, part="reasons")
    return WaitSent(
        step=_to(name, data, "step"),
        timeout_minutes=minutes,
        sent=_to(name, data, "sent"),
        not_sent=_to(name, data, "not_sent"),
        unsure=None if data.get("unsure") is None else _to(name, data, "unsure"),
        reasons=tuple((_name(name, one), _to(name, reasons, one)) for one in reasons),
    )


def _split(name: str, data: Mapping[object, object]) -> Split:
    ways = data.get("ways")
    if not isinstance(ways, list) or not 2 <= len(ways) <= WAYS_MAX:
        raise MALFORMED.because(node=name, part="ways")
    found = []
    for one in ways:
        match one:
            case {"name": str(way), "weight": int(weight), "next": str(following)}:
                found.append(Way(_name(name, way), weight, following))
            case _:
                raise MALFORMED.because(node=name, part="ways")
    if sum(way.weight for way in found) != BUCKETS or min(way.weight for way in found) < 0:
        raise WEIGHTS_UNFIT.because(node=name)
    salt = data.get("salt", name)
    return Split(_name(name, salt), tuple(found), _learns(name, data.get("learns"), found))


def _learns(name: str, told: object, ways: Sequence[Way]) -> Learns | None:
    if told is None:
        return None
    names = {way.name for way in ways}
    # Two ways are told apart best by an even split, and an arm has a name of its own.
    fits = len(ways) >= ARMS_MIN and len(names) == len(ways) and not names & {CONTROL, HELD_OUT}
    if not fits or str(told) not in set(Learns):
        raise MALFORMED.because(node=name, part="learns")
    return Learns(str(told))


def _action(name: str, data: Mapping[object, object]) -> Action:
    match data.get("do"):
        case "message":
            return _message(name, data)
        case "gift":
            return _gift(name, data)
        case "tag":
            tag, put = data.get("tag"), data.get("put", True)
            if not isinstance(put, bool):
                raise MALFORMED.because(node=name, part="put")
            return PutTag(_name(name, tag), put)
        case "task":
            chinese, english = data.get("text_zh"), data.get("text_en")
            if not (_fits(chinese) and _fits(english)):
                raise MALFORMED.because(node=name, part="text")
            return OpenTask(Label(str(chinese), str(english)))
        case _:
            raise MALFORMED.because(node=name, part="do")


def _fits(text: object) -> bool:
    return isinstance(text, str) and 0 < len(text.strip()) <= WORDS_MAX


def _message(name: str, data: Mapping[object, object]) -> SendMessage:
    channels, values = data.get("channels"), data.get("values", {})
    if not isinstance(channels, list) or not 0 < len(channels) == len(set(map(str, channels))):
        raise MALFORMED.because(node=name, part="channels")
    if not isinstance(values, Mapping) or len(values) > VALUES_MAX:
        raise MALFORMED.because(node=name, part="values")
    try:
        ways = tuple(Channel(str(one)) for one in channels)
    except ValueError:
        raise MALFORMED.because(node=name, part="channels") from None
    told = tuple((str(key), one) for key, one in values.items() if isinstance(one, str | int))
    if len(told) != len(values) or len(given_from(dict(told))) != len(values):
        raise MALFORMED.because(node=name, part="values")
    return SendMessage(
        template=_name(name, data.get("template")),
        channels=ways,
        valid_minutes=_whole(name, data, "valid_minutes", (1, VALID_MINUTES_MAX)),
        values=told,
        expected_value_minor=_whole(name, data, "expected_value_minor", (0, MONEY_MAX), usual=0),
    )


def _gift(name: str, data: Mapping[object, object]) -> GiveGift:
    try:
        gift = gift_from("gift", data.get("gift"))
    except Refusal:
        raise MALFORMED.because(node=name, part="gift") from None
    if gift.empty:
        raise MALFORMED.because(node=name, part="gift")
    return GiveGift(gift=gift, cost_minor=_whole(name, data, "cost_minor", (0, MONEY_MAX), usual=0))


def _whole(
    name: str,
    data: Mapping[object, object],
    part: str,
    fits: tuple[int, int],
    *,
    usual: int | None = None,
) -> int:
    value = data.get(part, usual)
    if not isinstance(value, int) or isinstance(value, bool) or not fits[0] <= value <= fits[1]:
        raise MALFORMED.because(node=name, part=part)
    return value


def _node_data(node: Node) -> dict[str, object]:
    match node:
        case Wait(until=until, next=following):
            return {"kind": "wait", **until_data(until), "next": following}
        case WaitFor():
            return {
                "kind": "wait_for",
                "fact": node.fact,
                "timeout_minutes": node.timeout_minutes,
                "happened": node.happened,
                "timed_out": node.timed_out,
                "where": as_data(node.where),
            }
        case WaitSent():
            return {
                "kind": "wait_sent",
                "step": node.step,
                "timeout_minutes": node.timeout_minutes,
                "sent": node.sent,
                "not_sent": node.not_sent,
                "unsure": node.unsure,
                "reasons": dict(node.reasons),
            }
        case Branch(condition=condition, yes=yes, no=no):
            return {"kind": "branch", "condition": as_data(condition), "yes": yes, "no": no}
        case Split(salt=salt, ways=ways, learns=learns):
            told = [{"name": one.name, "weight": one.weight, "next": one.next} for one in ways]
            how = {} if learns is None else {"learns": learns.value}
            return {"kind": "split", "salt": salt, "ways": told, **how}
        case Act(action=action, next=following, failed=failed):
            return {"kind": "act", **_action_data(action), "next": following, "failed": failed}
        case Goal():
            return {"kind": "goal"}
        case Exit():
            return {"kind": "exit"}
        case _:
            assert_never(node)


def _action_data(action: Action) -> dict[str, object]:
    match action:
        case SendMessage():
            return {
                "do": "message",
                "template": action.template,
                "channels": [one.value for one in action.channels],
                "valid_minutes": action.valid_minutes,
                "values": dict(action.values),
                "expected_value_minor": action.expected_value_minor,
            }
        case GiveGift(gift=gift, cost_minor=cost_minor):
            return {"do": "gift", "gift": gift_data(gift), "cost_minor": cost_minor}
        case PutTag(tag=tag, put=put):
            return {"do": "tag", "tag": tag, "put": put}
        case OpenTask(words=words):
            return {"do": "task", "text_zh": words.zh, "text_en": words.en}
        case _:
            assert_never(action)
