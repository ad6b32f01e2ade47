"""Sample calls of the routes of channels."""

from tests.http.matrix_targets import Call, Reach

CALLS_OF_CHANNELS = {
    "list_channels": Call("/channels", Reach.ANYWHERE),
    "test_channel": Call(
        "/channels/sms/senders/sms_aliyun/test",
        Reach.CHAIN,
        lambda t, f: {"address": "13800138000"},
    ),
}
