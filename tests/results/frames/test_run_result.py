import copy
import json

import pytest

from pathway_cost.errors import ComparisonFaults, Problem, Severity
from pathway_cost.results.frames.record_of_run import StudyFacts, run_record
from pathway_cost.results.frames.run_result import RunResult
from pathway_cost.results.frames.tables_of_run import assemble
from pathway_cost.specs.changes.revise import ChangedValue
from tests.results.results_toy import Care, baseline, scenario

CHANGE = ChangedValue("shorter", 1, "scale_stay", "settings.ward.stay", "4", "(4) * (0.5)", "expert", None)


def care(days):
    return Care(
        {"ward": 1.0}, {("ward", "bed_day"): ("bed_day", "RXX", days)}, {("RXX", "bed_day"): {"unsplit": 450.0}}
    )


@pytest.fixture
def result():
    costed = {"baseline": baseline(care(4)), "shorter": scenario("shorter", care(2), values=(CHANGE,))}
    note = Problem("small_price", "12 records", severity=Severity.NOTE)
    record = run_record(costed, StudyFacts("knees", "study.yaml", {"cohort.csv": "ab12"}, seed=7), [note])
    return RunResult("knees", "Knee options", costed, assemble(costed), record, (note,), synthetic=True)


def test_a_mapping_in_the_order_compared(result):
    assert list(result) == ["baseline", "shorter"]
    assert result.compared == ("baseline", "shorter")
    assert len(result) == 2
    assert result["shorter"].total_gbp == pytest.approx(900.00)
    assert "other" not in result


def test_compare(result):
    assert result.compare("baseline", "shorter").change_total_gbp == pytest.approx(-900.00)
    with pytest.raises(ComparisonFaults, match=r"'shorte' was not costed; nearest: 'shorter'"):
        result.compare("baseline", "shorte")


def test_frames_are_copies(result):
    frame = result.summary
    frame["total_gbp"] = 0.0
    assert result.summary["total_gbp"].tolist() == pytest.approx([1_800.00, 900.00])


def test_tables_are_read_by_name_and_a_wrong_one_is_told_the_nearest(result):
    assert result.bridge["gbp"].sum() == pytest.approx(-900.00)
    assert result.tornado.empty
    with pytest.raises(KeyError, match="no table 'by_seting'; nearest: 'by_setting'"):
        result.tables["by_seting"]
    assert "by_setting" in result.tables
    assert result.tables.get("by_seting") is None
    assert len(repr(result)) < 200
    with pytest.raises(AttributeError, match="no table 'by_seting'; nearest: 'by_setting'"):
        _ = result.by_seting
    assert "by_setting" in dir(result)
    assert copy.copy(result).bridge.equals(result.bridge)


def test_the_record_is_plain_json_and_the_same_every_time(result):
    record = json.loads(json.dumps(result.record, allow_nan=False))
    assert record["made_by"] == "pathway_cost"
    assert record["inputs"] == {"cohort.csv": "ab12"}
    assert record["seed"] == 7
    assert record["versions"]["numpy"]
    assert record["totals"]["shorter"] == {"patients": 1.0, "total_gbp": 900.0, "one_off_gbp": 0.0}
    assert record["changed_values"] == [
        {"scenario": "shorter", "position": 1, "verb": "scale_stay", "item": "settings.ward.stay", "old": "4",
         "new": "(4) * (0.5)", "grade": "expert", "source": None},
    ]  # fmt: skip
    assert record["notes"][0]["what"] == "12 records"
