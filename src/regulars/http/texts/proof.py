"""Refusals of the chain and of proofs of the books."""

from regulars.http.texts import Text

TEXTS = {
    "chain.head_malformed": Text(
        422,
        "链尾应写成“块号:哈希”，和 regulars chain head 打印的一样",
        "A chain's head is written as number:hash, as regulars chain head prints it",
    ),
    "verify.under_way": Text(
        409, "正在查账，请等这一次结束", "The books are being proved already: wait for the outcome"
    ),
    "verify.unknown": Text(404, "没有这次查账记录", "There is no such proof of the books"),
}
