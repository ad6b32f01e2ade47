"""What back-tests say no with."""

from regulars.http.texts import Text

TEXTS: dict[str, Text] = {
    "backtest.offers_file": Text(
        422,
        "草案文件读不懂：须是一个活动或活动列表的 JSON",
        "The file of drafts cannot be read: it is JSON of one offer or a list of offers",
    ),
    "backtest.unknown": Text(404, "没有这次回测", "There is no such back-test"),
    "backtest.period_wrong": Text(
        422,
        "回测的时间须先后正确，最长 {maximum} 个月",
        "The days of a back-test are in order and span no more than {maximum} months",
    ),
    "backtest.too_many_drafts": Text(
        422, "一次最多回测 {maximum} 个草案", "No more than {maximum} drafts at once"
    ),
    "backtest.finished": Text(
        409, "这次回测已经结束", "This back-test has come to its end already"
    ),
    "backtest.no_result": Text(409, "这次回测还没有结果", "This back-test has no figures to show"),
}
