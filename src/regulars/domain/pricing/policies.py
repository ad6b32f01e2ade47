"""By whose good offers are chosen: the guest's (as shipped), the house's, or a fixed order.

九折 and 满100减15 exclude each other on a bill of 120.00: the guest's best is 满100减15 (105.00), the
house's 九折 (108.00). In fixed order whichever has the lower priority figure is on, and the next only
joins if it may.
"""

from collections.abc import Mapping, Sequence

from regulars.domain.pricing.basket import Policy
from regulars.domain.pricing.candidates import Candidate
from regulars.domain.pricing.choose import Chosen, Question, choose, exclusions_of
from regulars.domain.pricing.kinds.acts import Bundle, Pattern, Taking

SETS_MAX = 200


def chosen_by(policy: Policy, question: Question) -> Chosen:
    """What a policy chooses. Of equals, the guest's best."""
    match policy:
        case Policy.GUEST:
            return choose(question)
        case Policy.HOUSE:
            return _for_the_house(question)
        case Policy.FIXED_ORDER:
            return _in_order(question)


def _for_the_house(question: Question) -> Chosen:
    """Of the fullest sets of offers that go together, the one that leaves most to pay.

    The house picks between offers that exclude each other; it withholds none that goes with them,
    and inside a set each unit gets its best.
    """
    masks, _ = exclusions_of(question.candidates)
    best: Chosen | None = None
    for together in _fullest(masks):
        candidates = [
            one for number, one in enumerate(question.candidates) if together >> number & 1
        ]
        chosen = choose(_with(question, candidates))
        if best is None or chosen.choice.total_minor > best.choice.total_minor:
            best = chosen
    assert best is not None
    return best


def _fullest(masks: Sequence[int]) -> list[int]:
    """Sets in which nothing excludes anything and to which nothing can be added, as masks."""
    everyone = (1 << len(masks)) - 1
    found: list[int] = []

    def grow(chosen: int, open_: int, out: int) -> None:
        if len(found) >= SETS_MAX:
            return
        if not open_:
            if not out:
                found.append(chosen)
            return
        while open_:
            low = open_ & -open_
            friends = everyone & ~masks[low.bit_length() - 1] & ~low
            grow(chosen | low, open_ & friends, out & friends)
            open_ ^= low
            out |= low
            # Whoever gets on with this one is in one of its sets already.
            if not masks[low.bit_length() - 1]:
                return

    grow(0, everyone, 0)
    return found or [0]


def _in_order(question: Question) -> Chosen:
    """Offers by their priority figure: each joins if it may and takes what is left of the units."""
    masks, _ = exclusions_of(question.candidates)
    order = sorted(
        range(len(question.candidates)),
        key=lambda number: (question.candidates[number].offer.priority, number),
    )
    joined: list[int] = []
    excluded = 0
    free = set(question.units.open)
    kept: list[Candidate] = []
    spent = 0
    for number in order:
        candidate = question.candidates[number]
        if excluded >> number & 1:
            continue
        left = question.coupons_max - spent
        if candidate.coupons and not left:
            continue
        if candidate.taking is not None:
            candidate = candidate._replace(taking=_only(candidate.taking, free))
        alone = choose(Question(question.units, [candidate], left, question.engine))
        takes = [*alone.by_item, *alone.by_order]
        if not takes:
            continue
        joined.append(number)
        excluded |= masks[number]
        spent += sum(one.coupon is not None for one in takes)
        taken = {one.unit for one in alone.choice.taken}
        free -= taken
        if candidate.taking is not None:
            candidate = candidate._replace(taking=_only(candidate.taking, taken))
        kept.append(candidate)
    return choose(_with(question, kept))


def _only(taking: Taking, units: set[int]) -> Taking:
    """What an item offer may take of these units alone."""

    def among(gains: Mapping[int, int]) -> dict[int, int]:
        return {unit: gain for unit, gain in gains.items() if unit in units}

    patterns: list[Pattern] = []
    for pattern in taking.patterns:
        match pattern:
            case Bundle(slots=slots):
                narrowed = tuple(slot._replace(gains=among(slot.gains)) for slot in slots)
                patterns.append(pattern._replace(slots=narrowed))
            case _:
                patterns.append(pattern._replace(savings=among(pattern.savings)))
    return Taking(tuple(patterns), taking.uses_max)


def _with(question: Question, candidates: Sequence[Candidate]) -> Question:
    return Question(question.units, candidates, question.coupons_max, question.engine)
