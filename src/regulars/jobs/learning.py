"""Once a day: journeys that try several ways learn which one to take more often.

At five in the morning three wordings of "老友归来" have another day's members whose four weeks are over;
the one that left most is drawn more often from today. What is read is a snapshot beside the tills.
"""

from datetime import date

from regulars.jobs.daily import daily
from regulars.jobs.job import Workshop
from regulars.use_cases.learning import Pupil, lesson_of, pupils

LEARNED_AT_HOUR = 5


def learn(workshop: Workshop, day: date) -> str | None:
    """Let every journey learn; what goes wrong with one keeps no other back, and is tried again."""
    with workshop.database.read() as read:
        learning = pupils(read)
    learned, wrong = 0, None
    for pupil in learning:
        try:
            learned += _learned(workshop, pupil)
        except Exception as error:  # said once all had their turn
            workshop.log.error("learning_failed", day=day.isoformat(), error=type(error).__name__)
            wrong = error
    if wrong is not None:
        raise wrong
    return f"{learned} journeys with new chances" if learned else None


def _learned(workshop: Workshop, pupil: Pupil) -> bool:
    with workshop.database.read() as read:
        lesson = lesson_of(read, pupil, now=workshop.clock())
    if lesson is None:
        return False
    workshop.run(lesson)
    return True


LEARNING = daily("learning", hour=LEARNED_AT_HOUR, catch_up_days=1, step=learn)
