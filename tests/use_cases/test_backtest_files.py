"""What is taken away from a back-test: its picture and its tables."""

from xml.etree import ElementTree

from regulars.domain.pricing.backtest import Backtest
from regulars.use_cases.backtest_csv import csv_of
from regulars.use_cases.backtest_plot import money, plot_of
from tests.answers import rows
from tests.folded import a_backtest, told


def test_the_picture_is_whole_and_needs_nothing_else() -> None:
    found = a_backtest(d2026_05_04=300, d2026_05_05=200)
    picture = plot_of("满减 & <试算>", told(found, 400), scale=2)
    tree = ElementTree.fromstring(picture)
    words = [node.text or "" for node in tree.iter() if node.text]
    assert any("满减 & <试算>" in one for one in words)
    assert any("5.00" in one for one in words)
    assert "S<1>" in words
    assert "href" not in picture
    lines = [node for node in tree.iter() if node.tag.endswith("polyline")]
    assert len(lines) == 2


def test_a_picture_of_no_orders_says_so() -> None:
    picture = plot_of("空", told(Backtest([])), scale=2)
    assert "没有订单" in picture
    assert "polyline" not in picture


def test_no_name_becomes_a_formula_in_a_spreadsheet() -> None:
    found = a_backtest(d2026_05_04=300)
    result = told(found)
    rows(result, "offers")[0]["name_zh"] = "=HYPERLINK(1)"
    table = csv_of(result)
    assert ",'=HYPERLINK(1)," in table
    assert "totals,draft_minor,300\r\n" in table
    assert "days,2026-05-04,2,300,300,100,400\r\n" in table


def test_money_is_written_with_the_digits_of_its_currency() -> None:
    assert (money(123_456, 2), money(-5, 2), money(1_200, 0)) == ("1,234.56", "-0.05", "1,200")
