"""What a member writes back to have no more messages.

"退订", "TD", "stop." and "please stop sending these" end marketing on that channel at once; "回见" and
"when do you stop serving?" do not.
"""

import re
import unicodedata

_WORDS = frozenset(
    {
        *("r", "t", "td", "n", "退", "退订", "拒收", "拒收请回复r", "取消订阅", "不要再发"),
        *("stop", "stopall", "quit", "end", "revoke", "cancel", "unsubscribe", "optout", "opt-out"),
    }
)
_MARKS = " \t\r\n.,!?:;。，！？：；、\"'“”‘’()（）【】[]"
# Whoever writes a whole sentence about leaving wants to leave; a question about the shop has none of
# these. Source: 47 CFR 64.1200(a)(10), any words from which it is clear.
_SENTENCE = re.compile(
    r"退订|拒收|取消订阅|(?:不要|不用|别)再?(?:给我)?发(?:了|短信|消息|信息|广告|$)"
    r"|^(?:please |pls )?(?:stop|unsubscribe|opt(?: |-)?out)\b(?! by\b)"
    r"|\b(?:unsubscribe me|opt me out|remove me|stop (?:texting|messaging|sending|emailing))\b"
)


def is_withdrawal(text: str) -> bool:
    """Whether a reply asks for no more messages, however it is typed."""
    plain = unicodedata.normalize("NFKC", text).strip(_MARKS).casefold()
    return plain in _WORDS or _SENTENCE.search(plain) is not None
