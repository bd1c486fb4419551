"""A study of real patients: what it shares is worked out from groups of 8 or more, and exact figures lie in local files only."""

import io
import json
import pickle

import pandas as pd
import pytest

import pathway_cost as pc
from pathway_cost.errors import EngineFaults
from pathway_cost.reports.files.folder import run_files
from tests import asked_study
from tests.engine.toy import pathway_of
from tests.real_patients import knee_patients, real_study

LOCAL = {
    "patients_local.parquet", "summary_local.csv", "by_organisation_local.csv", "by_setting_local.csv",
    "by_component_local.csv", "by_segment_local.csv", "by_attribute_local.csv",
}  # fmt: skip
TOLD = (
    "about 75 patients in 13 small groups are costed as their nearest larger group; no total moves by more than 0.001%"
)
CHANCE = ("uncertainty", "sensitivity", "walk")


@pytest.fixture(scope="module")
def knee(tmp_path_factory):
    """The knee example of real patients, run with local files; its result and its files."""
    result = pc.run(real_study(tmp_path_factory.mktemp("real") / "knee", "elective_knee"), keep_patients=True)
    return result, run_files(result, patients=True)


def read(files, name):
    return pd.read_csv(io.BytesIO(files[name]))


def test_one_sentence_says_who_is_costed_as_others(knee):
    result, files = knee
    assert [note.what for note in result.notes if note.rule == "small_groups"] == [TOLD]
    assert f"A{TOLD[1:]}" in files["report.html"].decode().split("</header>")[0]
    assert TOLD in [note["what"] for note in json.loads(files["run.json"])["notes"]]


def test_no_shared_table_has_a_small_group_and_the_local_ones_have_all(knee):
    _, files = knee
    shared, local = read(files, "by_segment.csv"), read(files, "by_segment_local.csv")
    assert shared["patients"].min() >= 8
    baseline = local[local["scenario"] == "baseline"]
    small = baseline[baseline["patients"] < 8]
    assert (len(baseline), len(small), small["patients"].sum()) == (240, 13, 73)
    assert shared["patients"].sum() == local["patients"].sum()
    assert set(files) >= LOCAL
    exact, told = read(files, "summary_local.csv"), read(files, "summary.csv")
    assert exact["total_gbp"].tolist() == pytest.approx(told["total_gbp"].tolist(), rel=1e-4)


def test_nothing_shared_can_be_tried_against_a_hash_of_what_is_not(knee):
    """A hash of exact figures, or of a short table, would say of each guess whether it is right."""
    _, files = knee
    record = json.loads(files["run.json"])
    assert {name for name, digest in record["files"].items() if digest == "withheld"} == LOCAL
    assert record["inputs"]["cohort.parquet"] == "withheld"
    assert len(record["inputs"]["study.yaml"]) == 64


def test_patients_of_the_local_file_cost_what_they_do(knee):
    result, _ = knee
    frame = result.patients_frame()
    baseline = frame[frame["scenario"] == "baseline"]
    assert baseline["expected_cost_gbp"].sum() == pytest.approx(result.exact["baseline"].total_gbp, abs=0.01)
    with pytest.raises(EngineFaults, match="costed as others"):
        result["baseline"].patient_costs()


def test_files_that_stay_are_written_only_where_they_are_asked_for(knee):
    result, _ = knee
    assert not {name for name in run_files(result) if "_local." in name}


def test_patients_who_differ_only_within_small_groups_leave_the_same_bytes(tmp_path):
    """Five of a small group and seven of another, or six and six: both are told as one larger group, so no file can tell."""
    patients = knee_patients()
    of = ["place", "age_band", "frail", "imd", "complexity"]
    here = patients[of].agg(" ".join, axis=1)
    assert (here == "coast under_60 yes 1 medium").sum() == 7
    assert (here == "coast under_60 yes 3 medium").sum() == 6
    other = patients.copy()
    moved = other.index[here == "coast under_60 yes 1 medium"][0]
    other.loc[moved, "imd"] = "3"
    other["patient_id"] = [f"{number:010d}" for number in reversed(range(len(other)))]  # nor who they are
    files = [
        run_files(pc.run(real_study(tmp_path / name, "elective_knee", each)))
        for name, each in (("one", patients), ("other", other))
    ]
    assert files[0].keys() == files[1].keys()
    assert {name for name in files[0] if files[0][name] != files[1][name]} == set()


def test_made_up_patients_and_patients_all_alike_are_exempt_and_say_so(tmp_path):
    alike = asked_study.run(tmp_path / "alike", asked_study.WARD, cohort={"patients": 3})
    assert alike["baseline"].patients == 3
    assert "so small numbers are not suppressed" in run_files(alike)["report.html"].decode()
    patients = pd.DataFrame({"patient_id": ["A", "B", "C"]})
    made_up = pc.run(_of(tmp_path / "made_up", patients, synthetic=True))
    assert made_up["baseline"].patients == 3
    assert "no cell is suppressed" in run_files(made_up)["report.html"].decode()
    assert not [note for each in (alike, made_up) for note in each.notes if note.rule == "small_groups"]


def _of(folder, patients, pathway=asked_study.WARD, **asked):
    path = asked_study.write(folder, pathway, cohort="cohort.csv", **asked)
    patients.to_csv(folder / "cohort.csv", index=False)
    return path


def test_fewer_than_eight_patients_are_told_as_eight_with_a_warning(tmp_path):
    study = _of(tmp_path / "few", pd.DataFrame({"patient_id": ["A", "B", "C"]}))
    result = pc.run(study, keep_patients=True)
    assert result["baseline"].patients == 8
    assert result.exact["baseline"].patients == 3
    assert result["baseline"].cost_per_patient_gbp == pytest.approx(result.exact["baseline"].cost_per_patient_gbp)
    (warned,) = [note for note in result.notes if note.rule == "small_groups"]
    assert warned.what.startswith("the cohort has fewer than 8 patients, and what is told is of 8 like them")
    with pytest.raises(pc.PathwayCostError, match="fewer than 8 patients"):
        pc.run(study, strict=True)
    shared = run_files(result)
    assert not [name for name in shared if name.endswith(".csv") and b",3.0," in shared[name]]


def test_a_prepared_study_answers_as_it_shares_also_after_a_what_if_and_a_pickle(tmp_path):
    ready = pc.prepare(real_study(tmp_path / "knee", "elective_knee", without=CHANCE))
    again = pickle.loads(pickle.dumps(ready)).what_if({"p_readmit": 0.06})
    for each in (ready, ready.what_if({"p_readmit": 0.06}), again):
        assert each.cost().by("segment")["patients"].min() >= 8
        assert len(each.exact.costed("baseline")[1].by("segment")) == 240
    assert again.cost().total_gbp == ready.what_if({"p_readmit": 0.06}).cost().total_gbp


def test_check_says_who_will_be_costed_as_others(tmp_path):
    checked = pc.check(real_study(tmp_path / "knee", "elective_knee", without=CHANCE))
    told = [note.what for note in checked.notes if note.rule == "small_groups"]
    assert told == ["about 75 patients in 13 small groups are costed as their nearest larger group"]


def test_how_many_is_not_told_where_it_would_tell_of_each(tmp_path):
    """Two groups of 7 are 14, and 14 of two small groups can only be 7 and 7."""
    pathway = pathway_of(asked_study.WARD | {"attributes": {"band": {"levels": ["a", "b", "c"]}}})
    bands = ["a"] * 30 + ["b"] * 7 + ["c"] * 7
    patients = pd.DataFrame({"band": bands, "patient_id": range(44)})
    result = pc.run(_of(tmp_path / "two", patients, pathway=asked_study.WARD | {"attributes": pathway.attributes}))
    (note,) = [note for note in result.notes if note.rule == "small_groups"]
    assert note.what.startswith("patients of groups under 8 are costed as their nearest larger group")


def test_a_scenario_that_reaches_only_a_small_group_is_a_fault_that_names_nobody(tmp_path):
    hub = {
        "scenario": "hub", "eligible": {"band": "b"}, "changes": [{"scale_stay": "ward", "by": 0.5}],
    }  # fmt: skip
    attributes = {"attributes": {"band": {"levels": ["a", "b"]}}}
    path = asked_study.write(tmp_path / "hub", asked_study.WARD | attributes, hub, cohort="cohort.csv")
    patients = pd.DataFrame({"band": ["a"] * 30 + ["b"] * 7, "patient_id": [f"ID{at}" for at in range(37)]})
    patients.to_csv(path.with_name("cohort.csv"), index=False)
    with pytest.raises(pc.PathwayCostError, match="hub") as raised:
        pc.run(path)
    assert "ID" not in str(raised.value)


def test_patients_as_they_are_who_cannot_be_costed_are_not_told(tmp_path):
    """A share of age ÷ 100: of one patient of 104 it is more than the whole, and a fault would say so."""
    pathway = asked_study.ONCE | {
        "attributes": {"age": {"number": "year", "low": 0, "high": 120}},
        "routes": {"ward": {"home": {"formula": "age / 100"}, "away": "rest"}},
        "ends": ["home", "away"],
    }
    patients = pd.DataFrame({"age": [60.0] * 20 + [104.0], "patient_id": range(21)})
    study = _of(tmp_path / "old", patients, pathway=pathway)
    result = pc.run(study)
    assert result["baseline"].patients == 21
    assert "1.04" not in str(result.notes)
    with pytest.raises(
        EngineFaults, match=r"1\.04"
    ):  # who asks for files of each patient is told what is wrong with them
        pc.run(study, keep_patients=True)


def test_a_control_total_of_few_is_neither_told_nor_to_be_guessed(tmp_path):
    path = _of(tmp_path / "few", pd.DataFrame({"patient_id": ["A", "B", "C"]}))
    text = path.read_text(encoding="utf-8").replace('"cohort.csv"', '{"file": "cohort.csv", "expect": {"patients": 3}}')
    path.write_text(text, encoding="utf-8")
    record = json.loads(run_files(pc.run(path))["run.json"])
    assert record["settings"]["cohort"] == {"attributes": {}, "columns": {}, "file": "cohort.csv"}
    assert {name for name, digest in record["inputs"].items() if digest == "withheld"} == {"cohort.csv", "study.yaml"}
    folder = pc.write(pc.run(path), tmp_path / "out")
    assert pc.verify(folder, path).moved == ()


def test_verify_says_of_exact_cuts_only_that_they_differ(tmp_path):
    patients = pd.DataFrame({"patient_id": [f"P{at:02d}" for at in range(40)]})
    study = _of(tmp_path / "study", patients)
    folder = pc.write(pc.run(study, keep_patients=True), tmp_path / "out", patients=True)
    patients.head(39).to_csv(study.with_name("cohort.csv"), index=False)
    said = [str(each) for each in pc.verify(folder, study).moved if "_local.csv" in each.file]
    assert said
    assert all(" bytes → " in each for each in said)
