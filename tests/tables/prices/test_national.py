"""The National Schedule: means weighted by activity, hidden activity without a price, the published workbook."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

from pathway_cost.errors import TableFaults
from pathway_cost.tables.prices.national import NationalSchedule, national_schedule
from pathway_cost.tables.prices.national_import import read_published, units_of
from pathway_cost.tables.reading.files import read_noted

NCC = national_schedule("ncc_2024_25")


def schedule(*lines, **more):
    columns = ["department", "code", "activity", "unit_cost_gbp", "derived"]
    frame = pd.DataFrame([(*line, "no")[:5] for line in lines], columns=columns)
    frame = frame.assign(description="x", unit="episode", price_year="2024/25", source="schedule")
    return NationalSchedule.from_frame(frame, name="ncc", **more)


# --- what ships ----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("department", "code", "gbp"),
    [
        ("Elective Inpatients", "HN22*", 8692.13),
        ("Daycase", "HN22*", 5126.27),
        ("Elective Inpatients", "HN22A", 12184.40),
        ("Elective Inpatients", "*", 6685.38),
        ("Elective Inpatients", "ALL", 6685.38),
        ("Ambulance", "03", 489.39),
        ("Critical care", "XC*", 2405.64),
        ("Community Health Service", "A08A1", 79.06),
    ],
)
def test_shipped_prices(department, code, gbp):
    assert NCC.price(department, [code]).gbp == gbp


def test_shipped_group_means_are_the_activity_weighted_mean_of_the_shipped_lines():
    # HN22A to HN22E are all there, so their mean says the same as the group's own line, to the rounding of the lines
    lines = NCC.price("Elective Inpatients", ["HN22A", "HN22B", "HN22C", "HN22D", "HN22E"])
    assert lines.gbp == pytest.approx(8692.13, abs=0.006)
    assert lines.activity == 61466


def test_units_are_those_of_the_departments():
    assert NCC.price("Ambulance", ["01"]).unit == "journey"
    assert NCC.price("Community Health Service", ["DCF10"]).unit == "attendance"
    assert units_of(["Daycase", "Nowhere"], ["HN22A", "X"]) == ["episode", "activity"]


def test_the_year_before_ships_too():
    before = national_schedule("ncc_2023_24")
    price = before.price("Elective Inpatients", ["HN22*"])
    assert (price.gbp, price.price_year) == (8725.47, "2023-24")
    assert before.price("Ambulance", ["01"]).activity is None
    assert before.price("Mental Health Provider Spell", ["*"]) is None


def test_nothing_ships_that_is_not_the_schedules():
    for name in ("ncc_2024_25", "ncc_2023_24"):
        sources = national_schedule(name).frame["source"]
        assert sources.str.startswith("NHS England, National Schedule of NHS Costs").all()


def test_an_unknown_name():
    with pytest.raises(TableFaults, match="nearest: 'ncc_2024_25'"):
        national_schedule("ncc_2024_26")


# --- means -----------------------------------------------------------------------------------------------------------------
def test_a_pattern_is_the_sum_of_cost_over_the_sum_of_activity():
    # (100 × £10 + 300 × £20) ÷ 400 = £17.50; the mean of the two means would say £15.00
    assert schedule(("D", "A1", "100", "10"), ("D", "A2", "300", "20")).price("D", ["A*"]).gbp == 17.50


def test_hidden_lines_enter_no_mean_and_have_no_price():
    lines = schedule(("D", "A1", "100", "10"), ("D", "A2", "*", "999"), ("D", "A3", "", "999"))
    assert lines.price("D", ["A*"]).gbp == 10.0
    assert lines.price("D", ["A2"]) is None
    assert lines.price("D", ["A3"]) is None
    assert "no activity is stated" in lines.why_not("D", ["A3"])


def test_activity_that_was_not_read_gives_a_price_of_its_own_and_enters_no_mean():
    lines = schedule(("D", "A1", "not stated", "10"), ("D", "A2", "5", "20"))
    assert lines.price("D", ["A1"]).gbp == 10.0
    assert lines.price("D", ["A*"]).gbp == 20.0


def test_a_line_of_the_patterns_own_name_answers_it():
    lines = schedule(("D", "A*", "100", "77", "yes"), ("D", "A1", "100", "10"))
    assert lines.price("D", ["A*"]).gbp == 77.0
    assert lines.price("D", ["*"]).gbp == 10.0


def test_a_code_in_two_patterns_counts_once():
    lines = schedule(("D", "A1", "100", "10"), ("D", "A2", "100", "20"))
    assert lines.price("D", ["A*", "A1"]).gbp == 15.0


def test_a_mean_of_shipped_lines_says_that_they_are_a_selection():
    assert "shipped lines, a selection" in NCC.price("Emergency Care", ["VB*"]).source
    assert "selection" not in schedule(("D", "A1", "1", "1"), ("D", "A2", "1", "1")).price("D", ["A*"]).source


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (("", "A1", "1", "1"), "value_missing"),
        (("D", "A1", "many", "1"), "value_is_not_a_number"),
        (("D", "A1", "1", "£5"), "value_is_not_a_number"),
    ],
)
def test_faulty_lines(line, rule):
    with pytest.raises(TableFaults) as raised:
        schedule(line)
    assert [problem.rule for problem in raised.value.problems] == [rule]


def test_a_line_twice():
    with pytest.raises(TableFaults, match="earlier line"):
        schedule(("D", "A1", "1", "1"), ("D", "A1", "2", "2"))


# --- import ------------------------------------------------------------------------------------------------------------------
def published(path):
    book = openpyxl.Workbook()
    notes = book.active
    notes.append(["National Schedule of NHS Costs"])
    page = book.create_sheet("Summary HRG")
    page.append(["Summary of HRGs", None, None, None, None, None, None])
    page.append([None, "Elective Inpatients", None, None, "Daycase", None, None])
    page.append(["Currency", "Activity", "Unit cost", "Cost", "Activity", "Unit cost", "Cost"])
    page.append(["HN22A - Very Major Knee - with CC Score 8+", 100, 10.0, 1000.0, "*", "*", 55.5])
    page.append(["HN22B - Very Major Knee, CC 6-7", 300, 20.0, 6000.0, None, None, None])
    page.append(["Total", 400, 17.5, 7000.0, None, None, None])
    other = book.create_sheet("Summary other currencies")
    other.append([None, "Ambulance", None, None, "Total", None, None])
    other.append(["Currency", "Activity", "Unit Cost", "Cost", "Activity", "Unit cost", "Cost"])
    other.append(["01 - Hear & Treat", 8, 62.5, 500.0, 8, 62.5, 500.0])
    book.save(path)
    return path


def test_the_published_workbook(tmp_path):
    table = read_published(published(tmp_path / "schedule_2024_25.xlsx"))
    assert table[["department", "code", "activity", "unit"]].to_numpy().tolist() == [
        ["Elective Inpatients", "HN22A", "100", "episode"],
        ["Daycase", "HN22A", "", "episode"],
        ["Elective Inpatients", "HN22B", "300", "episode"],
        ["Ambulance", "01", "8", "journey"],
    ]
    assert table.loc[0, "description"] == "Very Major Knee - with CC Score 8+"
    assert set(table["price_year"]) == {"2024-25"}
    lines = NationalSchedule.from_frame(table, name="imported")
    assert lines.price("Elective Inpatients", ["HN22*"]).gbp == 17.5
    assert lines.price("Daycase", ["HN22A"]) is None


def test_what_was_imported_is_read_again(tmp_path):
    table = read_published(published(tmp_path / "s.xlsx"), price_year="2024-25")
    table.to_csv(tmp_path / "ours.csv", index=False)
    again = national_schedule(tmp_path / "ours.csv")
    assert again.name == "ours"
    assert again.price("Ambulance", ["01"]).gbp == 62.5
    assert read_noted(tmp_path / "ours.csv").table["code"].tolist() == table["code"].tolist()
    shipped = NCC.as_table()
    assert NationalSchedule.from_frame(shipped, name="x").price("Ambulance", ["01"]).gbp == 62.37


def test_the_tidy_csv(tmp_path):
    path = tmp_path / "ncc_2024_25.csv"
    path.write_text(
        "department_code,currency_code,currency_desc,activity,unit_cost,cost\n"
        "Ambulance,01,Hear & Treat,100.0,10.0,1000.0\nAmbulance,02,See & Treat,,,77.0\nAmbulance,03,Convey,300.0,20.0,6000.0\n"
    )
    lines = NationalSchedule.from_frame(read_published(path), name="x")
    assert lines.price("Ambulance", ["*"]).gbp == 17.5
    assert lines.price("Ambulance", ["02"]) is None


def test_a_year_must_be_said(tmp_path):
    path = published(tmp_path / "schedule.xlsx")
    with pytest.raises(TableFaults, match="no financial year"):
        read_published(path)
    assert set(read_published(path, price_year="2023/24")["price_year"]) == {"2023-24"}


def test_a_workbook_that_is_no_schedule(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["something", "else"])
    book.save(tmp_path / "x_2024-25.xlsx")
    with pytest.raises(TableFaults, match="no sheet has departments"):
        read_published(tmp_path / "x_2024-25.xlsx")
