"""Referrals that are due: first orders found, windows over, waits that were long enough."""

from regulars.domain.kernel.refusal import Refusal
from regulars.jobs.job import Job, Workshop
from regulars.storage import referrals
from regulars.use_cases.referral_rewards import FollowReferral

BATCH = 20


def follow_due(workshop: Workshop) -> bool:
    """Follow some referrals, each in a transaction of its own; true while more may be due."""
    now = workshop.clock()
    with workshop.database.read() as read:
        ordered = read.all(referrals.WITH_ORDER, batch=BATCH)
        due = read.all(referrals.DUE, at=now, batch=BATCH)
    followed = 0
    for referral_id in dict.fromkeys([*ordered, *due]):
        try:
            workshop.run(FollowReferral(referral_id=referral_id))
            followed += 1
        except Refusal as refusal:
            # One that cannot be rewarded right now does not keep the others waiting.
            workshop.log.error("referral_not_followed", refusal=refusal.code)
    return followed >= BATCH


REFERRALS = Job(name="referrals", every_seconds=300.0, step=follow_due)
