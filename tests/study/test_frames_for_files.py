"""A study made of frames and objects, no file on disk: the same pounds, notes and tables as from files."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import hypothesis.strategies as some
import networkx as nx
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings

import pathway_cost as pc
from pathway_cost.errors import OutputFaults, SpecFaults, TableFaults
from pathway_cost.specs.reading.read_specs import load_document
from tests.asked_study import DAYS, ONCE, WARD, row, run, write
from tests.engine.toy import TOWN, YEAR

EXAMPLE = Path(__file__).parents[2] / "examples" / "time_and_chance"


def as_polars(frame):
    return pytest.importorskip("polars").from_pandas(frame)


LIBRARIES = {"pandas": lambda frame: frame, "arrow": pa.Table.from_pandas, "polars": as_polars}


def in_memory(path, make=lambda frame: frame):
    """A study's file as a dict, its tables as frames and its specs as objects of one kind or another."""
    study = load_document(path).tree
    folder = path.parent
    pathway = pc.load_pathway(folder / study["pathway"])
    study["pathway"] = pathway.to_graph()
    scenarios = [pc.load_scenario(folder / each) for each in study.get("scenarios", [])]
    study["scenarios"] = [each.to_yaml() if place % 2 else each for place, each in enumerate(scenarios)]
    if isinstance(study["cohort"], str):
        study["cohort"] = make(pd.read_csv(folder / study["cohort"]))
    study["unit_costs"] = [
        {**given, "table": make(pd.read_csv(folder / given["table"]))} for given in study["unit_costs"]
    ]
    return study


def assert_same(one, other):
    """Every table to the last bit, and every note but for the place it names."""
    for name, frame in one.tables.items():
        pd.testing.assert_frame_equal(frame, other.tables[name], check_exact=True)
    without_place = [[replace(note, where=None) for note in result.notes] for result in (one, other)]
    assert without_place[0] == without_place[1]


@pytest.fixture(scope="module")
def small_example(tmp_path_factory):
    """The study of the example, with fewer draws and patients, and what it gives."""
    folder = shutil.copytree(EXAMPLE, tmp_path_factory.mktemp("example") / "study")
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    small = text.replace("draws: 500", "draws: 20").replace("patients: 20000", "patients: 200")
    (folder / "study.yaml").write_text(small, encoding="utf-8")
    return folder / "study.yaml", pc.run(folder / "study.yaml")


@pytest.mark.parametrize("library", LIBRARIES)
def test_all_that_a_study_asks_is_the_same_from_frames(small_example, library, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path, from_files = small_example
    study = pc.load_study(in_memory(path, LIBRARIES[library]))
    assert study.path is None
    assert pc.check(study).patients == 1000
    result = pc.run(study)
    assert_same(from_files, result)
    if library == "pandas":
        pc.write(result, tmp_path / "out")
        assert not pc.verify(tmp_path / "out", study).moved
    assert [path.name for path in tmp_path.iterdir()] == (["out"] if library == "pandas" else [])


def test_a_frame_has_one_hash_in_every_library():
    people = pd.DataFrame({
        "patient_id": ["a", None, "é"], "age": [60.0, None, 71.0], "weight": [1, 2, 3], "share": [0.5, 0.25, np.nan],
        "frail": [True, False, True], "seen": pd.to_datetime(["2024-01-01", None, "2024-05-06"]),
    })  # fmt: skip
    typed = pa.table({
        "patient_id": pa.array(["a", None, "é"]).dictionary_encode(), "age": pa.array([60, None, 71]),
        "weight": pa.array([1, 2, 3], pa.int16()), "share": [0.5, 0.25, None], "frail": [True, False, True],
        "seen": pa.array([pd.Timestamp("2024-01-01"), None, pd.Timestamp("2024-05-06")], pa.date32()),
    })  # fmt: skip
    (batch,) = typed.to_batches()
    hashes = {hash_of(people), hash_of(pa.Table.from_pandas(people)), hash_of(typed), hash_of(batch)}
    assert len(hashes) == 1
    for other in (people.iloc[::-1], people[people.columns[::-1]], people.assign(weight=[1, 2, 4]), people.rename(columns={"age": "years"})):  # fmt: skip
        assert hash_of(other) not in hashes


def test_a_frame_has_the_same_hash_in_polars():
    polars = pytest.importorskip("polars")
    columns = {
        "age": [60, None, 71],
        "share": [0.5, None, 0.25],
        "frail": ["no", None, "yes"],
        "old": [True, False, True],
    }
    assert hash_of(pd.DataFrame(columns)) == hash_of(polars.DataFrame(columns)) == hash_of(polars.LazyFrame(columns))


def hash_of(frame):
    study = pc.load_study(of_ward() | {"cohort": frame})
    return study.tables["cohort"].sha256


def prices(gbp=450, **more):
    columns = {
        "unit_cost": ["ward.day"], "organisation": [TOWN["all"]["acute"]], "value_gbp": [gbp], "unit": ["contact"],
        "covers": ["part"], "price_year": [YEAR], "source": ["made up"],
    }  # fmt: skip
    return pd.DataFrame(columns | more)


def of_ward(raw=ONCE, **asked):
    """The ward at £450 a day, all of it in memory."""
    from tests.engine.chance_toy import raw_of
    from tests.engine.toy import pathway_of

    return {
        "study": "asked", "pathway": raw_of(pathway_of(raw)), "footprint": TOWN, "cohort": {"patients": 100},
        "price_year": YEAR, "unit_costs": [{"table": prices()}], **asked,
    }  # fmt: skip


def test_pounds_of_a_study_in_memory():
    """100 patients who stay 4.65 days at £450."""
    result = pc.run(of_ward())
    assert result["baseline"].total_gbp == pytest.approx(100 * 4.65 * 450)
    assert sorted(result.record["inputs"])[:3] == ["frame: unit_costs.0.table", "given: pathway", "given: study"]


PATHWAYS = {
    "a pathway": pc.load_pathway,
    "a dict": lambda raw: raw,
    "YAML text": lambda raw: pc.load_pathway(raw).to_yaml(),
    "a graph": lambda raw: pc.load_pathway(raw).to_graph(),
}


@pytest.mark.parametrize("make", PATHWAYS.values(), ids=list(PATHWAYS))
def test_a_pathway_may_come_in_anything(make):
    study = of_ward(WARD)
    record = pc.run(study | {"pathway": make(study["pathway"])}).record
    assert record["totals"]["baseline"]["total_gbp"] == pytest.approx(100 / 0.9 * 4.65 * 450)
    assert record["inputs"]["given: pathway"] == pc.run(study).record["inputs"]["given: pathway"]


def test_scenarios_by_library_name_path_object_and_dict(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    knee = pc.load_pathway("elective_knee")
    library = load_document(Path(pc.__file__).parents[1] / "pathways" / "elective_knee" / "study.yaml").tree
    wanted = {name: library[name] for name in ("study", "footprint", "cohort", "price_year", "unit_costs")}
    folder = Path(pc.__file__).parents[1] / "pathways" / "elective_knee"
    wanted["unit_costs"] = [each if "national" not in each or each["national"].startswith("ncc") else {"national": str(folder / each["national"])} for each in wanted["unit_costs"]]  # fmt: skip
    (tmp_path / "own.yaml").write_text("scenario: own\namends: elective_knee\nchanges: [{scale_patients: {}, by: 2}]\n", encoding="utf-8")  # fmt: skip
    triage = pc.load_scenario(folder / "scenarios" / "msk_triage.yaml")
    twice = {"scenario": "twice", "amends": "elective_knee", "changes": [{"scale_patients": {}, "by": 3}]}
    study = pc.load_study(wanted | {"pathway": knee, "scenarios": ["day_case", "own.yaml", triage, twice]})
    assert list(study.scenarios) == ["day_case", "own", "msk_triage", "twice"]
    assert "library:elective_knee/scenarios/day_case.yaml" in study.files
    by_name = pc.load_study(wanted | {"pathway": "elective_knee", "scenarios": "day_case"})
    assert by_name.scenarios["day_case"] == study.scenarios["day_case"]


def test_a_set_of_unit_costs_may_be_handed_over_whole():
    elsewhere = prices(500, organisation=["RZZ"])
    costs = pc.UnitCosts.from_frame(elsewhere, name="ward prices", borrow={TOWN["all"]["acute"]: "RZZ"})
    for given_so in (costs, {"table": costs}):
        result = pc.run(of_ward(unit_costs=[given_so, {"table": prices()}]))
        assert result["baseline"].total_gbp == pytest.approx(100 * 4.65 * 500)
        assert set(result["baseline"].unit_costs()["set"]) == {"ward prices"}


@pytest.mark.parametrize("table", [prices(), pc.UnitCosts.from_frame(prices())], ids=["frame", "set"])
def test_what_a_table_in_memory_must_hold(table):
    held = {"table": table, "expect": {"gbp": 450, "records": 1}}
    assert pc.check(of_ward(unit_costs=[held])).patients == 100
    said = r"unit_costs\.0\.table: not the control total: pounds expected £450\.01, found £450\.00"
    with pytest.raises(TableFaults, match=said):
        pc.check(of_ward(unit_costs=[held | {"expect": {"gbp": 450.01}}]))


def test_a_cohort_may_be_handed_over_whole():
    people = pd.DataFrame({"weight": [1.0, 3.0]})
    study = pc.load_study(of_ward(cohort=pc.Cohort.from_frame(people), synthetic=True))
    people["weight"] = 0.5
    assert pc.run(study)["baseline"].total_gbp == pytest.approx(4 * 4.65 * 450)


def test_tables_of_factors_rates_and_draws_may_be_frames():
    """£450 everywhere, × 1.1 for the place, × 1.05 for the year; 4.65 days, or draws of 4 and 5."""
    grown = prices(organisation=["*"], price_year=["2023-24"], price_index=["own"])
    factors = pd.DataFrame({"organisation": [TOWN["all"]["acute"]], "factor": [1.1]})
    rates = pd.DataFrame({
        "index": ["own"], "price_year": [YEAR], "rate": [0.05], "edition": ["2025"], "source": ["made up"],
        "grade": ["assumption"],
    })  # fmt: skip
    draws = pd.DataFrame({"los": [4.0, 5.0]})
    result = pc.run(
        of_ward(
            unit_costs=[{"table": grown}], mff=factors, price_index={"file": rates}, uncertainty={"table": draws}
        )
    )  # fmt: skip
    assert result["baseline"].total_gbp == pytest.approx(100 * 4.65 * 450 * 1.1 * 1.05)
    mean = row(result.uncertainty, scenario="baseline", measure="total_gbp")["mean"]
    assert mean == pytest.approx(100 * 4.5 * 450 * 1.1 * 1.05)
    assert {"frame: mff", "frame: price_index", "frame: uncertainty.table"} <= set(result.record["inputs"])


# --- faults -------------------------------------------------------------------------------------------------------------
def test_a_fault_in_a_frame_names_it_by_its_key_and_row():
    people = pd.DataFrame({"patient_id": ["943 476 5919", "943 476 5919"], "weight": [1, -1]})
    with pytest.raises(TableFaults) as raised:
        pc.run(of_ward(cohort={"file": people}))
    assert {problem.where.file for problem in raised.value.problems} == {"cohort"}
    assert "cohort row 2 (weight)" in str(raised.value)
    assert "cohort row 2 (patient_id)" in str(raised.value) or "patient_id" in str(raised.value)
    assert "943" not in str(raised.value)
    with pytest.raises(TableFaults, match=r"unit_costs\.1\.table row 1 \(value_gbp\)"):
        pc.run(of_ward(unit_costs=[{"table": prices()}, {"table": prices("many")}]))


def test_faults_of_several_frames_are_told_together():
    twice = pd.DataFrame([[1, 2]], columns=["weight", "weight"])
    with pytest.raises(TableFaults) as raised:
        pc.load_study(of_ward(cohort=twice, mff=twice))
    assert [problem.where.file for problem in raised.value.problems] == ["cohort", "mff"]


@pytest.mark.parametrize(
    ("key", "given", "said"),
    [
        ("footprint", pd.DataFrame({"a": [1]}), "footprint: a DataFrame cannot stand here"),
        ("price_index", pd.DataFrame({"a": [1]}), "price_index: a DataFrame cannot stand here"),
        ("cohrt", pd.DataFrame({"a": [1]}), "cohrt: a DataFrame cannot stand here; nearest: 'cohort'"),
        ("unit_costs", [{"tabel": prices()}], "unit_costs.0.tabel: .* cannot stand here; nearest: 'unit_costs.<n>.table'"),
        ("cohort", pc.UnitCosts.from_frame(prices()), "cohort: a UnitCosts cannot stand here"),
        ("pathway", [1, 2], "pathway: text is needed, found a list"),
        ("pathway", 3, "pathway: a int is no pathway"),
        ("pathway", nx.Graph([("a", "b")]), "pathway: its edges have no direction"),
        ("scenarios", [{"scenario": "x", "amends": "toy", "chnages": []}], r"scenarios.0 \(chnages\): unknown field"),
        ("pathwya", "x", "pathwya: unknown field 'pathwya'; nearest: 'pathway'"),
    ],
)  # fmt: skip
def test_what_a_study_cannot_hold_is_said_where_it_stands(key, given, said):
    with pytest.raises(SpecFaults, match=said):
        pc.load_study(of_ward() | {key: given})


def test_a_meaning_fault_of_a_spec_in_memory_names_its_key():
    study = of_ward()
    broken = {**study["pathway"], "routes": {"ward": {"home": 0.7}}}
    with pytest.raises(SpecFaults) as raised:
        pc.load_study(study | {"pathway": broken})
    assert {problem.where.file for problem in raised.value.problems} == {"pathway"}
    text = pc.load_pathway(study["pathway"]).to_yaml().replace("role: acute", "role: acutte")
    with pytest.raises(SpecFaults, match=r"pathway:\d+:\d+ \(settings.ward.role\)"):
        pc.load_study(study | {"pathway": text})


def test_frames_are_copied_and_never_changed():
    people, costs = pd.DataFrame({"weight": [1.0, 3.0]}), prices()
    before = people.copy(), costs.copy()
    study = pc.load_study(of_ward(cohort=people, unit_costs=[{"table": costs}], synthetic=True))
    pc.run(study)
    pd.testing.assert_frame_equal(people, before[0])
    pd.testing.assert_frame_equal(costs, before[1])
    people["weight"], costs["value_gbp"] = 0.5, 1.0
    assert pc.run(study)["baseline"].total_gbp == pytest.approx(4 * 4.65 * 450)


# --- verified ------------------------------------------------------------------------------------------------------------
def test_a_study_that_was_handed_over_must_be_handed_over_again(tmp_path):
    study = of_ward()
    pc.write(pc.run(study), tmp_path / "out")
    assert not pc.verify(tmp_path / "out", study).moved
    assert "agree byte for byte with asked, run again" in str(pc.verify(tmp_path / "out", study))
    for again in (None, tmp_path / "study.yaml"):
        with pytest.raises(OutputFaults, match=r"handed over .*hand it over again: pc.verify\(folder, study\)"):
            pc.verify(tmp_path / "out", again)
    with pytest.raises(OutputFaults, match=r"frame: unit_costs\.0\.table: has changed since the run"):
        pc.verify(tmp_path / "out", study | {"unit_costs": [{"table": prices(451)}]})
    with pytest.raises(OutputFaults, match=r"frame: unit_costs\.0\.table: is not there any more"):
        pc.verify(tmp_path / "out", study | {"unit_costs": [{"prices": {"ward.day": 450}}]})


def test_a_study_loaded_from_a_file_verifies_as_its_path(tmp_path):
    path = write(tmp_path, ONCE)
    pc.write(pc.run(path), tmp_path / "out")
    assert not pc.verify(tmp_path / "out", pc.load_study(path)).moved


# --- a law ---------------------------------------------------------------------------------------------------------------
texts = some.sampled_from(["no", "yes"])
people = some.lists(some.tuples(texts, some.floats(0.25, 9), some.floats(0, 90)), min_size=1, max_size=6)


@settings(max_examples=5, phases=[Phase.generate], deadline=None)
@given(people, some.floats(0.01, 9999))
def test_a_file_and_a_frame_say_the_same(tmp_path_factory, rows, gbp):
    folder = tmp_path_factory.mktemp("law")
    raw = ONCE | {"attributes": {"frail": {"levels": ["no", "yes"]}, "age": {"number": "year"}}}
    cohort = pd.DataFrame(rows, columns=["frail", "weight", "age"])
    cohort.to_csv(folder / "cohort.csv", index=False)
    on_disk = run(folder, raw, cohort="cohort.csv", prices=dict.fromkeys(DAYS, gbp))
    costs = pd.read_csv(folder / "prices.csv")
    study = of_ward(raw, cohort=pa.Table.from_pandas(cohort), unit_costs=[{"table": costs}])
    assert_same(on_disk, pc.run(study))


def test_no_message_of_a_frame_shows_a_patient():
    ids = ["P00417", "P00417"]
    with pytest.raises(TableFaults) as raised:
        pc.run(of_ward(cohort=pd.DataFrame({"patient_id": ids, "nhs_number": ["9434765919"] * 2})))
    assert not re.search("P00417|9434765919", str(raised.value))


@pytest.mark.parametrize("given", [[{"weight": 1}], np.ones((2, 2)), iter([1]), 3, b"weight"])
def test_what_is_no_table_is_told_where_one_stands(given):
    with pytest.raises(
        TableFaults, match=r"^table: 1 fault\n  - cohort: a .* is no table; give a dataframe, or column"
    ):
        pc.load_study(of_ward(cohort=given))


@pytest.mark.parametrize("given", [None, 3, [1], pd.DataFrame({"a": [1]})])
def test_what_is_no_study_is_told(given):
    with pytest.raises(
        SpecFaults, match="is no study; give a Study, a dict or YAML text, or the name or path of a file"
    ):
        pc.run(given)


def test_a_study_that_holds_itself_is_told():
    study = of_ward()
    study["footprint"] = {"all": study}
    with pytest.raises(SpecFaults, match="footprint: more than 50 levels"):
        pc.load_study(study)


def test_a_study_may_be_text(tmp_path, monkeypatch):
    """The text of a study's file, its paths from the folder one stands in."""
    run(tmp_path, ONCE)
    monkeypatch.chdir(tmp_path)
    text = (tmp_path / "study.yaml").read_text(encoding="utf-8")
    assert_same(pc.run("study.yaml"), pc.run(text))
    pc.write(pc.run(text), "out")
    assert not pc.verify("out", text).moved
    with pytest.raises(SpecFaults, match=r"the text:.*unknown field .price_yaer"):
        pc.load_study(text.replace("price_year", "price_yaer", 1))


def test_nothing_in_memory_shows_a_patient():
    cohort = pd.DataFrame({"patient_id": ["9434765919", "9434765870"]})
    study = pc.load_study(of_ward(cohort=cohort))
    ready = pc.prepare(study)
    shown = [study, study.tables, ready, ready._repr_html_(), pc.Cohort.from_frame(cohort), pc.run(ready)]
    assert not re.search("9434765", " ".join(map(repr, shown)))
    assert repr(study).startswith("LoadedStudy of asked: ")


def test_a_library_that_fails_shows_no_cell():
    polars = pytest.importorskip("polars")
    lazy = polars.DataFrame({"patient_id": ["9434765919A"]}).lazy().with_columns(polars.col("patient_id").cast(int))
    with pytest.raises(TableFaults) as raised:
        pc.load_study(of_ward(cohort=lazy))
    assert str(raised.value) == (
        "table: 1 fault\n  - cohort: a LazyFrame cannot be read (InvalidOperationError); make it a dataframe of pandas, "
        "and give that"
    )


@pytest.mark.parametrize("library", LIBRARIES)
def test_one_pathway_by_itself_takes_frames(library):
    """Two patients who stay 4.65 days at £450, and a tenth more of them."""
    make, study = LIBRARIES[library], of_ward()
    cohort, costs = make(pd.DataFrame({"weight": [1, 1]})), make(prices())
    towns = {place: dict(each) for place, each in TOWN.items()}
    more = {"scenario": "more", "amends": "toy", "changes": [{"scale_patients": {}, "by": 1.1}]}
    asked = {"footprint": towns, "price_year": YEAR}
    for sets in (costs, [costs], [pc.UnitCosts.from_frame(prices())]):
        assert pc.cost_pathway(study["pathway"], cohort, sets, **asked).total_gbp == pytest.approx(2 * 4.65 * 450)
    for scenarios in (more, [more]):
        costed = pc.cost_pathway(study["pathway"], cohort, costs, scenarios=scenarios, **asked)
        assert costed.total_gbp == pytest.approx(2.2 * 4.65 * 450)
    with pytest.raises(SpecFaults, match="'more' is given twice: its changes would be made twice; take one out"):
        pc.cost_pathway(study["pathway"], cohort, costs, scenarios=[more, more], **asked)
    with pytest.raises(TableFaults, match=r"unit_costs\.1 row 1 \(value_gbp\)"):
        pc.cost_pathway(study["pathway"], cohort, [costs, make(prices("many"))], **asked)
    with pytest.raises(TableFaults, match="a NoneType is no table"):
        pc.cost_pathway(study["pathway"], None, costs, **asked)
