"""From a figure on the page to the uses that make it, to the price of each: every link leads somewhere, and pounds add up."""

import lxml.html
import pytest

import pathway_cost as pc
from pathway_cost.reports.page.page import page_text
from tests.cli.toy_study import line_of, write_study
from tests.reports.page.test_page import cells, figure, table


@pytest.fixture(scope="module")
def page(files_of_the_run):
    return lxml.html.document_fromstring(files_of_the_run["report.html"].decode())


@pytest.fixture(scope="module")
def uses(page):
    """Setting → its rows in the table of uses."""
    found = {}
    for row in table(page, "Quantity × price").find("tbody"):
        found.setdefault(row[0].text_content(), []).append(row)
    return found


def test_the_uses_of_a_setting_sum_to_its_pounds(page, uses):
    """Each is a whole number of pounds of its own, so that a sum may miss by a pound a use."""
    settings = table(page, "Total cost by setting").find("tbody")
    for row in settings:
        name = row[0].text or row[0].text_content()
        told = [figure(use[5].text_content()) for use in uses.get(name, [])]
        assert sum(told) == pytest.approx(figure(row[1].text_content()), abs=len(told) + 1), name
        for at, change in ((6, 2), (7, 4), (8, 6)):
            moved = [figure(use[at].text_content()) for use in uses.get(name, [])]
            assert sum(moved) == pytest.approx(figure(row[change].text_content()), abs=len(told) + 1), name


def test_uses_sum_to_the_total(page):
    made = table(page, "Quantity × price")
    rows, [total] = cells(made.find("tbody")), cells(made.find("tfoot"))
    assert figure(total[5]) == 159_892_953
    for column in (5, 6, 7, 8):
        assert sum(figure(row[column]) for row in rows) == pytest.approx(figure(total[column]), abs=1e-6)


def test_a_figure_is_two_links_from_its_price(page, uses):
    """The pounds of a setting lead to its first use, a use to the row of its price, and quantity × price are its pounds."""
    for row in table(page, "Total cost by setting").find("tbody"):
        [link] = row[1].xpath(".//a/@href")
        [there] = page.xpath(f"//*[@id={link[1:]!r}]")
        if there.xpath("ancestor::tr"):
            assert there.text_content() == (row[0].text or row[0].text_content())
    prices = {each.get("id"): each.xpath("ancestor::tr")[0] for each in page.xpath("//*[starts-with(@id, 'price-')]")}
    linked = [(row, row.xpath(".//a/@href")[0][1:]) for rows in uses.values() for row in rows]
    assert all(anchor in prices for _, anchor in linked)
    for row, anchor in linked:
        quantity, price, gbp = (figure(row[at].text_content()) for at in (3, 4, 5))
        if row[4].text_content() != "–":
            assert prices[anchor][2].text_content() == row[4].text_content()
            assert quantity * price == pytest.approx(gbp, rel=0.02, abs=price)


def test_figures_lead_to_their_sheet(page, plain_book):
    links = page.xpath("//main//a[starts-with(@href, 'workbook.xlsx')]")
    assert {each.text for each in links} <= set(plain_book.sheetnames)
    assert {each.get("href") for each in links} == {f"workbook.xlsx#'{each.text}'!A1" for each in links}
    assert {"Setting", "Organisation", "Bridge", "Summary", "Unit costs", "Coverage"} <= {each.text for each in links}


def test_where_a_change_arises_adds_up(page):
    """By setting and by organisation alike: the bars of a waterfall sum to its last."""
    drawn = page.xpath("//*[@id='bridge']//*[local-name()='svg'][contains(@class, 'waterfall')]")
    assert len(drawn) == 6
    for picture in drawn:
        *parts, whole = [each.rsplit(": ", 1) for each in picture.xpath(".//*[local-name()='title']/text()")]
        assert whole[0] == "Modelled change, recurrent"
        assert len(parts) <= 8
        largest = max(abs(in_pounds(gbp)) for _, gbp in parts)
        assert sum(in_pounds(gbp) for _, gbp in parts) == pytest.approx(in_pounds(whole[1]), abs=0.02 * largest)


def in_pounds(words):
    """Short pounds of a chart, as a number: −£9.51m."""
    return figure(words.rstrip("km")) * {"k": 1e3, "m": 1e6}.get(words[-1], 1.0)


def test_a_price_of_plics_says_its_rule_and_where_it_stands(tmp_path):
    result = pc.run(write_study(tmp_path))
    page = lxml.html.document_fromstring(page_text(result))
    rows = {row[0].text_content(): row[6].text_content() for row in table(page, "Every price used").find("tbody")}
    line = line_of(tmp_path, "rules.yaml", "ward.bed_day")
    [ward] = [source for name, source in rows.items() if name.endswith("ward.bed_day")]
    said = "APC records with HrgFce HN22*; activities WRD001; per bed day; 2 or more records"
    assert f"Rule ward.bed_day (rules.yaml, line {line}): {said}" in ward
    [consult] = [source for name, source in rows.items() if name.endswith("gp.consult")]
    assert "Rule" not in consult
    assert "--records KEY" in page.get_element_by_id("prices").text_content()
