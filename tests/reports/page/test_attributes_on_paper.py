"""By attribute on the page and in the workbook: parts sum to the totals shown, and nothing is shown where there is none."""

import io
from dataclasses import replace

import lxml.html
import openpyxl
import pytest

from pathway_cost.reports.page.page import page_text
from pathway_cost.reports.words import shown_totals
from pathway_cost.reports.workbook.workbook import workbook_bytes
from pathway_cost.results.frames.cuts import by_attribute
from pathway_cost.results.frames.frames import Tables
from tests.reports.page.test_page import cells, figure, table


@pytest.fixture(scope="module")
def told(result):
    return replace(result, tables=Tables({**result.tables, "by_attribute": by_attribute(result.costed)}))


@pytest.fixture(scope="module")
def page(told):
    return lxml.html.document_fromstring(page_text(told))


def test_a_section_after_the_other_cuts(page):
    ids = page.xpath("//main//div/@id")
    assert ids[ids.index("organisations") + 1 : ids.index("bridge")] == ["attributes"]


def test_shown_parts_sum_to_shown_totals(page, told):
    made = table(page, "Patients and total cost by frail")
    rows, [total] = cells(made.find("tbody")), cells(made.find("tfoot"))
    assert [row[:2] for row in rows] == [["no", "40,000"], ["yes", "10,000"]]
    first, *others = shown_totals(told).values()
    assert [figure(total[at]) for at in (1, 2, 3, 5, 7)] == [50_000, first, *(each - first for each in others)]
    for column in (1, 2, 3, 5, 7):
        assert sum(figure(row[column]) for row in rows) == pytest.approx(figure(total[column]), abs=1e-6)


def test_a_scenario_with_other_patients_has_them_told(told):
    rows = told.by_attribute
    more = (rows["scenario"] == "day_case") & (rows["level"] == "yes")
    rows["patients"] = rows["patients"].where(~more, 12_000.4)
    page = lxml.html.document_fromstring(page_text(replace(told, tables=Tables({**told.tables, "by_attribute": rows}))))
    made = table(page, "Patients and total cost by frail")
    [headings] = cells(made.findall("thead/tr"))
    assert headings[1:3] == ["Patients", "Patients: Day case"]
    assert [row[2] for row in cells(made.find("tbody"))] == ["40,000", "12,000"]
    assert cells(made.find("tfoot"))[0][2] == "52,000"


def test_the_sheet_needs_no_more_than_the_catalogue(told):
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_bytes(told)))["Attribute"]
    assert [cell.value for cell in sheet[5]] == [
        "Scenario", "Attribute", "Level", "Patients", "Pounds", "Pounds per patient", "Modelled change",
    ]  # fmt: skip
    assert [cell.value for cell in sheet[6]][:4] == ["Baseline", "Frail", "no", 40_000.0]
    assert sheet["G6"].value is None
    whole = sum(sheet.cell(row, 5).value for row in (6, 7))
    assert whole == pytest.approx(told["baseline"].total_gbp)


def test_without_attributes_nothing_is_shown(result):
    page = lxml.html.document_fromstring(page_text(result))
    assert "attributes" not in page.xpath("//@id")
    assert "Attribute" not in openpyxl.load_workbook(io.BytesIO(workbook_bytes(result))).sheetnames


def test_levels_that_look_like_code_are_text(told):
    hostile = {"no": "=1+1", "yes": "<script>alert(1)</script>"}
    rows = told.by_attribute.assign(level=told.by_attribute["level"].astype("str").map(hostile))
    spoilt = replace(told, tables=Tables({**told.tables, "by_attribute": rows}))
    text = page_text(spoilt)
    assert "<script" not in text
    made = table(lxml.html.document_fromstring(text), "Patients and total cost by frail")
    assert [row[0] for row in cells(made.find("tbody"))] == list(hostile.values())
    sheet = openpyxl.load_workbook(io.BytesIO(workbook_bytes(spoilt)))["Attribute"]
    assert [(sheet.cell(row, 3).value, sheet.cell(row, 3).data_type) for row in (6, 7)] == [
        (level, "s") for level in hostile.values()
    ]
