"""Refusals of timelines."""

from regulars.http.texts import Text

TEXTS = {
    "timeline.cursor_malformed": Text(
        422, "翻页位置无效，请从头查看", "This page mark is not valid; please begin again"
    ),
}
