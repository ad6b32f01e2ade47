"""Every job of the shop. The order is the order in which jobs that are due take turns."""

from regulars.jobs.job import Job

JOBS: tuple[Job, ...] = ()
