"""A price that answers nothing is never passed over in silence, and one below £0 or of £0 is told in pounds."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

import pathway_cost as pc
from pathway_cost.errors import PathwayCostError, Severity
from tests.cli.refusals import refused
from tests.cli.toy_study import ALL_PRICES, PATHWAY, TOTAL_GBP, edit, run_cli, write_study

PLACEHOLDERS = """\
  - prices: {gp.consult: 9, theatre.knee: 99, ward.bed_day: 999, physio.contact: 9}
"""
HEADER, GP, THEATRE, WARD, PHYSIO = ALL_PRICES.splitlines()


@pytest.fixture
def study(tmp_path):
    """The toy study without extracts; below its table stand placeholders that answer whatever the table does not."""
    path = write_study(tmp_path / "study", extracts=False)
    edit(path.parent, "study.yaml", "scenarios:", f"{PLACEHOLDERS}scenarios:")
    return path


def prices(study, *rows, name="prices.csv"):
    (study.parent / name).write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")


def told(study, severity):
    return [note for note in pc.run(study).notes if note.severity is severity and "price" in note.rule]


def test_a_table_that_answers_all_is_silent(study):
    result = pc.run(study)
    assert result["baseline"].total_gbp == pytest.approx(TOTAL_GBP)
    assert [note.rule for note in result.notes if note.rule.startswith("price")] == ["prices_stand_behind"]


# --- written another way: never meant -----------------------------------------------------------------------------------
WAYS = {
    "a key with a space": (GP.replace("gp.consult", "gp.consult "), "'gp.consult '", "gp.consult"),
    "a key in capitals": (GP.replace("gp.consult", "GP.Consult"), "'GP.Consult'", "gp.consult"),
    "a key with a mark of byte order": (GP.replace("gp.consult", "\ufeffgp.consult"), "(unit_cost)", "gp.consult"),
    "a key with a hyphen": (WARD.replace("ward.bed_day,", "ward.bed-day,"), "'ward.bed-day'", "ward.bed_day"),
    "an organisation with a space": (GP.replace("RZP", "RZP "), "organisation 'RZP '", "RZP"),
    "an organisation in small letters": (GP.replace("RZP", "rzp"), "organisation 'rzp'", "RZP"),
    "a unit in capitals": (GP.replace("contact", "Contact"), "unit 'Contact'", "contact"),
    "a key in capitals, for any": (GP.replace("gp.consult,RZP", "GP.consult,*"), "'GP.consult'", "gp.consult"),
}


@pytest.mark.parametrize(("row", "said", "right"), WAYS.values(), ids=list(WAYS))
def test_a_price_written_another_way_is_refused(study, tmp_path, row, said, right):
    rows = [GP, THEATRE, WARD, PHYSIO]
    rows[2 if "ward" in row else 0] = row
    prices(study, *rows)
    message = refused(run_cli("run", study, "--out", tmp_path / "out"))
    assert f"prices.csv row {3 if 'ward' in row else 1} (" in message
    assert said in message
    assert f"write {right}" in message


def test_a_price_written_another_way_is_refused_without_any_placeholder_once(study, tmp_path):
    edit(study.parent, "study.yaml", PLACEHOLDERS, "")
    prices(study, GP.replace("gp.consult", "GP.consult"), THEATRE, WARD, PHYSIO)
    assert refused(run_cli("run", study, "--out", tmp_path / "out")).startswith("unit costs: 1 fault\n")


def test_a_price_written_another_way_is_refused_in_every_kind_of_table(study):
    frame = pd.read_csv(study.parent / "prices.csv", dtype=str)
    frame.loc[0, "unit_cost"] = "GP.Consult"
    frame.to_parquet(study.parent / "prices.parquet")
    book = openpyxl.Workbook()
    for row in [list(frame.columns), *frame.to_numpy().tolist()]:
        book.active.append(row)
    book.save(study.parent / "prices.xlsx")
    for name in ("prices.parquet", "prices.xlsx"):
        text = study.read_text(encoding="utf-8")
        study.write_text(text.replace("prices.csv", name), encoding="utf-8")
        with pytest.raises(PathwayCostError, match=r"'GP\.Consult' is 'gp\.consult'"):
            pc.run(study)
        study.write_text(text, encoding="utf-8")


def test_a_price_written_another_way_is_refused_from_python():
    frame = pd.read_csv(pd.io.common.StringIO(ALL_PRICES), dtype=str)
    frame.loc[0, "organisation"] = "RZP "
    frame.loc[len(frame)] = ["gp.consult", "*", "9", "contact", "whole", "2024-25", "placeholder"]
    with pytest.raises(PathwayCostError, match=r"row 1 \(organisation\).*'RZP ' is 'RZP'"):
        cost(frame)


def cost(*frames, **more):
    from ruamel.yaml import YAML

    pathway = pc.load_pathway(
        YAML(typ="safe").load(PATHWAY.replace("[no, Frail]", "['no', Frail]").replace("{no:", "{'no':"))
    )
    cohort = pc.Cohort.from_frame({"patient_id": ["a", "b"], "frail": ["no", "Frail"], "weight": [90, 10]})
    sets = [pc.UnitCosts.from_frame(frame, name=f"set {number}") for number, frame in enumerate(frames)]
    footprint = {"all": {"primary_care": "RZP", "acute": "RXX", "community": "RYY"}}
    return pc.cost_pathway(pathway, cohort, sets, footprint, price_year="2024-25", **more)


# --- one letter off, or of another unit: a warning with what answers now --------------------------------------------------
@pytest.mark.parametrize(
    "row", [GP.replace("gp.consult", "gp.consults"), GP.replace("gp.consult", "gp.conslut"), GP.replace("gp.", "g.")]
)
def test_one_letter_off_is_a_warning_with_the_pounds_that_answer_now(study, row):
    prices(study, row, THEATRE, WARD, PHYSIO)
    (warning,) = told(study, Severity.WARNING)
    assert (warning.where.row, warning.nearest) == (1, "gp.consult")
    assert "now £9.00 per contact of prices in the study answers" in warning.what


def test_one_letter_off_is_a_fault_when_strict(study, tmp_path):
    prices(study, GP.replace("gp.consult", "gp.consults"), THEATRE, WARD, PHYSIO)
    assert "prices.csv row 1" in refused(run_cli("run", study, "--out", tmp_path / "out", "--strict"))


def test_a_price_of_another_unit_is_a_warning(study):
    prices(study, GP, THEATRE, WARD.replace("bed_day,part", "week,part"), PHYSIO)
    (warning,) = told(study, Severity.WARNING)
    assert "ward.bed_day of RXX (row 3) answers nothing: it is priced per week, not per bed_day" in warning.what
    assert "£999.00" in warning.what


def test_a_tariff_with_its_own_price_for_the_need_may_hold_near_names(study):
    prices(study, GP, GP.replace("gp.consult", "gp.consults"), THEATRE, WARD, PHYSIO)
    assert told(study, Severity.WARNING) == []
    (note, behind) = told(study, Severity.NOTE)
    assert (
        "1 of 5 prices answer nothing that the study asks for: gp.consults of RZP (row 2; nearest: gp.consult)"
        in note.what
    )
    assert behind.rule == "prices_stand_behind"


def test_a_tariff_for_any_organisation_with_near_names_is_no_slip(study):
    anybody = [row.replace(row.split(",")[1], "*", 1) for row in (GP, THEATRE, WARD, PHYSIO)]
    prices(study, *anybody, anybody[0].replace("gp.consult", "gp.consults"))
    assert told(study, Severity.WARNING) == []


def test_a_row_of_its_own_beside_one_for_any_is_a_slip(study):
    prices(study, GP.replace("RZP", "*"), GP.replace("gp.consult", "gp.consutl"), THEATRE, WARD, PHYSIO)
    (warning,) = told(study, Severity.WARNING)
    assert warning.where.row == 2
    assert "now £40.00 per contact of prices.csv answers" in warning.what


def test_a_large_tariff_is_one_note(study):
    others = [f"tariff.{number:04d},*,7,contact,whole,2024-25,Tariff" for number in range(500)]
    prices(study, *others, GP, THEATRE, WARD, PHYSIO)
    note, _ = told(study, Severity.NOTE)
    assert "500 of 504 prices answer nothing" in note.what
    assert "tariff.0000 (row 1), tariff.0001 (row 2), tariff.0002 (row 3) and 497 more" in note.what


# --- a table nobody asks ---------------------------------------------------------------------------------------------------
def test_a_table_that_answers_nothing_is_refused(study, tmp_path):
    prices(study, "lung.drain,RQQ,7,contact,whole,2024-25,x", "gp.consult,QQQ,7,contact,whole,2024-25,x")
    message = refused(run_cli("run", study, "--out", tmp_path / "out"))
    assert "prices.csv: no price answers anything that the study asks for: lung.drain of RQQ (row 1)" in message


def test_a_table_that_stands_behind_another_is_a_note(study):
    prices(study, GP.replace("40", "1"), name="behind.csv")
    edit(study.parent, "study.yaml", "  - prices: {", "  - table: behind.csv\n  - prices: {")
    result = pc.run(study)
    assert result["baseline"].total_gbp == pytest.approx(TOTAL_GBP)
    notes = [note for note in result.notes if note.rule == "prices_stand_behind"]
    assert [note.where.file for note in notes] == ["behind.csv", None]
    assert all(note.severity is Severity.NOTE for note in notes)


def test_a_set_for_another_scenario_is_a_note_from_python():
    other = {"unit_cost": ["lung.drain"], "value_gbp": [7], "unit": ["contact"], "covers": ["whole"],
             "price_year": ["2024-25"], "source": ["x"]}  # fmt: skip
    costed = cost(pd.read_csv(pd.io.common.StringIO(ALL_PRICES), dtype=str), other)
    assert costed.total_gbp == pytest.approx(TOTAL_GBP)
    assert [note.rule for note in costed.notes if "price" in note.rule][:1] == ["no_price_asked_for"]


# --- levels ------------------------------------------------------------------------------------------------------------------
def by_level(study, *levels):
    columns = "level," + HEADER
    rows = [f",{row}" for row in (GP, THEATRE, WARD, PHYSIO)]
    rows += [f"{level},{THEATRE.replace('5000', '7000')}" for level in levels]
    (study.parent / "prices.csv").write_text("\n".join([columns, *rows]) + "\n", encoding="utf-8")


def test_a_price_by_level_counts_for_its_level(study):
    by_level(study, "frail=Frail")
    more = 10 * 0.6 / 0.95 * 2000
    assert pc.run(study)["baseline"].total_gbp == pytest.approx(TOTAL_GBP + more)


@pytest.mark.parametrize("level", ["frail=frail", "frail= Frail", "Frail=Frail", "frial=Frail", "age=Frail"])
def test_a_level_written_another_way_is_refused(study, tmp_path, level):
    by_level(study, level)
    message = refused(run_cli("run", study, "--out", tmp_path / "out"))
    assert "prices.csv row 5" in message
    assert "frail" in message


def test_a_level_one_letter_off_is_a_warning(study):
    by_level(study, "frail=Frial")
    (warning,) = told(study, Severity.WARNING)
    assert (warning.rule, warning.nearest, warning.where.row) == ("price_for_no_level", "Frail", 5)


def test_a_level_nobody_has_is_a_note(study):
    by_level(study, "frail=unknown")
    assert "price_for_no_level" in {note.rule for note in told(study, Severity.NOTE)}


# --- below £0, and £0 ------------------------------------------------------------------------------------------------------
def test_a_price_below_zero_is_a_warning_in_pounds(study, tmp_path):
    prices(study, GP, THEATRE.replace("5000", "-5000"), WARD, PHYSIO)
    (warning,) = told(study, Severity.WARNING)
    assert "theatre.knee of RXX −£5,000.00 per episode (row 2)" in warning.what
    assert warning.rule == "price_below_zero"
    assert "−£5,000.00" in refused(run_cli("run", study, "--out", tmp_path / "out", "--strict"))


def test_a_rebate_that_is_allowed_is_silent(study):
    rows = [f"{row}," for row in (GP, THEATRE, WARD)]
    (study.parent / "prices.csv").write_text(
        "\n".join([f"{HEADER},negative", *rows, f"{PHYSIO.replace(',80,', ',-80,')},allowed"]) + "\n", encoding="utf-8"
    )
    assert told(study, Severity.WARNING) == []


@pytest.mark.parametrize(("negative", "warnings"), [("", 1), (", negative: allowed", 0)])
def test_a_price_below_zero_in_the_study(study, negative, warnings):
    prices(study, THEATRE, WARD, PHYSIO)
    edit(study.parent, "study.yaml", "gp.consult: 9,", f"gp.consult: {{gbp: -9{negative}}},")
    found = told(study, Severity.WARNING)
    assert len(found) == warnings
    assert all("gp.consult −£9.00 per contact" in each.what for each in found)


def test_prices_of_nothing_are_named_together(study):
    prices(study, GP.replace("40", "0"), THEATRE, WARD.replace("450", "0.00"), PHYSIO)
    (warning,) = told(study, Severity.WARNING)
    assert warning.what.startswith("2 prices of prices.csv are £0")
    assert "gp.consult of RZP (row 1), ward.bed_day of RXX (row 3)" in warning.what


def test_a_component_of_nothing_is_ordinary(study):
    rows = [f"{row},nursing" for row in (GP, THEATRE, WARD, PHYSIO)]
    rows.append(f"{WARD.replace('450', '0')},drugs")
    (study.parent / "prices.csv").write_text("\n".join([f"{HEADER},component", *rows]) + "\n", encoding="utf-8")
    assert told(study, Severity.WARNING) == []


@pytest.mark.parametrize(
    ("price", "said"),
    [("-70", "sets physio.contact to −£70.00, below £0"), ("0", "to £0"), ("-70, negative: allowed", None)],
)
def test_a_price_that_a_scenario_sets(study, price, said):
    change = f"  - {{set_price: physio.contact, to: {{gbp: {price}}}}}\n"
    with (study.parent / "shorter_stay.yaml").open("a", encoding="utf-8") as file:
        file.write(change)
    found = [note.what for note in told(study, Severity.WARNING)]
    assert (said is None and not found) or (len(found) == 1 and said in found[0])


def test_a_price_of_nothing_out_of_extracts_is_told(tmp_path):
    path = write_study(tmp_path / "study")
    for old in (">75<", ">85<"):
        edit(path.parent, "plics/CSCC_FY2024-25_M12_RYY_01.xml", old, ">0<")
    edit(path.parent, "plics/CSCC_FY2024-25_M12_RYY_01.xml", ">160<", ">0<")
    assert "physio.contact of RYY" in next(note.what for note in pc.run(path).notes if note.rule == "price_is_zero")
