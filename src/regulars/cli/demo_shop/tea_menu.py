"""What the tea shops of 山野茶事 sell."""

from regulars.cli.demo_shop.goods import (
    Answer,
    Bundle,
    Question,
    Season,
    Shelf,
    Slot,
    Sold,
    cups,
    one,
)
from regulars.domain.kernel.label import Label

SUMMER, WINTER = Season.SUMMER, Season.WINTER
SIGNATURE = ("signature",)
# The word by which segments find what is new.
NEW = ("新品",)

SUGAR = Question(
    code="sugar",
    name=Label("甜度", "Sweetness"),
    minimum=1,
    maximum=1,
    answers=(
        Answer("标准糖", "Regular sugar", 16),
        Answer("七分糖", "70% sugar", 24),
        Answer("五分糖", "Half sugar", 30),
        Answer("三分糖", "30% sugar", 20),
        Answer("不另加糖", "No added sugar", 10),
    ),
)
ICE = Question(
    code="ice",
    name=Label("温度", "Temperature"),
    minimum=1,
    maximum=1,
    answers=(
        Answer("正常冰", "Regular ice", 34),
        Answer("少冰", "Less ice", 32),
        Answer("去冰", "No ice", 16),
        Answer("温热", "Warm", 8),
        Answer("热饮", "Hot", 10),
    ),
)
# How the answers to ICE shift: a summer's day asks for ice, a winter's day for steam.
ICE_IN_SUMMER = (46, 36, 14, 2, 2)
ICE_IN_WINTER = (12, 16, 18, 20, 34)

TOPPINGS = Question(
    code="toppings",
    name=Label("加料", "Toppings"),
    minimum=0,
    maximum=3,
    answers=(
        Answer("黑糖珍珠", "Brown sugar pearls", 30, 200, 2),
        Answer("芋圆", "Taro balls", 14, 300, 2),
        Answer("椰果", "Coconut jelly", 12, 200, 2),
        Answer("仙草冻", "Grass jelly", 10, 200),
        Answer("红豆", "Red beans", 8, 200),
        Answer("燕麦粒", "Oats", 8, 200),
        Answer("奶盖", "Cheese foam", 12, 400),
        Answer("脆波波", "Crystal boba", 10, 300, 2),
    ),
)
MILK = Question(
    code="milk",
    name=Label("奶底", "Milk"),
    minimum=1,
    maximum=1,
    answers=(
        Answer("鲜牛乳", "Fresh milk", 70),
        Answer("燕麦奶", "Oat milk", 20, 300),
        Answer("厚椰乳", "Coconut milk", 10, 300),
    ),
)

SHELVES = (
    Shelf(
        code="milk-tea",
        name=Label("鲜奶茶", "Fresh milk tea"),
        questions=("sugar", "ice", "toppings"),
        goods=(
            Sold("MT01", "云雾鲜奶茶", "Cloud mist milk tea", cups(1600), 10, tags=SIGNATURE),
            Sold("MT02", "松风乌龙奶", "Pine breeze oolong milk tea", cups(1700), 8),
            Sold("MT03", "桂月红奶茶", "Osmanthus moon black milk tea", cups(1700), 7),
            Sold("MT04", "黑糖珍珠鲜奶", "Brown sugar pearl milk", cups(1800), 9),
            Sold("MT05", "茉雪毛尖奶绿", "Jasmine snow green milk tea", cups(1600), 7),
            Sold("MT06", "焙香大红袍奶", "Roasted rock oolong milk tea", cups(1900), 5),
            Sold("MT07", "芋泥山野奶", "Mashed taro milk tea", cups(1900), 6),
            Sold("MT08", "糯米酿奶茶", "Sticky rice milk tea", cups(1800), 3),
            Sold("MT09", "生椰抹茶奶", "Coconut matcha milk", cups(2000), 4),
            Sold("MT10", "老阿嬷奶茶", "Granny's black milk tea", cups(1300), 5),
        ),
    ),
    Shelf(
        code="fruit-tea",
        name=Label("鲜果茶", "Fruit tea"),
        questions=("sugar", "ice", "toppings"),
        goods=(
            Sold("FT01", "满山橙橙", "Mountain of oranges", cups(1900), 6, SUMMER),
            Sold("FT02", "杨梅吐气", "Bayberry breather", cups(2000), 5, SUMMER),
            Sold("FT03", "手捣香柠茶", "Hand-pounded lemon tea", cups(1500), 9, SUMMER),
            Sold("FT04", "满杯葡萄", "Grapes to the brim", cups(2200), 7, SUMMER, SIGNATURE),
            Sold("FT05", "桃花源记", "Peach blossom spring", cups(2000), 6, SUMMER),
            Sold("FT06", "西瓜椰椰", "Watermelon coconut", cups(1800), 5, SUMMER, NEW),
            Sold("FT07", "百香三弄", "Passion fruit trio", cups(1700), 4),
            Sold("FT08", "苹果山楂茶", "Apple and hawthorn tea", cups(1600), 3, WINTER),
            Sold("FT09", "青提茉莉", "Green grape jasmine", cups(2100), 5, SUMMER),
            Sold("FT10", "荔枝玫瑰", "Lychee rose", cups(2100), 4, SUMMER),
        ),
    ),
    Shelf(
        code="leaf-tea",
        name=Label("原叶茶", "Whole-leaf tea"),
        questions=("sugar", "ice"),
        goods=(
            Sold("LT01", "高山云雾绿", "High mountain green", cups(1000), 4),
            Sold("LT02", "岩上大红袍", "Cliff rock oolong", cups(1200), 3),
            Sold("LT03", "冷泡白毫银针", "Cold-brewed silver needle", cups(1500), 2, SUMMER),
            Sold("LT04", "蜜兰凤凰单丛", "Honey orchid dancong", cups(1300), 3),
            Sold("LT05", "陈皮老白茶", "Aged white tea with tangerine peel", cups(1400), 3, WINTER),
            Sold("LT06", "茉莉银毫", "Jasmine silver tips", cups(1100), 4),
            Sold("LT07", "正山小种", "Lapsang souchong", cups(1200), 2, WINTER),
        ),
    ),
    Shelf(
        code="cheese-foam",
        name=Label("奶盖茶", "Cheese foam tea"),
        questions=("sugar", "ice"),
        goods=(
            Sold("CF01", "雪顶茉莉", "Snow-capped jasmine", cups(1800), 5),
            Sold("CF02", "雪顶乌龙", "Snow-capped oolong", cups(1800), 4),
            Sold("CF03", "芝士莓莓", "Cheese and strawberries", cups(2300), 5, tags=SIGNATURE),
            Sold("CF04", "芝士芒芒", "Cheese and mango", cups(2300), 5, SUMMER),
            Sold("CF05", "海盐抹茶", "Sea salt matcha", cups(2000), 3),
        ),
    ),
    Shelf(
        code="coffee",
        name=Label("茶咖", "Coffee"),
        questions=("milk", "ice"),
        goods=(
            Sold("CO01", "山野拿铁", "Hillside latte", cups(1800), 4),
            Sold("CO02", "茉莉茶咖", "Jasmine tea latte", cups(2000), 3),
            Sold("CO03", "桂花拿铁", "Osmanthus latte", cups(2100), 3, WINTER),
            Sold("CO04", "生椰拿铁", "Coconut latte", cups(2000), 5),
        ),
    ),
    Shelf(
        code="slush",
        name=Label("冰沙", "Slush"),
        questions=("sugar", "toppings"),
        goods=(
            Sold("SL01", "绿豆山泉冰", "Mung bean slush", cups(1500), 3, SUMMER),
            Sold("SL02", "芒果西柚冰", "Mango pomelo slush", cups(2200), 5, SUMMER, NEW),
            Sold("SL03", "杨梅碎碎冰", "Bayberry slush", cups(2100), 4, SUMMER),
            Sold("SL04", "抹茶红豆冰", "Matcha red bean slush", cups(2000), 3, SUMMER),
        ),
    ),
    Shelf(
        code="hot",
        name=Label("围炉热饮", "Fireside drinks"),
        questions=("sugar",),
        goods=(
            Sold("HD01", "红糖姜枣茶", "Ginger, jujube and brown sugar", cups(1500), 4, WINTER),
            Sold("HD02", "桂圆银耳羹", "Longan and white fungus", cups(1700), 3, WINTER),
            Sold("HD03", "热可可奶", "Hot cocoa milk", cups(1800), 3, WINTER),
        ),
    ),
    Shelf(
        code="snacks",
        name=Label("茶点", "Tea snacks"),
        goods=(
            Sold("SN01", "盐渍山樱酥", "Salted cherry blossom pastry", one(900), 2.4),
            Sold("SN02", "龙井绿豆糕", "Longjing mung bean cake", one(1200), 2.4),
            Sold("SN03", "现烤蛋挞", "Fresh egg tart", one(800), 3.6),
            Sold("SN04", "肉松小贝", "Pork floss cake", one(1000), 3),
            Sold("SN05", "芋泥麻薯包", "Taro mochi bun", one(1100), 2.4),
            Sold("SN06", "抹茶生巧卷", "Matcha chocolate roll", one(1600), 1.8),
        ),
    ),
    Shelf(
        code="gifts",
        name=Label("茶礼周边", "Gifts"),
        tax="goods",
        discountable=False,
        goods=(
            Sold("GF01", "高山云雾茶叶罐", "High mountain tea, tin", one(9800), 0.3),
            Sold("GF02", "随行玻璃杯", "Glass tumbler", one(6900), 0.3),
            Sold("GF03", "节气茶包礼盒", "Solar terms tea bag box", one(12800), 0.2),
        ),
    ),
)

_BASIC = ("MT01", "MT02", "MT03", "MT05", "MT10", "FT03", "LT06")
_DEAR = ("FT04", "CF03", "CF04", "MT07")

BUNDLES = (
    Bundle(
        "CB01",
        "双人下午茶",
        "Afternoon tea for two",
        3900,
        3,
        (
            Slot(Label("任选两杯", "Two drinks"), 2, (*_BASIC, *_DEAR), _DEAR),
            Slot(Label("任选茶点", "One snack"), 1, ("SN01", "SN02", "SN03", "SN06"), ("SN06",)),
        ),
    ),
    Bundle(
        "CB02",
        "早安组合",
        "Good morning set",
        1900,
        2,
        (
            Slot(Label("早安饮品", "Morning drink"), 1, ("LT01", "LT06", "MT10", "CO01")),
            Slot(Label("早安点心", "Morning pastry"), 1, ("SN03", "SN04", "SN05")),
        ),
    ),
    Bundle(
        "CB03",
        "四杯分享装",
        "Four to share",
        5800,
        1.2,
        (Slot(Label("任选四杯", "Four drinks"), 4, (*_BASIC, *_DEAR), _DEAR),),
    ),
)
