"""What editing goods and prices says no with."""

from regulars.http.texts import Text

TEXTS: dict[str, Text] = {
    "catalog.goods_unknown": Text(
        404,
        "没有这个商品、规格、加料或分类",
        "There is no such product, variant, option or category",
    ),
    "catalog.code_taken": Text(409, "编码已被使用", "This code is already taken"),
    "catalog.barcode_taken": Text(409, "条码已被其他规格使用", "Another variant has this barcode"),
    "catalog.product_malformed": Text(
        422, "商品资料不完整或自相矛盾（{part}）", "The product does not add up ({part})"
    ),
    "catalog.group_malformed": Text(
        422, "加料做法组设置自相矛盾（{part}）", "The modifier group does not add up ({part})"
    ),
    "catalog.price_list_unknown": Text(404, "没有这份价目表", "There is no such price list"),
    "catalog.prices_missing": Text(422, "请至少填一个价格", "Give at least one price"),
}
