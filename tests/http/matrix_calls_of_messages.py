"""Sample calls of messages, templates and contact points (see `matrix_calls`)."""

from collections.abc import Callable, Mapping

from tests.http.matrix_targets import Call, Fresh, Reach, Target
from tests.messaging import body

STORE, CHAIN, ANYWHERE = Reach.STORE, Reach.CHAIN, Reach.ANYWHERE
BECAUSE = {"reason": "没有收到"}


def _always(what: object) -> Callable[[Target, Fresh], object]:
    return lambda target, fresh: what


def _template(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"code": f"t{fresh.new().int % 10_000_000}", **body()}


def _tried(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"template": body(), "store_id": str(target.store), "member_ids": []}


def _prompts(target: Target, fresh: Fresh) -> dict[str, object]:
    return {"message_ids": [str(fresh.new())]}


POINT = {"channel": "wechat", "address": "oX4nq5example"}

CALLS_OF_MESSAGES: Mapping[str, Call] = {
    "list_templates": Call("/message-templates", ANYWHERE),
    "list_placeholders": Call("/message-placeholders", ANYWHERE),
    "save_template": Call("/message-templates/{new}", CHAIN, _template, {"If-Match": '"0"'}),
    "stop_template": Call("/message-templates/{new}/stop", CHAIN),
    "check_template": Call("/message-templates/check", ANYWHERE, _always(body())),
    "preview_template": Call("/message-templates/preview", STORE, _tried),
    "list_messages": Call("/members/{member}/messages", ANYWHERE),
    "list_messages_in_state": Call("/messages?state=unknown", CHAIN),
    "tally_messages": Call("/messages/tally", CHAIN),
    "get_message": Call("/messages/{new}", ANYWHERE),
    "get_message_proof": Call("/messages/{new}/proof", ANYWHERE),
    "resend_message": Call("/messages/{new}/resend", CHAIN, _always(BECAUSE)),
    "count_message_as_sent": Call("/messages/{new}/count-as-sent", CHAIN, _always(BECAUSE)),
    "give_up_message": Call("/messages/{new}/give-up", CHAIN, _always(BECAUSE)),
    "list_prompts": Call("/members/{member}/prompts", ANYWHERE),
    "show_prompts": Call("/members/{member}/prompts/shown", ANYWHERE, _prompts),
    "add_contact_point": Call("/members/{member}/contact-points", ANYWHERE, _always(POINT)),
    "remove_contact_point": Call(
        "/members/{member}/contact-points/remove", ANYWHERE, _always(POINT)
    ),
}
