"""A table of draws: streams that stay put, the same row for every scenario, draws of one's own."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathway_cost.engine.draws.parameter_streams import uniforms
from pathway_cost.engine.draws.parameter_table import at_levels, drawn, of_values, stated
from pathway_cost.errors import EngineFaults, TableFaults
from pathway_cost.specs.changes.revise import revise
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.scenario import Scenario
from pathway_cost.specs.format.study import Correlation
from pathway_cost.specs.format.values import Parameter

NAMES = st.text("abcdefg_.", min_size=1, max_size=12)


def parameter(**fields):
    return Parameter.model_validate(fields)


LOS = parameter(value=4.65, spread={"lognormal": {"sd": 2.83}}, n=2150, unit="day")
READMIT = parameter(value=0.05, low=0.03, high=0.07, unit="share")
AFTER = parameter(counts={"home": 90, "bed": 10})
PARAMETERS = {"los": LOS, "p_readmit": READMIT, "after": AFTER, "visits": parameter(value=2, unit="contact")}


def revised(change, **parameters):
    pathway = Pathway.model_validate(
        {
            "pathway": "knee", "roles": {}, "start": "ward", "ends": ["home"], "settings": {"ward": {"stay": "los"}},
            "routes": {"ward": {"home": "rest"}},
            "parameters": {"los": LOS, "shorter": parameter(value=0.8, se=0.05), **parameters},
        }
    )  # fmt: skip
    return revise(
        pathway, [Scenario.model_validate({"scenario": "new", "amends": "knee", "changes": [change]})]
    ).pathway


def test_r6_the_mean_stay_is_drawn_with_its_standard_error_not_with_the_spread():
    """£450 a day: the mean costs £2,092.50 with an sd of £27.46 = 450 × 2.83 ÷ √2150; never £1,273.50."""
    pounds = 450 * drawn(20_000, seed=7).values({"los": LOS})["los"]
    assert pounds.mean() == pytest.approx(2092.50, abs=0.8)
    assert pounds.std() == pytest.approx(27.46, rel=0.03)


@given(NAMES, st.integers(0, 2**40), st.integers(1, 50), st.integers(0, 50))
def test_more_draws_begin_with_the_same(name, seed, few, more):
    assert uniforms(seed, name, few + more)[:few].tolist() == uniforms(seed, name, few).tolist()


@given(NAMES, NAMES, st.integers(0, 9))
def test_another_name_or_seed_is_another_stream(name, other, seed):
    assert uniforms(seed, name, 4).tolist() != uniforms(seed + 1, name, 4).tolist()
    assert (uniforms(seed, name, 4).tolist() == uniforms(seed, other, 4).tolist()) == (name == other)


def test_streams_are_uniform_and_apart():
    """20,000 draws of 30 names: means within 5 standard errors of ½, no pair correlated beyond 5 ÷ √20,000."""
    streams = np.stack([uniforms(7, f"p_{number}", 20_000) for number in range(30)])
    assert streams.min() > 0
    assert streams.max() < 1
    assert np.abs(streams.mean(axis=1) - 0.5).max() < 5 / math.sqrt(12 * 20_000)
    assert np.abs(streams.std(axis=1) - math.sqrt(1 / 12)).max() < 0.005
    assert np.abs(np.corrcoef(streams) - np.eye(30)).max() < 5 / math.sqrt(20_000)


def test_adding_a_parameter_changes_no_draw_of_another():
    table = drawn(500, seed=7)
    before, after = table.values({"los": LOS, "p_readmit": READMIT}), table.values({"new": READMIT, **PARAMETERS})
    assert before["los"].tolist() == after["los"].tolist()
    assert before["p_readmit"].tolist() == after["p_readmit"].tolist()
    assert after["new"].tolist() != after["p_readmit"].tolist()


def test_a_correlation_moves_only_its_second_parameter():
    pair = [Correlation(between=("los", "p_readmit"), rank=0.6)]
    plain = drawn(500, seed=7).values(PARAMETERS)
    tied = drawn(500, seed=7, correlations=pair).values(PARAMETERS)
    moved = {name for name in plain if plain[name].tolist() != tied[name].tolist()}
    assert moved == {"p_readmit"}


def test_only_what_varies_is_listed():
    values = drawn(3).values(PARAMETERS)
    assert list(values) == ["los", "p_readmit", "after.home", "after.bed"]
    assert (values["after.home"] + values["after.bed"]).tolist() == pytest.approx([1, 1, 1])
    assert stated(3).values(PARAMETERS) == {}
    assert at_levels([{}, {"visits": 0.9}]).values(PARAMETERS) == {}


def test_a_scenario_in_proportion_is_read_at_the_same_level():
    """Days × 0.8, limits too: every draw is 0.8 times the baseline's."""
    table = drawn(200, seed=7)
    after = revised({"scale_parameter": "los", "by": 0.8}, los=parameter(value=4, low=3, high=5.5)).parameters
    before = table.values({"los": parameter(value=4, low=3, high=5.5)})["los"]
    assert table.values(after)["los"] == pytest.approx(0.8 * before, rel=1e-12)


def test_the_working_copy_of_a_scenario_is_the_parameter_itself():
    """`los` becomes los_before_new × shorter: its copy has the very draws of the baseline's los."""
    after = revised({"scale_parameter": "los", "by": "shorter"}).parameters
    table = drawn(200, seed=7)
    values = table.values(after)
    assert set(values) == {"los_before_new", "shorter"}
    assert values["los_before_new"].tolist() == table.values({"los": LOS})["los"].tolist()
    own = of_values({"los": [4.0, 5.0]}, {"los": LOS})
    assert own.values(after)["los_before_new"].tolist() == [4, 5]


def test_a_name_that_only_looks_like_a_working_copy_has_its_own_stream():
    parameters = {"risk": READMIT, "risk_before_surgery": READMIT}
    values = drawn(5).values(parameters)
    assert values["risk"].tolist() != values["risk_before_surgery"].tolist()


def test_a_price_moves_by_a_gamma_of_mean_1():
    table = drawn(40_000, seed=7)
    multiplier = table.multiplier("RXX", "ward.bed_day", 0.08)
    assert multiplier.mean() == pytest.approx(1, abs=0.002)
    assert multiplier.std() == pytest.approx(0.08, rel=0.02)
    assert multiplier.min() > 0
    assert table.multiplier("RYY", "ward.bed_day", 0.08).tolist() != multiplier.tolist()


def test_a_price_that_does_not_vary():
    assert drawn(5).multiplier("RXX", "ward.bed_day", 0) is None
    assert drawn(5).multiplier("RXX", "ward.bed_day", math.nan) is None
    assert drawn(5, unit_costs=False).multiplier("RXX", "ward.bed_day", 0.1) is None
    assert stated(5).multiplier("RXX", "ward.bed_day", 0.1) is None
    assert at_levels([{"los": 0.1}]).multiplier("RXX", "ward.bed_day", 0.1) is None


def test_a_price_at_a_level():
    """Relative se 1: the gamma is an exponential of mean 1."""
    table = at_levels([{}, {"unit_cost:RXX:ward.bed_day": 0.5}])
    assert table.multiplier("RXX", "ward.bed_day", 1).tolist() == pytest.approx([1, math.log(2)])


@pytest.mark.parametrize("chosen", [slice(10, 30), np.array([4, 4, 99, 0])])
def test_some_rows(chosen):
    table = drawn(100, seed=7)
    some = table.rows(chosen)
    whole = table.values(PARAMETERS)
    assert some.count == len(whole["los"][chosen])
    for name, values in some.values(PARAMETERS).items():
        assert values.tolist() == whole[name][chosen].tolist()
    own = of_values({"los": np.arange(100.0)}, PARAMETERS).rows(chosen)
    assert own.values(PARAMETERS)["los"].tolist() == np.arange(100.0)[chosen].tolist()


def test_bad_rows_take_the_next_entries_of_every_stream():
    pair = [Correlation(between=("los", "p_readmit"), rank=0.6)]
    table, longer = drawn(4, seed=7, correlations=pair), drawn(7, seed=7, correlations=pair).values(PARAMETERS)
    once = table.redrawn(np.array([False, True, False, True]))
    twice = once.redrawn(np.array([False, True, False, False]))
    for name in ("los", "p_readmit", "after.bed"):
        assert once.values(PARAMETERS)[name].tolist() == longer[name][[0, 4, 2, 5]].tolist()
        assert twice.values(PARAMETERS)[name].tolist() == longer[name][[0, 6, 2, 5]].tolist()


def test_own_draws_cannot_be_redrawn():
    with pytest.raises(EngineFaults, match="no others to put in place"):
        of_values({"los": [4.0, 5.0]}, PARAMETERS).redrawn(np.array([True, False]))


def test_one_row_a_limit():
    """The range of one parameter at a time: 4.65 ± 1.96 × 0.061 days, all else as stated."""
    table = at_levels([{}, {"los": 0.025}, {"los": 0.975}, {"after.bed": 0.5}])
    values = table.values(PARAMETERS)
    se = 2.83 / math.sqrt(2150)
    assert values["los"].tolist() == pytest.approx([4.65, 4.65 - 1.96 * se, 4.65 + 1.96 * se, 4.65], abs=1e-3)
    assert values["after.bed"].tolist() == pytest.approx([0.1, 0.1, 0.1, 0.0973], abs=1e-4)
    assert "p_readmit" not in values


def test_own_draws_win_and_the_rest_is_as_stated():
    table = of_values({"los": [4, 5], "after.home": [0.8, 0.9], "after.bed": [0.2, 0.1]}, PARAMETERS)
    assert {name: values.tolist() for name, values in table.values(PARAMETERS).items()} == {
        "los": [4, 5],
        "after.home": [0.8, 0.9],
        "after.bed": [0.2, 0.1],
    }
    assert table.multiplier("RXX", "ward.bed_day", 0.1) is None


def test_own_draws_may_be_a_frame():
    table = of_values(pd.DataFrame({"los": [4, 5], "p_readmit": ["0.04", "0.06"]}), PARAMETERS)
    assert (table.count, table.values(PARAMETERS)["p_readmit"].tolist()) == (2, [0.04, 0.06])
    with pytest.raises(TableFaults, match=r"row 2 \(los\)"):
        of_values(pd.DataFrame({"los": pd.array([4, None], dtype="Int64")}), PARAMETERS)


def test_own_draws_of_a_price():
    name = "unit_cost:RXX:ward.bed_day"
    table = of_values({name: [1.1, 0.9]}, PARAMETERS, unit_costs=[name])
    assert table.multiplier("RXX", "ward.bed_day", 0).tolist() == [1.1, 0.9]


def test_own_draws_follow_a_scenario_in_proportion():
    """4.65 days become 3.72, a fifth less: so does every draw. What is worked out is not drawn."""
    table = of_values({"los": [4.0, 5.0], "after.home": [0.8, 0.9], "after.bed": [0.2, 0.1]}, PARAMETERS)
    assert table.values({"los": parameter(value=3.72)})["los"].tolist() == pytest.approx([3.2, 4.0])
    assert table.values({"los": parameter(formula="2 * visits")}) == {}
    assert table.values({"after": parameter(counts={"home": 1, "bed": 1})}) == {}


FAULTS = [
    ({}, "no_rows", "empty"),
    ({"los": []}, "no_rows", "empty"),
    ({"los": [1, 2], "p_readmit": [0.1]}, "columns_of_unlike_length", "los 2, p_readmit 1"),
    ({"lso": [1, 2]}, "unknown_column", "nearest: 'los'"),
    ({"after": [1, 2]}, "column_of_no_number", "a row of counts, which one column cannot give; give a column for each of after.home"),
    ({"table": [1, 2]}, "column_of_no_number", "not one plain number"),
    ({"los": [4, math.nan, math.inf]}, "cell_not_finite", "draws.csv row 2 (los): not a finite number (and 1 more of this column)"),
    ({"los": [4, "many"]}, "cell_not_finite", "draws.csv row 2 (los)"),
    ({"los": [True, 4]}, "cell_not_finite", "draws.csv row 1 (los)"),
    ({"after.home": [0.9, 0.8]}, "shares_incomplete", "after.bed missing"),
    ({"after.home": [0.9, 0.8], "after.bed": [0.1, 0.1]}, "shares_do_not_sum_to_one", "draws.csv row 2 (after): the shares sum to 0.9"),
    ({"after.home": [1.1], "after.bed": [-0.1]}, "shares_do_not_sum_to_one", "row 1"),
]  # fmt: skip


@pytest.mark.parametrize(("columns", "rule", "words"), FAULTS)
def test_faults_of_own_draws(columns, rule, words):
    parameters = {**PARAMETERS, "table": parameter(by="frail", values={"no": 1, "yes": 2})}
    with pytest.raises(TableFaults) as caught:
        of_values(columns, parameters, file="draws.csv")
    assert {problem.rule for problem in caught.value.problems} == {rule}
    assert words in str(caught.value)


@settings(max_examples=25)
@given(st.lists(st.floats(0, 10), min_size=2, max_size=2).filter(lambda shares: sum(shares) > 0.1))
def test_shares_of_own_draws_written_with_six_decimals_sum_to_one(shares):
    home, bed = (round(share / sum(shares), 6) for share in shares)
    table = of_values({"after.home": [home], "after.bed": [bed]}, PARAMETERS).values(PARAMETERS)
    assert table["after.home"][0] + table["after.bed"][0] == pytest.approx(1, abs=1e-15)
