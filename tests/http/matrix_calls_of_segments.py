"""Sample calls of segments (see `matrix_calls`)."""

from collections.abc import Mapping

from tests.http.matrix_targets import Call, Fresh, Reach, Target

CHAIN, ANYWHERE = Reach.CHAIN, Reach.ANYWHERE
AWAY = {"kind": "compare", "field": "days_since_visit", "is": "at_least", "value": 30}


def _condition(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"condition": AWAY}


def _segment(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"name_zh": "近30天未消费", "draft": True, **_condition(target, fresh)}


CALLS_OF_SEGMENTS: Mapping[str, Call] = {
    "list_segments": Call("/segments", ANYWHERE),
    "list_segment_templates": Call("/segment-templates", ANYWHERE),
    "preview_segment": Call("/segments/preview", ANYWHERE, _condition),
    "count_segment_reach": Call("/segments/{new}/reach?channels=sms", ANYWHERE),
    "get_segment": Call("/segments/{new}", ANYWHERE),
    "save_segment": Call("/segments/{new}", CHAIN, _segment, {"If-Match": "0"}),
    "stop_segment": Call("/segments/{new}/stop", CHAIN, headers={"If-Match": "1"}),
    "list_segment_members": Call("/segments/{new}/members", ANYWHERE),
    "list_segment_sizes": Call("/segments/{new}/sizes", ANYWHERE),
    "list_members": Call("/members", ANYWHERE),
    "list_segments_of_member": Call("/members/{member}/segments", ANYWHERE),
}
