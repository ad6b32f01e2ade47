"""Sample calls of referrals, groups of buyers and passes (see `matrix_calls`)."""

from collections.abc import Callable, Mapping

from tests.http.matrix_targets import Call, Fresh, Reach, Target

STORE, ANYWHERE = Reach.STORE, Reach.ANYWHERE
BECAUSE = {"reason": "挂失"}


def _always(body: object) -> Callable[[Target, Fresh], object]:
    return lambda target, fresh: body


def _pass(target: Target, fresh: Fresh) -> dict[str, object]:
    where = {"store_id": str(target.store), "terminal_id": str(target.terminal)}
    return {"id": str(fresh.new()), "programme_id": str(fresh.new()), "tender": "cash", **where}


def _pass_use(target: Target, fresh: Fresh) -> dict[str, object]:
    where = {"store_id": str(target.store), "terminal_id": str(target.terminal)}
    return {"id": str(fresh.new()), **where}


def _pass_refund(target: Target, fresh: Fresh) -> dict[str, object]:
    return {**_pass_use(target, fresh), "amount_minor": 100, **BECAUSE}


def _pass_transfer(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"id": str(fresh.new()), "to_member_id": str(fresh.member), **BECAUSE}


def _seat(target: Target, fresh: Fresh) -> dict[str, object]:
    where = {"store_id": str(target.store), "terminal_id": str(target.terminal)}
    who = {"seat_id": str(fresh.new()), "member_id": str(fresh.member)}
    return {**who, **where, "tender": "cash"}


def _buying_group(target: Target, fresh: Fresh) -> dict[str, object]:
    what = {"id": str(fresh.new()), "programme_id": str(fresh.new())}
    return {**what, **_seat(target, fresh)}


def _friend(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"store_id": str(target.store), "code": "K4W7-PR2TH"}


CALLS_OF_MANY: Mapping[str, Call] = {
    "get_referral_code": Call("/members/{member}/referral-code", ANYWHERE),
    "attach_referral": Call("/members/{member}/referral", STORE, _friend),
    "list_referrals_of_member": Call("/members/{member}/referrals", ANYWHERE),
    "list_referrals": Call("/referrals", ANYWHERE),
    "release_referral": Call("/referrals/{new}/release", ANYWHERE, _always(BECAUSE)),
    "reject_referral": Call("/referrals/{new}/reject", ANYWHERE, _always(BECAUSE)),
    "open_group": Call("/groups", STORE, _buying_group),
    "join_group": Call("/groups/{new}/seats", STORE, _seat),
    "list_open_groups": Call("/groups?programme_id={new}", ANYWHERE),
    "get_group": Call("/groups/{new}", ANYWHERE),
    "list_group_seats_of_member": Call("/members/{member}/group-seats", ANYWHERE),
    "list_seats_owed": Call("/group-seats", ANYWHERE),
    "refund_seat": Call("/group-seats/{new}/refund", ANYWHERE, _always(BECAUSE)),
    "pay_back_seat": Call("/group-seats/{new}/paid-back", ANYWHERE, _always(BECAUSE)),
    "sell_pass": Call("/members/{member}/passes", STORE, _pass),
    "list_passes": Call("/members/{member}/passes", ANYWHERE),
    "get_pass": Call("/passes/{new}", ANYWHERE),
    "use_pass": Call("/passes/{new}/uses", STORE, _pass_use),
    "undo_pass_use": Call(
        "/passes/{new}/uses/{member}/undo",
        ANYWHERE,
        lambda t, f: {"id": str(f.new()), **BECAUSE},
    ),
    "freeze_pass": Call("/passes/{new}/freeze", ANYWHERE),
    "unfreeze_pass": Call("/passes/{new}/unfreeze", ANYWHERE),
    "transfer_pass": Call("/passes/{new}/transfer", ANYWHERE, _pass_transfer),
    "plan_pass_refund": Call("/passes/{new}/refund-plan", ANYWHERE),
    "refund_pass": Call("/passes/{new}/refunds", STORE, _pass_refund),
}
