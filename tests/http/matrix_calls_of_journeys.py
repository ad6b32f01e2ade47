"""Sample calls of journeys, campaigns and staff tasks (see `matrix_calls`)."""

from collections.abc import Callable, Mapping

from tests.http.matrix_targets import Call, Fresh, Reach, Target

STORE, CHAIN, ANYWHERE = Reach.STORE, Reach.CHAIN, Reach.ANYWHERE
FIRST = {"If-Match": '"0"'}
SECOND = {"If-Match": '"1"'}
NAMES = {"name_zh": "老友归来", "name_en": "Come back"}
DEFINITION = {
    "start": "end",
    "nodes": {"end": {"kind": "exit"}},
    "triggers": [{"kind": "manual"}],
}


def _always(what: object) -> Callable[[Target, Fresh], object]:
    return lambda target, fresh: what


def _campaign(target: Target, fresh: Fresh) -> dict[str, object]:
    definition = {
        "aim": "thank",
        "segment_id": str(fresh.new()),
        "starts_on": "2026-05-04",
        "ends_on": "2026-05-10",
        "budget_minor": 10_000,
        "gift": {"gift": {"points": 50}, "cost_minor": 500},
    }
    return {**NAMES, "definition": definition}


def _members(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"member_ids": [str(fresh.member)]}


def _simulation(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"id": str(fresh.new())}


CALLS_OF_JOURNEYS: Mapping[str, Call] = {
    "list_ready_journeys": Call("/ready-journeys", ANYWHERE),
    "switch_ready_journey_on": Call("/ready-journeys/nobody/switch-on", CHAIN, _always({})),
    "list_journeys": Call("/journeys", ANYWHERE),
    "get_journey": Call("/journeys/{new}", ANYWHERE),
    "save_journey": Call(
        "/journeys/{new}", CHAIN, _always({**NAMES, "definition": DEFINITION}), FIRST
    ),
    "dry_run_journey": Call("/journeys/{new}/dry-run", ANYWHERE, _always({"mapping": {}})),
    "publish_journey": Call("/journeys/{new}/publish", CHAIN, _always({"mapping": {}}), SECOND),
    "approve_journey": Call("/journeys/{new}/approve", CHAIN, _always({"version": 1})),
    "decline_journey": Call(
        "/journeys/{new}/decline", CHAIN, _always({"version": 1, "reason": "再想想"})
    ),
    "pause_journey": Call("/journeys/{new}/pause", CHAIN),
    "resume_journey": Call("/journeys/{new}/resume", CHAIN),
    "end_journey": Call("/journeys/{new}/end", CHAIN),
    "enter_journey": Call("/journeys/{new}/members", CHAIN, _members),
    "list_runs_on_their_way": Call("/journeys/{new}/runs", ANYWHERE),
    "list_dead_runs": Call("/journeys/{new}/dead-runs", ANYWHERE),
    "retry_run": Call("/journey-runs/{new}/retry", CHAIN),
    "get_run": Call("/journey-runs/{new}", ANYWHERE),
    "list_journeys_of_member": Call("/members/{member}/journeys", ANYWHERE),
    "ask_simulation": Call("/journeys/{new}/simulations", CHAIN, _simulation),
    "list_simulations": Call("/journeys/{new}/simulations", ANYWHERE),
    "get_simulation": Call("/journey-simulations/{new}", ANYWHERE),
    "stop_simulation": Call("/journey-simulations/{new}/stop", ANYWHERE),
    "list_campaigns": Call("/campaigns", ANYWHERE),
    "get_campaign": Call("/campaigns/{new}", ANYWHERE),
    "save_campaign": Call("/campaigns/{new}", CHAIN, _campaign, FIRST),
    "submit_campaign": Call("/campaigns/{new}/submit", CHAIN, headers=SECOND),
    "approve_campaign": Call("/campaigns/{new}/approve", CHAIN),
    "decline_campaign": Call("/campaigns/{new}/decline", CHAIN, _always({"reason": "预算太高"})),
    "list_stuck_runs": Call("/waiting/runs", ANYWHERE),
    "list_messages_in_doubt": Call("/waiting/messages", ANYWHERE),
    "end_campaign": Call("/campaigns/{new}/end", CHAIN),
    "list_staff_tasks": Call("/stores/{store}/staff-tasks", STORE),
    "finish_staff_task": Call("/staff-tasks/{new}/done", ANYWHERE, _always({"note": "已致电"})),
}
