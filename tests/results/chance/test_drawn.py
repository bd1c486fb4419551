import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway_cost.results.chance.drawn import DrawnTotals, acceptability, paired, summary_of_draws

TEN = np.array([10.0, 10.0])


def drawn(gbp, *, patients=TEN, **more):
    rows = np.array(gbp, dtype=float)
    return DrawnTotals(("baseline", "hub", "triage")[: len(rows)], np.array(patients, dtype=float), rows, **more)


def figures(frame, scenario, measure, of=""):
    rows = frame[(frame["scenario"] == scenario) & (frame["measure"] == measure) & (frame["of"] == of)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_a_difference_is_taken_draw_by_draw():
    """Both scenarios swing by £200 from draw to draw, but the hub is £10 cheaper in every one: its interval has no width."""
    frame = summary_of_draws(drawn([[1_000.0, 1_200.0, 1_100.0], [990.0, 1_190.0, 1_090.0]]))
    change = figures(frame, "hub", "change_total_gbp")
    assert (change["mean"], change.sd, change.p2_5, change.p97_5) == (-10.0, 0.0, -10.0, -10.0)
    assert change.probability_less == 1.0
    assert figures(frame, "hub", "total_gbp").sd == pytest.approx(100.0)
    assert np.isnan(figures(frame, "hub", "total_gbp").probability_less)


def test_figures_of_five_draws():
    """Changes −20, −10, 0, 10, 20 (total): mean 0, sd √250, quartiles ±10, and 2 of 5 below 0."""
    frame = summary_of_draws(drawn([[100.0] * 5, [80.0, 90.0, 100.0, 110.0, 120.0]]))
    change = figures(frame, "hub", "change_total_gbp")
    assert change[["mean", "p25", "p50", "p75"]].tolist() == [0.0, -10.0, 0.0, 10.0]
    assert change.sd == pytest.approx(np.sqrt(250.0))
    assert change.se_mean == pytest.approx(np.sqrt(50.0))
    assert change.p2_5 == pytest.approx(-19.0)
    assert change.probability_less == pytest.approx(0.4)
    assert change.draws == 5


def test_volume_parts_the_two_measures():
    """R21: 100 patients at £9,000, 120 at £8,000: dearer in total, cheaper a patient."""
    frame = summary_of_draws(drawn([[900_000.0] * 2, [960_000.0] * 2], patients=[100, 120]))
    assert figures(frame, "hub", "change_total_gbp")["mean"] == 60_000.0
    assert figures(frame, "hub", "change_per_patient_gbp")["mean"] == pytest.approx(-1_000.0)
    assert figures(frame, "hub", "change_per_patient_gbp").probability_less == 1.0


def test_the_headline_is_present_value_where_there_is_one():
    both = drawn([[100.0, 100.0], [90.0, 90.0]], present_value_gbp=np.array([[80.0, 80.0], [75.0, 75.0]]))
    assert both.headline == "present_value_gbp"
    change = figures(summary_of_draws(both), "hub", "change_total_gbp")
    assert (change["mean"], change.basis) == (-5.0, "present_value_gbp")
    change = figures(summary_of_draws(both, measure="gbp"), "hub", "change_total_gbp")
    assert (change["mean"], change.basis) == (-10.0, "gbp")
    with pytest.raises(ValueError, match="does not discount"):
        drawn([[1.0], [1.0]]).total("present_value_gbp")


def test_organisations_changes_sum_to_the_whole():
    by = {"organisation": (("RXX", "RYY"), np.array([[[60.0, 70.0], [40.0, 50.0]], [[40.0, 30.0], [50.0, 50.0]]]))}
    frame = summary_of_draws(drawn([[100.0, 100.0], [90.0, 100.0]], by=by))
    mine, theirs = (figures(frame, "hub", "change_gbp", name) for name in ("RXX", "RYY"))
    assert (mine["mean"], theirs["mean"]) == (-20.0, 15.0)
    assert (mine.probability_less, theirs.probability_less) == (1.0, 0.0)
    assert mine["mean"] + theirs["mean"] == figures(frame, "hub", "change_total_gbp")["mean"]


def test_counted_changes_are_rows_when_asked_for():
    by = {"count": (("operation",), np.array([[[10.0, 10.0], [8.0, 9.0]]]))}
    frame = summary_of_draws(drawn([[1.0, 1.0], [1.0, 1.0]], by=by), cuts=("organisation", "count"))
    row = figures(frame, "hub", "change_count", "operation")
    assert (row["mean"], row.basis, row.probability_less) == (-1.5, "count", 1.0)


def test_nobody_starting_has_no_cost_a_patient():
    frame = summary_of_draws(drawn([[0.0, 0.0], [0.0, 0.0]], patients=[0, 0]))
    assert np.isnan(figures(frame, "hub", "change_per_patient_gbp").probability_less)
    assert figures(frame, "hub", "change_total_gbp").probability_less == 0.0


def test_one_draw_has_no_spread():
    row = figures(summary_of_draws(drawn([[100.0], [90.0]])), "hub", "change_total_gbp")
    assert (row["mean"], row.p2_5, row.p97_5) == (-10.0, -10.0, -10.0)
    assert np.isnan(row.sd)
    assert np.isnan(row.se_mean)


def test_floating_dust_is_no_change():
    dust = drawn([[0.3, 1e9], [0.1 + 0.2, 1e9 + 1e-3]])
    assert figures(summary_of_draws(dust), "hub", "change_total_gbp").probability_less == 0.0
    assert dust.changes().tolist() == [[0.0, 0.0]]


def test_unlike_shapes_are_refused():
    with pytest.raises(ValueError, match="2 scenarios at 2 draws"):
        drawn([[1.0, 1.0], [1.0, 1.0]], present_value_gbp=np.ones((2, 3)))
    with pytest.raises(ValueError, match="cuts alike"):
        drawn([[1.0, 1.0], [1.0, 1.0]], by={"setting": (("surgery",), np.ones((2, 2, 2)))})


# --- acceptability -----------------------------------------------------------------------------------------------
def test_thresholds_run_through_nothing_from_nobody_to_everybody():
    changes = np.linspace(-35.0, 12.0, 48)
    frame = acceptability(drawn([np.full(48, 1_000.0), 1_000.0 + 10 * changes]))
    assert 0.0 in frame["threshold_gbp"].to_numpy()
    assert 80 <= len(frame) <= 110
    assert (frame["probability"].iloc[0], frame["probability"].iloc[-1]) == (0.0, 1.0)
    at_nothing = frame.loc[frame["threshold_gbp"] == 0.0, "probability"].item()
    assert at_nothing == pytest.approx(np.mean(changes <= 0))


def test_scenarios_without_a_difference_are_acceptable_from_nothing_on():
    frame = acceptability(drawn([[1_000.0] * 3, [1_000.0] * 3])).set_index("threshold_gbp")["probability"]
    assert frame.loc[0.0] == 1.0
    assert set(frame[frame.index < 0]) == {0.0}


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=30))
def test_acceptability_only_rises_and_ends_at_one(changes):
    frame = acceptability(drawn([np.full(len(changes), 2e6), 2e6 + np.array(changes)]))
    probability = frame["probability"].to_numpy()
    assert np.all(np.diff(probability) >= 0)
    assert np.all(np.diff(frame["threshold_gbp"]) > 0)
    assert probability[-1] == 1.0
    assert 0.0 in frame["threshold_gbp"].to_numpy()


@given(st.lists(st.floats(-1e9, 1e9), min_size=3, max_size=9))
def test_differences_are_what_is_left(values):
    rows = np.array(values)[:, None]
    assert np.allclose(paired(rows), rows[1:] - rows[0], rtol=0, atol=4.0)
