"""Reading the parts of a JSON answer in a test."""


def part(answer: dict[str, object], name: str) -> dict[str, object]:
    """One object inside an answer."""
    value = answer[name]
    assert isinstance(value, dict), name
    return value


def rows(answer: dict[str, object], name: str) -> list[dict[str, object]]:
    """One list of objects inside an answer."""
    value = answer[name]
    assert isinstance(value, list), name
    return value


def inside(answer: object, *names: str | int) -> object:
    """What lies deep inside an answer: names of objects, places in lists."""
    for name in names:
        if isinstance(name, int):
            assert isinstance(answer, list), name
            answer = answer[name]
        else:
            assert isinstance(answer, dict), name
            answer = answer[name]
    return answer
