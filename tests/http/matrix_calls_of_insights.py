"""Sample calls of what the shop knows of members, what it suggests, and what guests said."""

from tests.http.matrix_targets import Call, Fresh, Reach, Target
from tests.shops import named

STORE, ANYWHERE = Reach.STORE, Reach.ANYWHERE
PERIOD = "from_on=2026-05-01&until_on=2026-06-01"


def _basket(target: Target, fresh: Fresh) -> dict[str, object]:
    dishes = [str(named("product:milk_tea"))]
    return {
        "store_id": str(target.store),
        "member_id": str(fresh.member),
        "product_ids": dishes,
    }


CALLS_OF_INSIGHTS = {
    "get_member_insights": Call("/members/{member}/insights", ANYWHERE),
    "count_stages": Call("/insights/stages", ANYWHERE),
    "recommend_to_member": Call("/members/{member}/recommendations?store_id={store}", STORE),
    "recommend_beside_basket": Call("/recommendations", STORE, _basket),
    "list_similar_products": Call("/products/{product}/similar?store_id={store}", STORE),
    "get_survey_link": Call("/orders/{paid}/survey-link", STORE),
    "get_survey_qr": Call("/orders/{paid}/survey-link.svg", STORE),
    "list_recovery_tasks": Call("/recovery-tasks", ANYWHERE),
    "finish_recovery_task": Call(
        "/recovery-tasks/{new}/done", ANYWHERE, lambda t, f: {"act": "apologised"}
    ),
    "get_survey_results": Call(f"/survey-results?{PERIOD}", ANYWHERE),
    "list_survey_answers": Call("/members/{member}/survey-answers", ANYWHERE),
}
