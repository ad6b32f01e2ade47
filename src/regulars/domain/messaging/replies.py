"""What a member writes back to have no more messages.

"退订", "TD" or "stop." ends marketing on that channel at once; "回见" does not.
"""

import unicodedata

_WORDS = frozenset(
    {
        *("r", "t", "td", "n", "退", "退订", "拒收", "拒收请回复r", "取消订阅", "不要再发"),
        *("stop", "stopall", "quit", "end", "revoke", "cancel", "unsubscribe", "optout", "opt-out"),
    }
)
_MARKS = " \t\r\n.,!?:;。，！？：；、\"'“”‘’()（）【】[]"


def is_withdrawal(text: str) -> bool:
    """Whether a reply asks for no more messages, however it is typed."""
    plain = unicodedata.normalize("NFKC", text).strip(_MARKS).casefold()
    return plain in _WORDS
