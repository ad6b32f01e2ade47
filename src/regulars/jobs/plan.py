"""Every job of the shop. The order is the order in which jobs that are due take turns.

Those that follow what happens share one thread, those that lead members on have another: at noon
there is always a sale to follow, and the messages of the member day are due all the same.
"""

from regulars.jobs.baskets import BASKETS
from regulars.jobs.bill_holds import BILL_HOLDS
from regulars.jobs.birthdays import BIRTHDAYS
from regulars.jobs.bulk_actions import BULK_ACTIONS
from regulars.jobs.chain import CHAIN, CHAIN_LATE, CHAIN_STRAGGLERS
from regulars.jobs.expiry import EXPIRY, WARNINGS
from regulars.jobs.groups import GROUPS
from regulars.jobs.insights import CUT_POINTS, FOLLOW_MEMBERS, JUDGE_ANEW, JUDGE_DUE
from regulars.jobs.job import Job
from regulars.jobs.journeys import JOURNEY_CALENDAR, JOURNEY_FACTS, JOURNEY_STEPS, SIMULATIONS
from regulars.jobs.learning import LEARNING
from regulars.jobs.mall import MALL
from regulars.jobs.nightly import ANCHOR
from regulars.jobs.passes import PASSES
from regulars.jobs.referrals import REFERRALS
from regulars.jobs.segments import SEGMENTS
from regulars.jobs.tasks import DONE_TASKS
from regulars.jobs.tiers import TIER_REVIEWS
from regulars.jobs.value_holds import FORGET_HOLDERS, TIME_OUT_HOLDS

FOLLOWING: tuple[Job, ...] = (
    CHAIN,
    CHAIN_LATE,
    CHAIN_STRAGGLERS,
    BILL_HOLDS,
    TIME_OUT_HOLDS,
    ANCHOR,
    EXPIRY,
    WARNINGS,
    DONE_TASKS,
    GROUPS,
    MALL,
    PASSES,
    REFERRALS,
    FORGET_HOLDERS,
    TIER_REVIEWS,
    BIRTHDAYS,
    CUT_POINTS,
    FOLLOW_MEMBERS,
    JUDGE_DUE,
    JUDGE_ANEW,
    BASKETS,
    LEARNING,
    SEGMENTS,
    JOURNEY_FACTS,
)
LEADING: tuple[Job, ...] = (
    JOURNEY_CALENDAR,
    JOURNEY_STEPS,
    BULK_ACTIONS,
    SIMULATIONS,
)
JOBS: tuple[Job, ...] = (*FOLLOWING, *LEADING)
