"""Sample calls of measurements (see `matrix_calls`)."""

from collections.abc import Mapping

from tests.http.matrix_targets import Call, Reach

CALLS_OF_MEASUREMENTS: Mapping[str, Call] = {
    "get_detectable": Call("/measurements/detectable?members=2000&store_id={store}", Reach.STORE),
    "get_sham_tests": Call("/measurements/sham?days=28", Reach.CHAIN),
    "get_measurement": Call("/measurements/{new}?store_id={store}", Reach.STORE),
    "get_measurement_of_everything": Call(
        "/measurements/everything/2026?store_id={store}", Reach.STORE
    ),
    "list_assignments": Call("/members/{member}/assignments", Reach.ANYWHERE),
    "get_funnel": Call("/measurements/{new}/funnel", Reach.CHAIN),
}
