"""Everything that one process does by itself: the loops with their jobs, the proofs and the post."""

from dataclasses import dataclass

from regulars.jobs.job import Workshop
from regulars.jobs.loop import Loop
from regulars.jobs.messages import Post
from regulars.jobs.nightly import nightly, proving, runs_of
from regulars.jobs.plan import FOLLOWING, LEADING
from regulars.jobs.receipts import Asking
from regulars.storage.jobs import LEADING_LEASE
from regulars.use_cases.verify_runs import VerifyRuns


@dataclass(frozen=True, slots=True)
class Work:
    """The work of one process."""

    loops: tuple[Loop, ...]
    runs: VerifyRuns
    post: Post
    asking: Asking

    @classmethod
    def of(cls, workshop: Workshop, *, holder: str, verify_hour: int) -> "Work":
        """All jobs, and the books proved after an hour of the first store's morning."""
        runs = runs_of(workshop)
        asking = Asking()
        following = (*FOLLOWING, nightly(hour=verify_hour), proving(runs), asking.job())
        loops = (
            Loop(workshop, following, holder),
            Loop(workshop, LEADING, holder, lease=LEADING_LEASE),
        )
        return cls(loops, runs, Post(workshop), asking)

    def start(self) -> None:
        """Begin, in threads beside the caller's."""
        for loop in self.loops:
            loop.start()
        self.post.start()

    def close(self) -> None:
        """Finish what runs, break off a proof, and begin nothing else."""
        self.post.close()
        for loop in self.loops:
            loop.close()
        self.runs.close()
        self.asking.close()
