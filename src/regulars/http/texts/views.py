"""What keeping views of a list says no with."""

from regulars.http.texts import Text

TEXTS: dict[str, Text] = {
    "view.unknown": Text(404, "没有找到这个视图", "No such view"),
    "view.nameless": Text(422, "请给视图取个名字", "Give the view a name"),
    "view.not_yours": Text(
        403, "别人的视图不能改，可以另存一个", "This view is somebody else's: save one of your own"
    ),
    "view.too_large": Text(
        422, "筛选条件太多了，请先存成分群", "This filter is too long: make it a segment first"
    ),
}
