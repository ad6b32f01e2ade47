"""Everything that one process does by itself: the loop with its jobs, the proofs and the post."""

from dataclasses import dataclass

from regulars.jobs.job import Workshop
from regulars.jobs.loop import Loop
from regulars.jobs.messages import Post
from regulars.jobs.nightly import nightly, proving, runs_of
from regulars.jobs.plan import JOBS
from regulars.jobs.receipts import Asking
from regulars.use_cases.verify_runs import VerifyRuns


@dataclass(frozen=True, slots=True)
class Work:
    """The work of one process."""

    loop: Loop
    runs: VerifyRuns
    post: Post
    asking: Asking

    @classmethod
    def of(cls, workshop: Workshop, *, holder: str, verify_hour: int) -> "Work":
        """All jobs, and the books proved after an hour of the first store's morning."""
        runs = runs_of(workshop)
        asking = Asking()
        jobs = (*JOBS, nightly(hour=verify_hour), proving(runs), asking.job())
        return cls(Loop(workshop, jobs, holder), runs, Post(workshop), asking)

    def start(self) -> None:
        """Begin, in threads beside the caller's."""
        self.loop.start()
        self.post.start()

    def close(self) -> None:
        """Finish what runs, break off a proof, and begin nothing else."""
        self.post.close()
        self.loop.close()
        self.runs.close()
        self.asking.close()
