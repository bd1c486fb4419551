"""Where a study discounts, the present value leads on page, workbook and terminal, and the undiscounted pounds say what they are."""

import io

import lxml.html
import openpyxl
import pytest

from pathway_cost.reports.page.page import page_text
from pathway_cost.reports.words.story import HEADLINE, Story
from pathway_cost.reports.words.terminal import print_summary
from pathway_cost.reports.workbook.workbook import workbook_bytes
from tests.reports import toy_chance
from tests.reports.page.test_page import cells, table

WORTH = 0.9


@pytest.fixture(scope="module")
def told(explored):
    return toy_chance.discounted(explored, WORTH)


@pytest.fixture(scope="module")
def page(told):
    return lxml.html.document_fromstring(page_text(told))


@pytest.fixture(scope="module")
def book(told):
    return openpyxl.load_workbook(io.BytesIO(workbook_bytes(told)))


def captions(page):
    return [each.text_content() for each in page.iter("caption")]


def test_present_values_lead_and_undiscounted_pounds_stand_beside(page):
    """£159,892,952.6 × 0.9 = £143,903,657; £150,382,290 × 0.9 = £135,344,061; the change is that of the shown totals."""
    rows = cells(table(page, "The headline: present value").find("tbody"))
    assert rows[0][1:] == ["50,000", "£2,878.07", "–", "£143,903,657", "–", "£159,892,953"]
    assert rows[1][1:] == ["50,000", "£2,706.88", "−£171.19", "£135,344,061", "−£8,559,596", "£150,382,290"]
    first, second = captions(page)[:2]
    assert first.startswith("The headline")
    assert second.startswith("Undiscounted pounds of 2024-25")
    assert HEADLINE in page.text_content()


def test_captions_say_which_pounds(page):
    said = captions(page)
    for words in (
        "Total cost by setting",
        "Total cost by organisation",
        "Total cost by component",
        "Cost of a patient",
    ):
        assert "undiscounted" in next(each for each in said if each.startswith(words))
    for words in ("Each number low and high", "Every number at once", "The same study on each set", "Break-even of",
                  "Each change, whole pounds", "Share of draws", "Expected value of perfect", "Modelled change so far"):  # fmt: skip
        assert all("present value" in each for each in said if each.startswith(words))
        assert any(each.startswith(words) for each in said)
    assert "Their pounds are undiscounted." in page.text_content()


def test_without_discounting_nothing_is_said_of_it(explored_text, explored_page, explored_book):
    assert HEADLINE not in explored_text
    assert not any("present value" in each for each in captions(explored_page))
    summary = explored_book["Summary"]
    assert not any("resent value" in str(cell.value) for row in summary.iter_rows() for cell in row)


def test_the_schedule_of_rates_and_the_way_of_working_are_named(told):
    basis = dict(Story.of(told).basis)
    assert basis["Discount schedule of pounds"] == "Green book, edition 2026-02. HM Treasury, The Green Book"
    assert basis["Worked out"].startswith("in closed form")
    assert "nobody's record" in basis["Expected values"]


def test_page_one_of_the_workbook(book, told):
    sheet = book["Summary"]
    rows = [[cell.value for cell in row[:7]] for row in sheet.iter_rows()]
    at = next(number for number, row in enumerate(rows) if row[2] == "Present value per patient")
    total = told["day_case"].total_gbp * WORTH
    assert rows[at + 2][5] == pytest.approx(total, rel=1e-14)
    assert rows[at + 2][6] == pytest.approx(total - told["baseline"].total_gbp * WORTH, rel=1e-9)
    assert rows[at + 1][3] is rows[at + 1][4] is rows[at + 1][6] is None
    assert rows[at + 2][4] == pytest.approx(told.summary["change_pct"][3])
    headings = [row[0] for row in rows]
    assert headings.index("The same, undiscounted") > at


def test_sheets_say_which_pounds_they_are_of(book):
    for name in ("Tornado", "Break-even", "Attribution"):
        assert book[name]["A2"].value.endswith("Pounds are present values.")
    assert "undiscounted" in book["Distribution"]["A2"].value
    assert "undiscounted" in book["Profile"]["A2"].value
    for sheet in ("Setting", "Organisation", "Component", "Segment", "Bridge", "Check"):
        assert book[sheet]["A2"].value.endswith("Price year 2024-25. Pounds are undiscounted.")


def test_the_price_year_is_said_wherever_all_pounds_are_of_it(book, page):
    sheets = {"Your changes", "Setting", "Organisation", "Component", "Segment", "Bridge", "Draws", "Tornado", "Profile", "Break-even",
              "Attribution", "Distribution", "Check"}  # fmt: skip
    assert {sheet.title for sheet in book if "Price year 2024-25." in str(sheet["A2"].value)} == sheets
    sections = {"pathway", "settings", "organisations", "components", "bridge", "factors", "attribution", "years", "draws",
                "what_if", "break_even", "spread", "uses", "rests"}  # fmt: skip
    opened = page.xpath("//div[h3/span[@class='year']=' pounds of 2024-25']/@id")
    folded = page.xpath("//details[summary//span[@class='year']=' pounds of 2024-25']/div/@id")
    assert {*opened, *folded} == sections


def test_contents_name_the_sheets_that_there_are(book, plain_book):
    assert {"Draws", "Tornado", "Distribution"} <= {cell.value for cell in book["Summary"]["A"]}
    assert not {"Draws", "Tornado"} & {cell.value for cell in plain_book["Summary"]["A"]}


def test_the_terminal_leads_with_the_present_value(told):
    held = io.StringIO()
    print_summary(told, file=held)
    said = held.getvalue()
    assert "present value, pounds of 2024-25" in said
    assert max(map(len, said.splitlines())) <= 110
    row = next(line for line in said.splitlines() if line.startswith("day_case "))
    assert row.split() == ["day_case", "50,000", "£2,706.88", "-£171.19", "£135,344,061", "£150,382,290", "£60,000"]
