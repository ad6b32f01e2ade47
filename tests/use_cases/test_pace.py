"""How much a batch takes on follows from how long the last ones took."""

from regulars.jobs.pace import LIGHT_MAX, LIGHT_MIN, Pace


def test_a_fast_machine_takes_larger_batches() -> None:
    pace = Pace()
    assert pace.units_in(1 / 32) == LIGHT_MIN
    pace.took(128, 1 / 128)
    assert pace.units_in(1 / 32) == 512


def test_what_a_batch_waited_for_the_tills_does_not_count() -> None:
    pace = Pace()
    pace.took(128, 1 / 128)
    pace.took(128, 0.5)
    assert pace.units_in(1 / 32) == 512


def test_a_machine_that_got_slower_is_noticed() -> None:
    pace = Pace()
    pace.took(128, 1 / 128)
    for _ in range(8):
        pace.took(128, 1 / 64)
    assert pace.units_in(1 / 32) == 256


def test_a_batch_is_never_too_small_to_end_nor_too_large_to_wait_for() -> None:
    pace = Pace()
    pace.took(10, 5.0)
    assert pace.units_in(1 / 32) == LIGHT_MIN
    pace.took(1_000, 0.0)
    assert pace.units_in(1 / 32) == LIGHT_MAX
