"""Sample calls of the reports, and of what is behind their figures."""

from regulars.domain.stores.permissions import Permission
from tests.http.matrix_targets import Call, Reach

STORE = Reach.STORE
DAYS = "from=2026-05-01&to=2026-05-05"

CALLS_OF_REPORTS = {
    "list_reports": Call("/reports", Reach.ANYWHERE),
    "get_home": Call("/home?store_id={store}", STORE),
    "get_report": Call(f"/reports/stores?store_id={{store}}&{DAYS}", STORE),
    "list_orders_of_report": Call(
        f"/reports/sales/orders?store_id={{store}}&{DAYS}&metric=orders", STORE
    ),
    "list_refunds_of_report": Call(
        f"/reports/sales/refunds?store_id={{store}}&{DAYS}&metric=refund_times", STORE
    ),
    "list_coupons_of_report": Call(
        f"/reports/coupons/coupons?store_id={{store}}&{DAYS}&metric=coupons_issued",
        STORE,
        also=frozenset({Permission.COUPON_READ}),
    ),
    "list_members_of_report": Call(
        f"/reports/growth/members?store_id={{store}}&{DAYS}&metric=members_joined", STORE
    ),
}
