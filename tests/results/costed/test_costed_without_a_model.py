"""Costs that were measured: no pathway, no prices, no model, and the same tables. The patients are made up, pounds by hand.

Ten fit and ten frail patients. All come to the clinic once: £100 each. Before, 5 of the fit stay 4 days on the ward of RYY
at £400, and the 10 frail 4 days on that of RXX at £500: £1,000 + £1,000 + £8,000 + £20,000 = £30,000.

After, the clinic of the frail costs £110; 4 of the fit stay on the ward; and of the 40 days of the frail 20 are at RYY, now
at £450: £1,000 + £1,100 + £6,400 + £10,000 + £9,000 = £27,500.
"""

import io
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathway_cost.cube import Cube
from pathway_cost.engine.model.arms import Arm
from pathway_cost.errors import ComparisonFaults, EngineFaults
from pathway_cost.reports.files.folder import run_files
from pathway_cost.results.compared.bridge import TOGETHER
from pathway_cost.results.compared.comparison import compare
from pathway_cost.results.costed.basis import Basis
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.frames.record_of_run import StudyFacts, run_record
from pathway_cost.results.frames.run_result import RunResult
from pathway_cost.results.frames.tables_of_run import assemble
from pathway_cost.specs.format.scenario import OneOff
from pathway_cost.tables.cohort.cohort import Cohort
from tests.results.compared.test_bridge import cares
from tests.results.results_toy import baseline, costed

CLINIC, WARD = ("clinic", "visit"), ("ward", "bed_day")
ROLES = {"clinic": "community", "ward": "acute"}
LEAD = OneOff(id="lead", role="acute", year="2024-25", gbp=5_000, what="project lead")


def measured(name, pounds, on_ward, **more):
    """`pounds`: (segment, (setting, use), organisation, units) → component → £; `on_ward`: the stays of each segment."""
    seen = {"clinic": (10.0, 10.0), "ward": on_ward, "home": (10.0, 10.0)}
    rows = [
        (segment, "everyone", "all", setting, use, use, "", component, ROLES[setting], who, 10.0, seen[setting][segment], units, gbp)
        for (segment, (setting, use), who, units), split in pounds.items()
        for component, gbp in split.items()
    ]  # fmt: skip
    columns = ["segment", "arm", "place", "setting", "use", "unit_cost", "level", "component", "role", "organisation",
               "patients", "visits", "quantity", "gbp"]  # fmt: skip
    visits = [
        (k, "everyone", setting, 10.0, each[k], min(each[k], 10.0)) for k in (0, 1) for setting, each in seen.items()
    ]
    flows = [
        (k, "everyone", *way, moved)
        for k in (0, 1)
        for way, moved in (
            (("start", "clinic", "clinic"), 10.0), (("clinic", "ward", "ward"), on_ward[k]),
            (("clinic", "home", "home"), 10.0 - on_ward[k]), (("ward", "home", "home"), on_ward[k]),
        )
    ]  # fmt: skip
    segments = pd.DataFrame({"segment": [0, 1], "place": "all", "frail": ["no", "yes"], "rows": 10, "patients": 10.0})
    given = {
        "scenario": name,
        "cube": Cube(pd.DataFrame(rows, columns=columns)),
        "visit_rows": pd.DataFrame(visits, columns=["segment", "arm", "setting", "patients", "visits", "reached"]),
        "flow_rows": pd.DataFrame(flows, columns=["segment", "arm", "from_setting", "to_setting", "route", "patients_moved"]),
        "segments": segments,
        "weights": segments[["segment", "patients"]].assign(arm="everyone", share=1.0),
        "stands_on": Basis("2024-25", horizon_days=365.0),
    }  # fmt: skip
    return CostedPathway(**given | more)


def before(**more):
    pounds = {
        (0, CLINIC, "RCC", 10.0): {"medical": 1_000.0},
        (1, CLINIC, "RCC", 10.0): {"medical": 1_000.0},
        (0, WARD, "RYY", 20.0): {"nursing": 8_000.0},
        (1, WARD, "RXX", 40.0): {"nursing": 16_000.0, "drugs": 4_000.0},
    }
    return measured("before", pounds, (5.0, 10.0), **more)


def after(**more):
    pounds = {
        (0, CLINIC, "RCC", 10.0): {"medical": 1_000.0},
        (1, CLINIC, "RCC", 10.0): {"medical": 1_100.0},
        (0, WARD, "RYY", 16.0): {"nursing": 6_400.0},
        (1, WARD, "RXX", 20.0): {"nursing": 8_000.0, "drugs": 2_000.0},
        (1, WARD, "RYY", 20.0): {"nursing": 9_000.0},
    }
    return measured("after", pounds, (4.0, 10.0), one_offs=(LEAD,), **more)


def bridged(first, second):
    frame = compare(first, second).bridge()
    return {row.factor: round(row.gbp, 6) for row in frame.itertuples() if row.gbp}


# --- one result ----------------------------------------------------------------------------------------------------
def test_total_and_per_patient():
    result = before()
    assert (result.total_gbp, result.patients, result.cost_per_patient_gbp) == (30_000.00, 20.0, 1_500.00)
    assert result.basis == "1 year from the start, per start, undiscounted"
    assert result.price_year == "2024-25"
    ward = result.per_setting("ward")
    assert (ward.patients, ward.cost_per_patient_gbp) == (15.0, 2_000.00)
    assert result.per_eligible([1]).cost_per_patient_gbp == 2_100.00


@pytest.mark.parametrize(
    ("cut", "pounds"),
    [
        ("setting", {"clinic": 2_100, "ward": 25_400}),
        ("organisation", {"RCC": 2_100, "RYY": 15_400, "RXX": 10_000}),
        ("component", {"medical": 2_100, "nursing": 23_400, "drugs": 2_000}),
        ("role", {"community": 2_100, "acute": 25_400}),
    ],
)
def test_cuts(cut, pounds):
    frame = after().by(cut)
    assert dict(zip(frame[cut], frame["gbp"], strict=True)) == pounds


def test_activity():
    assert after().quantities().set_index("unit_cost")["quantity"].to_dict() == {"visit": 20.0, "bed_day": 56.0}
    assert after().visits.set_index("setting")["visits"].to_dict() == {"clinic": 20.0, "ward": 14.0, "home": 20.0}
    days = before().lines().set_index("organisation").loc["RYY"]
    assert (days["quantity_per_visit"], days["price_gbp"]) == (4.0, 400.00)


@pytest.mark.parametrize("ask", ["pathway", "sd_per_patient_gbp", "modelled"])
def test_what_only_a_model_has_is_refused(ask):
    with pytest.raises(EngineFaults, match="before was measured, not modelled"):
        getattr(before(), ask)
    with pytest.raises(EngineFaults, match="no pathway, no prices"):
        before().unit_costs()


def test_patients_are_told_as_measured_and_never_as_the_average_of_their_like():
    rows = {"patient_id": ["NA", "0100"], "frail": ["no", "yes"]}
    two = Cohort.from_frame(rows).coded({"frail": ("no", "yes")}, {}, {"all": None})
    assert two.patient_id.tolist() == ["0100", "NA"]  # the order in which costs are kept; told in that of the table
    costs = before(cohort=two, patient_cost=np.array([2_100.0, 100.0])).patient_costs()
    assert costs.to_numpy().tolist() == [["NA", 100.00], ["0100", 2_100.00]]
    with pytest.raises(EngineFaults, match="measured and not kept"):
        before(cohort=two).patient_costs()


def test_weights_of_an_arm_that_the_result_does_not_know():
    with pytest.raises(ValueError, match="'everyone'"):
        before(arms=(Arm("taken", ("hub",)),))


# --- two results ---------------------------------------------------------------------------------------------------
def test_compared():
    comparison = compare(before(), after())
    assert (comparison.change_total_gbp, comparison.change_per_patient_gbp) == (-2_500.00, -125.00)
    assert comparison.change_one_off_gbp == 5_000.00
    changed = comparison.by("organisation").set_index("organisation")["change_gbp"]
    assert changed.to_dict() == {"RCC": 100.00, "RYY": 7_400.00, "RXX": -10_000.00}


def test_the_bridge_adds_up():
    """4 stays, not 5: −£1,600. Half of 40 days at RYY, which had £400: −£2,000. RYY at £450: 20 × £50, the clinic + £100."""
    assert bridged(before(), after()) == {
        "routing": -1_600.00, "organisation": -2_000.00, "unit cost": 1_100.00, "one-off costs": 5_000.00,
    }  # fmt: skip


def test_the_same_organisations_at_the_same_prices_change_nothing():
    assert bridged(after(), after()) == {}


def test_an_organisation_that_was_never_paid_before():
    moved = {(1, WARD, "RZZ", 40.0): {"nursing": 18_000.0}}
    assert bridged(measured("one", {(1, WARD, "RXX", 40.0): {"nursing": 20_000.0}}, (0.0, 10.0)),
                   measured("two", moved, (0.0, 10.0))) == {TOGETHER: -2_000.00}  # fmt: skip


def test_a_use_with_two_unit_costs_is_refused():
    result = after()
    frame = result.cube.frame
    two = frame.assign(unit_cost=frame["unit_cost"].mask(frame["organisation"] == "RYY", "rehab_day"))
    with pytest.raises(ArithmeticError, match="two unit costs"):
        compare(before(), replace(result, cube=Cube(two))).bridge()


def without_model(costed):
    """The same figures, as if they had been measured."""
    rows = costed.visit_rows
    by_setting = {name: iter(costed.modelled.reached(name)) for name in rows["setting"].unique()}
    reached = [next(by_setting[name]) for name in rows["setting"]]
    return replace(costed, model=None, visit_rows=rows.assign(reached=reached))


@settings(max_examples=20, deadline=None)
@given(cares(), cares(), st.booleans(), st.booleans())
def test_the_bridge_closes_whoever_has_a_model(first, second, drop_first, drop_second):
    sides = [baseline(first, base=[10.0, 90.0]), costed("any", {"everyone": second}, base=[10.0, 90.0])]
    sides = [without_model(each) if drop else each for each, drop in zip(sides, (drop_first, drop_second), strict=True)]
    parts = compare(*sides).bridge()["gbp"]
    total = sides[0].total_gbp + sides[1].total_gbp + parts.abs().sum()
    assert abs(parts.sum() - (sides[1].total_gbp - sides[0].total_gbp)) <= 1e-9 * total


def test_pounds_of_other_years_or_other_spans_are_not_compared():
    for basis, rule in ((Basis("2023-24", 365.0), "unlike_price_years"), (Basis("2024-25", 730.0), "unlike_bases")):
        with pytest.raises(ComparisonFaults) as error:
            compare(before(), after(stands_on=basis))
        assert [problem.rule for problem in error.value.problems] == [rule]


# --- tables and reports --------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def result():
    both = {"before": before(), "after": after()}
    record = run_record(both, StudyFacts("hub", "study.yaml", {}))
    return RunResult("hub", "The hub, before and after", both, assemble(both), record, synthetic=True)


@pytest.fixture(scope="module")
def files(result):
    return run_files(result)


def test_tables(result):
    summary = result.summary.set_index("scenario")
    assert summary["total_gbp"].tolist() == [30_000.00, 27_500.00]
    assert summary.loc["after", ["change_volume_gbp", "change_rate_gbp"]].tolist() == [0.00, -2_500.00]
    settings = result.by_setting.set_index(["scenario", "setting"])
    assert settings["gbp"].tolist() == [2_000, 28_000, 0, 2_100, 25_400, 0]
    assert set(settings["title"]) == {""}
    segments = result.by_segment
    assert segments["frail"].tolist() == ["no", "yes", "no", "yes"]
    assert segments["gbp_per_patient"].tolist() == [900.00, 2_100.00, 740.00, 2_010.00]
    frail = result.by_attribute.query("scenario == 'after'")
    assert frail[["level", "patients", "gbp", "change_gbp"]].to_numpy().tolist() == [
        ["no", 10.0, 7_400.00, -1_600.00], ["yes", 10.0, 20_100.00, -900.00],
    ]  # fmt: skip
    assert result.beside[["organisation", "gbp"]].to_numpy().tolist() == [["RYY + RXX", 5_000.00]]
    for empty in (result.unit_costs_used, result.assumptions, result.changes, result.coverage):
        assert len(empty) == 0


def test_the_record_names_no_model(result):
    record = result.record
    assert (record["pathway"], record["evaluator"], record["uplifts"], record["changed_values"]) == (None, None, [], [])
    assert record["totals"]["after"] == {"patients": 20.0, "total_gbp": 27_500.00, "one_off_gbp": 5_000.00}


def test_the_page(files):
    page = files["report.html"].decode()
    for words in ("£30,000", "£27,500", "£1,500.00", "£1,375.00", "−£2,500", "−£2,000", "Clinic",
                  "Acute", "1 year from the start", "summed from records", "no price stands behind them"):  # fmt: skip
        assert words in page
    assert not [words for words in ("what a model expects", "Modelled change") if words in page]


def test_the_workbook_and_its_check_sheet(files):
    live, kept = (openpyxl.load_workbook(io.BytesIO(files["workbook.xlsx"]), data_only=each) for each in (False, True))
    held = [cell.value for sheet in kept for row in sheet.iter_rows() for cell in row]
    assert {"Change per patient", "Attribute"} <= set(held)
    assert not [words for words in held if "Modelled" in str(words)]
    assert {30_000, 27_500, 1_500, 1_375} <= {each for each in held if isinstance(each, int | float)}
    assert [kept["Check"].cell(row, 3).value for row in (6, 7)] == pytest.approx([30_000.00, 27_500.00])
    assert [kept["Check"].cell(row, 6).value for row in (6, 7)] == ["agrees", "agrees"]
    assert live["Check"].cell(6, 3).value == "=SUM(L11:L14)"
    assert live["Check"].cell(11, 12).value == "=I11*J11*K11"
    assert live["Check"].cell(6, 6).value.startswith("=IF(ABS(E6)<=")
    products = [row[11].value for row in kept["Check"].iter_rows(min_row=11) if isinstance(row[11].value, int | float)]
    assert sum(products) == pytest.approx(57_500.00)


# --- frames that cannot be ---------------------------------------------------------------------------------------------
def spoilt(**changed):
    """The fault of a result of which some frames are others."""
    with pytest.raises(EngineFaults) as fault:
        before(**changed)
    return {problem.rule: problem.what for problem in fault.value.problems}


def cube(**changed):
    """The cube with one row's figures changed."""
    frame = before().cube.frame.copy()
    frame.loc[0, list(changed)] = list(changed.values())
    return Cube(frame)


def test_a_lump_sum_without_a_quantity_is_refused():
    assert spoilt(cube=cube(quantity=0.0)) == {"pounds_without_units": "£1,000.00 without any quantity: visit"}


def test_patients_other_than_the_weights_are_refused():
    found = spoilt(cube=cube(patients=9.0))
    assert found == {"patients_differ_from_weights": "the patients of segments 0 are not those of the weights"}


@pytest.mark.parametrize(
    ("frame", "column", "value", "rule"),
    [
        ("weights", "patients", np.nan, "measured_number_missing"),
        ("weights", "segment", 7, "segment_not_in_result"),
        ("visit_rows", "visits", np.nan, "measured_number_missing"),
        ("visit_rows", "reached", np.nan, "measured_number_missing"),
        ("visit_rows", "setting", "elsewhere", None),
    ],
)
def test_frames_that_disagree_are_refused(frame, column, value, rule):
    given = getattr(before(), frame).copy()
    given.loc[given.index[0], column] = value
    if rule is None:
        assert before(**{frame: given}).total_gbp == 30_000.00  # nobody seen there, and no pound falls there
    else:
        assert rule in spoilt(**{frame: given})


def test_columns_that_are_missing_are_all_told():
    frames = {name: getattr(before(), name) for name in ("weights", "visit_rows")}
    with pytest.raises(EngineFaults) as told:
        before(weights=frames["weights"].drop(columns="share"), visit_rows=frames["visit_rows"].drop(columns="reached"))
    assert [str(problem) for problem in told.value.problems] == [
        "weights: there is no column 'share'",
        "visit_rows: there is no column 'reached'",
    ]


def test_pounds_where_nobody_was_seen_are_refused():
    visits = before().visit_rows
    found = spoilt(visit_rows=visits[visits["setting"] != "ward"])
    assert found == {"setting_without_visits": "pounds fall at settings that nobody is said to visit: ward"}


def test_a_basis_that_says_otherwise_is_refused():
    basis = Basis("2024-25", pounds_discounted="3.5% a year")
    found = spoilt(stands_on=basis)
    assert found == {"discounted_otherwise": "the cube holds none, and the basis says 3.5% a year"}


def test_all_that_disagrees_is_said_together():
    assert set(spoilt(cube=cube(quantity=0.0, patients=9.0), stands_on=Basis("2024-25", counts_discounted="1.5%"))) == {
        "pounds_without_units", "patients_differ_from_weights", "discounted_otherwise",
    }  # fmt: skip


def test_a_result_stands_under_its_own_name():
    both = {"before": before(), "later": after()}
    with pytest.raises(ValueError, match=r"each result stands under its own name, and these do not: \['later'\]"):
        RunResult("hub", "The hub", both, assemble({"before": before(), "after": after()}), {})


def test_percentiles_of_measured_costs_are_not_called_expected():
    with pytest.raises(EngineFaults, match="how measured patients differ is not worked out here"):
        before().percentiles(50)
