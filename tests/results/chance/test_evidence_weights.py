import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway_cost import terms
from pathway_cost.errors import ComparisonFaults
from pathway_cost.results.chance.evidence_weights import DEFAULT_WEIGHTS, evidence_weighted
from pathway_cost.results.chance.shapley import Change, attribution

COLUMNS = ["scenario", "change", "shapley_gbp", "grade"]
ROWS = [
    ("day_case", "scale_stay surgery", -100_000.0, "local"),
    ("day_case", "set_share surgery.home", -50_000.0, "assumption"),
    ("triage", "remove_route gp.surgery", -20_000.0, "trial"),
]


def attributed(rows=ROWS):
    return pd.DataFrame(rows, columns=COLUMNS)


def test_by_hand():
    """−£100,000 × 0.7 and −£50,000 × 0.3: −£85,000 of −£150,000; a trial counts in full."""
    frame = evidence_weighted(attributed())
    assert frame["change"].tolist() == [ROWS[0][1], ROWS[1][1], "total", ROWS[2][1], "total"]
    assert frame["gbp"].tolist() == [-100_000.0, -50_000.0, -150_000.0, -20_000.0, -20_000.0]
    assert frame["weighted_gbp"].tolist() == pytest.approx([-70_000.0, -15_000.0, -85_000.0, -20_000.0, -20_000.0])
    assert frame["factor"].tolist() == pytest.approx([0.7, 0.3, 85 / 150, 1.0, 1.0])
    assert frame["grade"].tolist() == ["local", "assumption", "", "trial", ""]


def test_a_study_may_move_single_weights():
    frame = evidence_weighted(attributed(), {"assumption": 0.0})
    assert frame["weighted_gbp"].tolist()[:3] == pytest.approx([-70_000.0, 0.0, -70_000.0])


def test_there_is_a_weight_for_every_grade():
    assert list(DEFAULT_WEIGHTS) == [grade.value for grade in terms.Grade]
    assert list(DEFAULT_WEIGHTS.values()) == sorted(DEFAULT_WEIGHTS.values(), reverse=True)


def test_changes_that_cancel_have_no_factor_together():
    frame = evidence_weighted(attributed([("hub", "a", 10.0, "trial"), ("hub", "b", -10.0, "local")]))
    assert pd.isna(frame["factor"].iloc[-1])
    assert frame["weighted_gbp"].iloc[-1] == pytest.approx(3.0)


def test_wrong_weights_and_grades_arrive_together():
    with pytest.raises(ComparisonFaults) as fault:
        evidence_weighted(attributed([("hub", "a", 1.0, "guess")]), {"trail": 1.0, "expert": 1.2})
    assert [problem.rule for problem in fault.value.problems] == [
        "weight_of_unknown_grade", "weight_outside_0_to_1", "change_of_unknown_grade"
    ]  # fmt: skip
    assert fault.value.problems[0].nearest == "trial"


def test_after_an_attribution():
    changes = [Change("a", "trial"), Change("b", "expert")]
    frame = evidence_weighted(attribution("hub", changes, lambda made: 100.0 - 10.0 * len(made)))
    assert frame["weighted_gbp"].tolist() == [-10.0, -5.0, -15.0]


def test_nothing_attributed():
    frame = evidence_weighted(attributed([]))
    assert frame.columns.tolist() == ["scenario", "change", "grade", "gbp", "factor", "weighted_gbp"]
    assert frame.empty


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.sampled_from(list(DEFAULT_WEIGHTS))), min_size=1, max_size=8))
def test_parts_sum_to_totals(changes):
    frame = evidence_weighted(attributed([("hub", str(at), gbp, grade) for at, (gbp, grade) in enumerate(changes)]))
    parts, total = frame.iloc[:-1], frame.iloc[-1]
    assert parts["gbp"].sum() == pytest.approx(total["gbp"], rel=1e-9, abs=1e-6)
    assert parts["weighted_gbp"].sum() == pytest.approx(total["weighted_gbp"], rel=1e-9, abs=1e-6)
