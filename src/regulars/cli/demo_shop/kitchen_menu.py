"""What 山野小馆, the kitchen of the same house, cooks. It also pours the tea shops' drinks."""

from regulars.cli.demo_shop.goods import (
    Answer,
    Bundle,
    Question,
    Season,
    Shelf,
    Slot,
    Sold,
    one,
    plates,
)
from regulars.domain.kernel.label import Label

SPICE = Question(
    code="spice",
    name=Label("辣度", "Heat"),
    minimum=1,
    maximum=1,
    answers=(
        Answer("不辣", "Not spicy", 30),
        Answer("微辣", "Mild", 36),
        Answer("中辣", "Medium hot", 24),
        Answer("特辣", "Extra hot", 10),
    ),
)
AVOID = Question(
    code="avoid",
    name=Label("忌口", "Leave out"),
    minimum=0,
    maximum=3,
    answers=(
        Answer("不要香菜", "No coriander", 50),
        Answer("不要葱", "No spring onion", 24),
        Answer("不要蒜", "No garlic", 12),
        Answer("少油少盐", "Less oil and salt", 14),
    ),
)

SHELVES = (
    Shelf(
        code="cold-dishes",
        name=Label("凉菜", "Cold dishes"),
        questions=("avoid",),
        kitchen=True,
        goods=(
            Sold("CD01", "擂椒皮蛋", "Pounded peppers with century egg", one(2200), 5),
            Sold("CD02", "老醋花生", "Peanuts in aged vinegar", one(1600), 4),
            Sold("CD03", "青柠手撕鸡", "Lime pulled chicken", one(3600), 5),
            Sold("CD04", "拍黄瓜", "Smashed cucumber", one(1400), 7, Season.SUMMER),
            Sold("CD05", "桂花糯米藕", "Lotus root with osmanthus rice", one(2600), 4),
        ),
    ),
    Shelf(
        code="mains",
        name=Label("热菜", "Mains"),
        questions=("spice", "avoid"),
        kitchen=True,
        goods=(
            Sold("HM01", "龙井虾仁", "Shrimp with longjing tea", plates(6800, 9800), 6),
            Sold("HM02", "山野小炒肉", "Hillside stir-fried pork", plates(4200, 5800), 9),
            Sold("HM03", "茶香熏鸭", "Tea-smoked duck", plates(5800, 9800), 5),
            Sold("HM04", "砂锅豆腐煲", "Tofu clay pot", plates(3200, 4600), 6),
            Sold("HM05", "清蒸鲈鱼", "Steamed sea bass", one(8800), 4),
            Sold("HM06", "干锅花菜", "Dry-pot cauliflower", plates(3000, 4200), 6),
            Sold(
                "HM07",
                "番茄牛腩煲",
                "Beef brisket with tomato",
                plates(6200, 8600),
                6,
                Season.WINTER,
            ),
            Sold("HM08", "蒜蓉时蔬", "Greens with garlic", one(2600), 8),
            Sold("HM09", "菌菇蒸滑鸡", "Steamed chicken with mushrooms", plates(4800, 6800), 5),
        ),
    ),
    Shelf(
        code="staples",
        name=Label("主食", "Rice and noodles"),
        questions=("avoid",),
        kitchen=True,
        goods=(
            Sold("RN01", "茶泡饭", "Rice in tea broth", one(1800), 5),
            Sold(
                "RN02", "腊味煲仔饭", "Clay pot rice with cured meat", one(3600), 5, Season.WINTER
            ),
            Sold("RN03", "葱油拌面", "Scallion oil noodles", one(1800), 7),
            Sold("RN04", "鲜肉小馄饨", "Pork wontons", one(2000), 6),
            Sold("RN05", "白米饭", "Steamed rice", one(300), 14),
        ),
    ),
    Shelf(
        code="soups",
        name=Label("汤羹", "Soups"),
        kitchen=True,
        goods=(
            Sold("SP01", "腌笃鲜", "Bamboo shoot and ham soup", plates(5200, 7800), 4),
            Sold("SP02", "番茄蛋花汤", "Tomato and egg soup", one(1800), 6),
            Sold("SP03", "松茸菌汤", "Matsutake broth", plates(5800, 8800), 3, Season.WINTER),
        ),
    ),
)

BUNDLES = (
    Bundle(
        "CB11",
        "一人食工作餐",
        "Lunch for one",
        3900,
        8,
        (
            Slot(Label("任选主菜", "Main"), 1, ("HM02", "HM04", "HM06", "HM09"), ("HM09",)),
            Slot(Label("任选主食", "Staple"), 1, ("RN01", "RN03", "RN05")),
            Slot(Label("任选茶饮", "Tea"), 1, ("LT01", "LT06", "MT10")),
        ),
        kitchen=True,
    ),
    Bundle(
        "CB12",
        "双人小聚",
        "Dinner for two",
        16800,
        2,
        (
            Slot(Label("凉菜一道", "One cold dish"), 1, ("CD01", "CD02", "CD03", "CD05")),
            Slot(
                Label("热菜两道", "Two mains"),
                2,
                ("HM01", "HM02", "HM03", "HM07", "HM09"),
                ("HM01",),
            ),
            Slot(Label("主食一份", "One staple"), 1, ("RN01", "RN02", "RN03")),
        ),
        kitchen=True,
    ),
)
