"""How far the demonstration is: bars at a terminal, a line every few seconds elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from regulars.cli.demo_shop.size import Size
from regulars.cli.demo_shop.year import Done

LINE_EVERY_SECONDS = 5.0
MEMBERS = "会员 Members"
ORDERS = "订单 Orders"


@contextmanager
def telling(size: Size, console: Console) -> Iterator[Callable[[Done], None]]:
    """Whom to tell how far the year is."""
    if console.is_terminal:
        with _bars(size, console) as told:
            yield told
    else:
        yield _lines(size, console)


@contextmanager
def _bars(size: Size, console: Console) -> Iterator[Callable[[Done], None]]:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=None),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bars:
        members = bars.add_task(MEMBERS, total=size.members)
        orders = bars.add_task(ORDERS, total=size.orders)

        def told(done: Done) -> None:
            bars.update(members, completed=done.members)
            bars.update(orders, completed=done.orders)

        yield told


def _lines(size: Size, console: Console) -> Callable[[Done], None]:
    said_at = monotonic()

    def told(done: Done) -> None:
        nonlocal said_at
        if monotonic() - said_at < LINE_EVERY_SECONDS and done.orders < size.orders:
            return
        said_at = monotonic()
        console.print(
            f"{MEMBERS} {done.members:,}/{size.members:,}  "
            f"{ORDERS} {done.orders:,}/{size.orders:,}",
            highlight=False,
        )

    return told
