import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway_cost.engine.draws.parameter_table import ParameterTable, at_levels
from pathway_cost.results.chance.drawn import DrawnTotals
from pathway_cost.results.chance.sensitivity import evidence_sets, extremes, one_way, two_way
from pathway_cost.results.chance.uncertain import UncertainParameter, uncertain_parameters
from pathway_cost.specs.format.values import Parameter

ENDS = {"low_level": 0.0, "high_level": 1.0}
LOS = UncertainParameter("los", 5.0, lambda level: 4.0 + 4.0 * level, "Days in hospital", "day", **ENDS)
SHARE = UncertainParameter("p_home", 0.5, lambda level: 0.4 + 0.3 * level, "", "share", **ENDS)
DAY_GBP = UncertainParameter("day_gbp", 400.0, lambda level: 300.0 + 200.0 * level, **ENDS)
STATED = {"los": 5.0, "p_home": 0.5, "day_gbp": 400.0}


class Care:
    """100 patients, `los` days at `day_gbp`; in the hub a share `p_home` of the days goes, and a visit of £500 comes."""

    def __init__(self, by=(LOS, SHARE, DAY_GBP)):
        self.by = {parameter.name: parameter for parameter in by}
        self.calls = []

    def __call__(self, rows):
        self.calls.append(rows)
        read = [{**STATED, **{name: self.by[name].value_at(level) for name, level in row.items()}} for row in rows]
        return self.totals(read)

    def at_values(self, rows):
        self.calls.append(rows)
        return self.totals([{**STATED, **row} for row in rows])

    def totals(self, read):
        los, share, day = (np.array([row[name] for row in read]) for name in STATED)
        return DrawnTotals(
            ("baseline", "hub"), np.full(2, 100.0), 100 * np.stack([los * day, los * day * (1 - share) + 500.0])
        )


def test_a_tornado_by_hand():
    """Change = 100 × (500 − los × day_gbp × p_home): stated −£50,000; p_home 0.4…0.7 moves it by £60,000, the widest."""
    care = Care()
    frame = one_way(care, [SHARE, DAY_GBP, LOS])
    assert frame["parameter"].tolist() == ["los", "p_home", "day_gbp"]
    assert frame["swing_gbp"].tolist() == pytest.approx([80_000.0, 60_000.0, 50_000.0])
    los = frame.iloc[0]
    assert los[["title", "unit", "low", "value", "high"]].tolist() == ["Days in hospital", "day", 4.0, 5.0, 8.0]
    assert los[["change_at_low_gbp", "change_at_high_gbp", "change_gbp"]].tolist() == [-30_000.0, -110_000.0, -50_000.0]
    assert len(care.calls) == 1
    assert len(care.calls[0]) == 7


def test_a_scenarios_own_version_is_shown_in_its_rows():
    own = UncertainParameter("p_home", 0.6, lambda level: 0.5 + 0.2 * level, **ENDS)
    only_here = UncertainParameter("los", 5.0, LOS.at, **ENDS)
    frame = one_way(Care(), [SHARE], {"hub": [own, only_here]}).set_index("parameter")
    assert frame.loc["p_home", ["low", "value", "high"]].tolist() == pytest.approx([0.5, 0.6, 0.7])
    assert frame.loc["los", "swing_gbp"] == pytest.approx(80_000.0)
    elsewhere = one_way(Care(), [SHARE], {"triage": [own, only_here]})
    assert elsewhere[["parameter", "low"]].to_numpy().tolist() == [["p_home", pytest.approx(0.4)]]


def test_two_together():
    """Corners of los 4…8 × p_home 0.4…0.7 at £400: −£14,000 to −£174,000. 5 days are stated and the lower
    quartile: four values of one by five of the other."""
    care = Care()
    frame = two_way(care, LOS, SHARE)
    assert frame["value_1"].unique().tolist() == [4.0, 5.0, 7.0, 8.0]
    assert frame["value_2"].unique().round(9).tolist() == [0.4, 0.475, 0.5, 0.625, 0.7]
    assert len(frame) == 20
    assert len(care.calls) == 1
    corners = frame[frame["value_1"].isin([4.0, 8.0]) & frame["value_2"].round(9).isin([0.4, 0.7])]
    assert corners["change_gbp"].tolist() == pytest.approx([-14_000.0, -62_000.0, -78_000.0, -174_000.0])
    stated = frame[(frame["value_1"] == 5.0) & (frame["value_2"] == 0.5)]
    assert stated["change_gbp"].tolist() == [-50_000.0]


def test_all_at_their_best_and_at_their_worst():
    """Best: 100 × (500 − 8 × 500 × 0.7) = −£230,000; worst: 100 × (500 − 4 × 300 × 0.4) = +£2,000."""
    care = Care()
    parameters = [LOS, SHARE, DAY_GBP]
    frame = extremes(care, parameters, one_way(Care(), parameters))
    assert frame["case"].tolist() == ["best", "worst"]
    assert frame["change_gbp"].tolist() == pytest.approx([-230_000.0, 2_000.0])
    assert len(care.calls) == 1


def test_neither_end_better_than_stated_leaves_it_stated():
    """Change = (x − 0.5)²: both ends are worse than the middle."""

    def evaluate(rows):
        x = np.array([row.get("x", 0.5) for row in rows])
        return DrawnTotals(("baseline", "hub"), np.ones(2), np.stack([np.ones(len(x)), 1 + (x - 0.5) ** 2]))

    x = UncertainParameter("x", 0.5, lambda level: level, **ENDS)
    assert extremes(evaluate, [x], one_way(evaluate, [x]))["change_gbp"].tolist() == [0.0, 0.25]


def test_evidence_sets_stand_side_by_side():
    care = Care()
    frame = evidence_sets(care.at_values, {"trial": {"los": 4.0}, "audit": {"p_home": 0.7, "day_gbp": 300.0}})
    hub = frame[frame["scenario"] == "hub"].set_index("set")
    assert hub["change_total_gbp"].to_dict() == pytest.approx({"stated": -50_000, "trial": -30_000, "audit": -55_000})
    assert hub["cost_per_patient_gbp"].to_dict() == pytest.approx({"stated": 1_500, "trial": 1_300, "audit": 950})
    first = frame[frame["scenario"] == "baseline"].set_index("set")
    assert first.loc["audit", "total_gbp"] == pytest.approx(150_000.0)
    assert first["change_total_gbp"].isna().all()
    assert len(care.calls) == 1


def test_present_values_are_the_headline():
    def evaluate(rows):
        ones = np.ones(len(rows))
        return DrawnTotals(("baseline", "hub"), np.ones(2), np.stack([ones, 3 * ones]), np.stack([ones, 2 * ones]))

    assert one_way(evaluate, [LOS])["change_gbp"].tolist() == [1.0]
    assert one_way(evaluate, [LOS], measure="gbp")["change_gbp"].tolist() == [2.0]


def test_nothing_uncertain():
    assert one_way(Care(), []).empty
    assert one_way(Care(), []).columns[-1] == "swing_gbp"
    assert extremes(Care(), [], one_way(Care(), [])).empty


def test_rows_that_do_not_come_back_are_our_fault():
    with pytest.raises(ValueError, match="3 rows were asked for, 1 draws came back"):
        one_way(lambda _: DrawnTotals(("baseline",), np.ones(1), np.ones((1, 1))), [LOS])


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=6))
def test_extremes_enclose_every_bar_where_effects_add_up(slopes):
    parameters = [UncertainParameter(f"p{at}", 0.5, lambda level: level, **ENDS) for at in range(len(slopes))]

    def evaluate(rows):
        change = np.array([sum(b * row.get(f"p{at}", 0.5) for at, b in enumerate(slopes)) for row in rows])
        return DrawnTotals(("baseline", "hub"), np.ones(2), np.stack([np.full(len(rows), 1e4), 1e4 + change]))

    tornado = one_way(evaluate, parameters)
    best, worst = extremes(evaluate, parameters, tornado)["change_gbp"]
    bars = tornado[["change_at_low_gbp", "change_at_high_gbp", "change_gbp"]].to_numpy()
    assert best <= bars.min() + 1e-4
    assert worst >= bars.max() - 1e-4
    assert worst - best == pytest.approx(sum(abs(b) for b in slopes), abs=1e-3)


# --- which parameters --------------------------------------------------------------------------------------------
PARAMETERS = {
    "los": Parameter.model_validate({"value": 5, "low": 4, "high": 7, "interval": "range", "unit": "day"}),
    "p_readmit": Parameter.model_validate({"value": 0.05, "low": 0.03, "high": 0.07, "unit": "share", "title": "Back"}),
    "after": Parameter.model_validate({"counts": {"home": 90, "bed": 10, "never": 0}, "prior": "none"}),
    "fee": Parameter.model_validate({"value": 300}),
    "p_home": Parameter.model_validate({"formula": "1 - p_readmit"}),
}


def test_ends_of_ranges_and_points_of_intervals():
    found = {each.name: each for each in uncertain_parameters(PARAMETERS)}
    assert list(found) == ["los", "p_readmit", "after.home", "after.bed"]
    assert (found["los"].low, found["los"].value, found["los"].high) == pytest.approx((4.0, 5.0, 7.0))
    assert (found["p_readmit"].low_level, found["p_readmit"].high_level) == (0.025, 0.975)
    assert found["p_readmit"].low < 0.05 < found["p_readmit"].high
    assert (found["p_readmit"].title, found["p_readmit"].unit) == ("Back", "share")
    assert found["after.bed"].value == 0.1
    assert found["after.bed"].low == pytest.approx(1 - found["after.home"].high)


def test_a_value_shown_is_the_value_costed():
    """The ends a tornado shows are what a table of draws gives the parameter at the same probability."""
    for each in uncertain_parameters(PARAMETERS):
        table: ParameterTable = at_levels([{}, {each.name: each.low_level}, {each.name: each.high_level}])
        assert table.values(PARAMETERS)[each.name].tolist() == pytest.approx([each.value, each.low, each.high])
