"""What the menu says no with when something is ordered."""

from regulars.http.texts import Text

TEXTS: dict[str, Text] = {
    "catalog.product_unknown": Text(
        404, "这个商品已经下架，或者不在菜单上", "This item is not on the menu any more"
    ),
    "catalog.variant_unknown": Text(404, "本店没有这个规格", "This size or form is not sold here"),
    "catalog.sold_out": Text(409, "“{name_zh}”已售罄", "“{name_en}” is sold out"),
    "catalog.option_unknown": Text(
        422, "这个商品没有这项加料或做法", "This item does not come with that option"
    ),
    "catalog.options_too_few": Text(
        422,
        "“{group_zh}”至少选 {minimum} 项",
        "“{group_en}”: choose at least {minimum}",
    ),
    "catalog.options_too_many": Text(
        422,
        "“{group_zh}”最多选 {maximum} 项",
        "“{group_en}”: choose at most {maximum}",
    ),
    "catalog.combo_choice_missing": Text(
        422, "套餐里的“{slot_zh}”还没选", "“{slot_en}” of the combo has not been chosen yet"
    ),
    "catalog.combo_choice_unknown": Text(
        422, "套餐里不能这样搭配", "The combo cannot be put together like this"
    ),
    "order.quantity_out_of_range": Text(
        422, "数量要在 1 到 {maximum} 之间", "The quantity must be between 1 and {maximum}"
    ),
    "order.too_many_lines": Text(
        422, "一张单最多 {maximum} 项", "An order has at most {maximum} lines"
    ),
    "order.line_repeated": Text(422, "同一项点单重复提交了", "The same line was sent twice"),
}
