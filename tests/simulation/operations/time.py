"""Time passes, the shop's jobs run, and its server is started anew."""

from regulars.jobs.expiry import EXPIRY, ExpiringLots
from regulars.jobs.job import Job, Workshop
from regulars.jobs.pace import Pace
from regulars.jobs.plan import JOBS
from regulars.storage.shops import Shops
from regulars.use_cases.holds import SweepHolds
from regulars.use_cases.runner import Runner
from tests.simulation.operation import Operation
from tests.simulation.world import World

STEPS_MAX = 100


def even_pace() -> float:
    """A clock of batches that each take no time: how large they are is not the machine's to say."""
    return 0.0


def plan() -> tuple[Job, ...]:
    """The shop's jobs as a new process has them, of the same pace on every machine."""
    expiry = Job(
        name=EXPIRY.name,
        every_seconds=EXPIRY.every_seconds,
        step=ExpiringLots(Pace(), clock=even_pace).step,
    )
    return tuple(expiry if job is EXPIRY else job for job in JOBS)


class Silent:
    """Nobody reads the jobs' log here; an error is a fault of the shop."""

    def info(self, event: str, **values: object) -> None:
        """Say nothing."""

    def error(self, event: str, **values: object) -> None:
        """A job that fails is found here."""
        raise AssertionError(event, values)


def wait(world: World) -> None:
    """Minutes mostly, days and months sometimes; now and then the clock is set back an hour."""
    kind = world.chance.choices(["minutes", "days", "months", "back"], weights=[70, 20, 6, 4])[0]
    match kind:
        case "minutes":
            world.shop.pass_time(minutes=world.chance.randint(1, 120))
        case "days":
            world.shop.pass_time(days=world.chance.randint(1, 10))
        case "months":
            world.shop.pass_time(days=world.chance.randint(31, 200))
        case _:
            world.shop.pass_time(hours=-1)


def work(world: World) -> None:
    """Every job does what is due, in its small steps."""
    shop = world.shop
    world.run(SweepHolds())
    workshop = Workshop(
        database=world.database,
        shops=shop.shops,
        runner=shop.runner,
        clock=lambda: shop.now,
        entropy=shop.entropy.randbytes,
        log=Silent(),
    )
    for job in plan():
        steps = 0
        while job.step(workshop):
            steps += 1
            assert steps < STEPS_MAX, f"{job.name} never ends"


def restart(world: World) -> None:
    """A new process: nothing that the old one kept in mind is known."""
    shop = world.shop
    shop.shops = Shops()
    shop.runner = Runner(
        world.database,
        clock=lambda: shop.now,
        entropy=shop.entropy.randbytes,
        vault=shop.vault,
        shops=shop.shops,
    )


OPERATIONS = (
    Operation("wait", 8, wait),
    Operation("work", 3, work),
    Operation("restart", 1, restart),
)
