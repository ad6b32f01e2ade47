"""Sample calls of what a manager does with members' records (see `matrix_calls`)."""

from collections.abc import Mapping

from tests.http.matrix_targets import Call, Fresh, Reach, Target

ANYWHERE, STORE = Reach.ANYWHERE, Reach.STORE


def _preview(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"store_id": str(target.store), "absorbed_id": str(fresh.new())}


def _merge(target: Target, fresh: Fresh) -> dict[str, object]:
    return {**_preview(target, fresh), "id": str(fresh.new()), "reason": "同一位顾客"}


def _apart(target: Target, fresh: Fresh) -> dict[str, object]:
    return {
        "store_id": str(target.store),
        "member_id": str(fresh.member),
        "other_id": str(fresh.new()),
        "reason": "母女两人",
    }


def _reason(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"reason": "合并错了"}


def _request(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"id": str(fresh.new()), "store_id": str(target.store), "kind": "correction"}


def _end(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"state": "refused", "reason": "不是本人"}


def _erasure(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"choice": "settled", "reason": "本人要求"}


def _headers(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"headers": ["姓名", "手机"]}


def _rows(target: Target, fresh: Fresh) -> dict[str, object]:
    return {
        "store_id": str(target.store),
        "file": "ab" * 32,
        "first_row": 2,
        "columns": ["name", "phone"],
        "rows": [["李敏", "不是号码"]],
    }


def _view(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"name": "久未到店", "filter": {"segment_id": str(fresh.new())}, "shared": False}


def _bulk(target: Target, fresh: Fresh) -> dict[str, object]:
    chosen = {"member_ids": [str(fresh.member)]}
    return {
        "id": str(fresh.new()),
        "act": {"kind": "export"},
        "chosen": chosen,
        "reason": "核对名单",
    }


CALLS_OF_PEOPLE: Mapping[str, Call] = {
    "list_duplicates": Call("/duplicates", ANYWHERE),
    "list_kept_apart": Call("/duplicates/apart", ANYWHERE),
    "keep_apart": Call("/duplicates/apart", STORE, _apart),
    "undo_apart": Call("/duplicates/apart/{new}/undo", ANYWHERE, _reason),
    "list_duplicates_of_member": Call("/members/{member}/duplicates", ANYWHERE),
    "preview_merge": Call("/members/{member}/merges/preview", STORE, _preview),
    "merge_members": Call("/members/{member}/merges", STORE, _merge),
    "undo_merge": Call("/merges/{new}/undo", ANYWHERE, _reason),
    "take_subject_request": Call("/members/{member}/requests", STORE, _request),
    "list_subject_requests": Call("/subject-requests", ANYWHERE),
    "list_subject_requests_of_member": Call("/members/{member}/requests", ANYWHERE),
    "end_subject_request": Call("/subject-requests/{new}/end", ANYWHERE, _end),
    "copy_subject_data": Call("/subject-requests/{new}/copy", ANYWHERE),
    "erase_member": Call("/subject-requests/{new}/erase", ANYWHERE, _erasure),
    "guess_import_columns": Call("/member-imports/columns", ANYWHERE, _headers),
    "try_import_rows": Call("/member-imports/try", STORE, _rows),
    "import_member_rows": Call("/member-imports/rows", STORE, _rows),
    "list_refused_imports": Call("/member-imports", ANYWHERE),
    "list_refused_rows": Call("/member-imports/{new}/refused", ANYWHERE),
    "deal_with_import": Call("/member-imports/{new}/dealt", ANYWHERE),
    "list_member_views": Call("/views/members", ANYWHERE),
    "save_member_view": Call("/views/members/{new}", ANYWHERE, _view, {"If-Match": "0"}),
    "drop_view": Call("/views/{new}", ANYWHERE),
    "count_bulk_reach": Call("/bulk-actions/reach?store_id={store}", STORE),
    "list_bulk_actions": Call("/bulk-actions", ANYWHERE),
    "get_bulk_action": Call("/bulk-actions/{new}", ANYWHERE),
    "list_bulk_refused": Call("/bulk-actions/{new}/refused", ANYWHERE),
    "propose_bulk_action": Call("/bulk-actions", ANYWHERE, _bulk),
    "approve_bulk_action": Call("/bulk-actions/{new}/approve", Reach.CHAIN),
    "end_bulk_action": Call("/bulk-actions/{new}/end", ANYWHERE, _reason),
    "take_bulk_file": Call("/bulk-actions/{new}/file", ANYWHERE),
    "list_merges": Call("/members/{member}/merges", ANYWHERE),
}
