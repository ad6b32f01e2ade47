"""What live updates say no with: the page goes on without them."""

from regulars.http.texts import Text

TEXTS: dict[str, Text] = {
    "events.too_many": Text(
        429,
        "同一账号打开的页面太多，最多 {maximum} 个能自动更新；其余页面请手动刷新",
        "Too many pages are open under one log-in: {maximum} update by themselves, "
        "reload the others by hand",
    ),
    "events.full": Text(
        503,
        "打开的页面太多，这个页面暂时不会自动更新，请手动刷新",
        "Too many pages are open: this one does not update by itself for now, reload it by hand",
    ),
}
