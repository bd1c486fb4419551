"""The law of an uncertain value: its mean is the value, its sd the standard error, its limits those of a share."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway_cost.engine.draws.parameter_laws import dirichlet, is_uncertain, quantile
from pathway_cost.specs.format.laws import law_mean, law_of, uncertain_names
from pathway_cost.specs.format.uncertainty import standard_error
from pathway_cost.specs.format.values import Parameter

LEVELS = (np.arange(100_000) + 0.5) / 100_000
SE_95 = 2 * 1.959963984540054  # standard errors in a 95% interval


def parameter(**fields):
    return Parameter.model_validate(fields)


def at(given, *levels):
    return quantile(given, np.array(levels, dtype=float)).tolist()


def mean_and_sd(given):
    values = quantile(given, LEVELS)
    return values.mean(), values.std()


MEAN_IS_VALUE = {
    "share with limits": {"value": 0.05, "low": 0.03, "high": 0.07, "unit": "share"},
    "share with skewed limits": {"value": 0.05, "low": 0.02, "high": 0.12, "unit": "share"},
    "share whose limits pass 1": {"value": 0.9, "low": 0.82, "high": 1.02, "unit": "share"},
    "ratio within 0 and 1": {"value": 0.8, "low": 0.7, "high": 0.9, "unit": "ratio"},
    "90% interval": {"value": 0.3, "low": 0.2, "high": 0.4, "interval": 0.9},
    "80% interval": {"value": 0.3, "low": 0.2, "high": 0.4, "interval": 0.8},
    "positive limits": {"value": 4.0, "low": 2.5, "high": 6.5, "unit": "day"},
    "limits from 0": {"value": 2.0, "low": 0, "high": 5, "unit": "day"},
    "limits on both sides of 0": {"value": 0.5, "low": -1, "high": 2, "unit": "day"},
    "negative limits": {"value": -2, "low": -3, "high": -1, "unit": "day"},
    "share with a standard error": {"value": 0.2, "se": 0.05, "unit": "share"},
    "nothing says what": {"value": 0.9, "se": 0.09},
    "days with a standard error": {"value": 5, "se": 2, "unit": "day"},
    "a standard error above the value": {"value": 1, "se": 2, "unit": "day"},
    "a spread and its patients": {"value": 4.65, "spread": {"lognormal": {"sd": 2.83}}, "n": 2150, "unit": "day"},
}


@pytest.mark.parametrize("fields", MEAN_IS_VALUE.values(), ids=MEAN_IS_VALUE)
def test_the_mean_is_the_value_and_the_sd_the_standard_error(fields):
    given = parameter(**fields)
    mean, sd = mean_and_sd(given)
    assert mean == pytest.approx(fields["value"], rel=1e-4)
    assert sd == pytest.approx(standard_error(given), rel=2e-3)
    assert law_mean(law_of(given)) == pytest.approx(fields["value"], rel=1e-12)


@pytest.mark.parametrize(
    ("fields", "law"),
    [
        ({"value": 0.05, "low": 0.03, "high": 0.07, "unit": "share"}, "beta"),
        ({"value": 0.05, "low": 0.03, "high": 0.07}, "beta"),
        ({"value": 0.9, "low": 0.5, "high": 1.3, "unit": "contact"}, "lognormal"),
        ({"value": 4, "low": 2.5, "high": 6.5}, "lognormal"),
        ({"value": 4, "low": 0, "high": 6.5}, "gamma"),
        ({"value": 4, "low": -1, "high": 6.5}, "normal"),
        ({"value": 0.2, "se": 0.05}, "beta"),
        ({"value": 0.2, "se": 0.05, "unit": "contact"}, "gamma"),
        ({"value": 0.8, "spread": {"exponential": {}}, "n": 100}, "gamma"),
        ({"value": 1, "se": 2}, "normal"),
        ({"value": -1, "se": 0.2}, "normal"),
        ({"value": 5, "low": 2, "high": 9, "interval": "range"}, "beta"),
    ],
)
def test_which_law_the_evidence_asks_for(fields, law):
    assert law_of(parameter(**fields)).name == law


def test_a_share_of_limits_by_hand():
    """Mean 0.05 and sd 0.04 ÷ 3.92 = 0.0102 are a beta of 0.05 × 0.95 ÷ 0.0102² − 1 = 455.17 patients."""
    law = law_of(parameter(value=0.05, low=0.03, high=0.07, unit="share"))
    patients = 0.05 * 0.95 / (0.04 / SE_95) ** 2 - 1
    assert patients == pytest.approx(455.17, abs=0.01)
    assert (law.first, law.second) == pytest.approx((0.05 * patients, 0.95 * patients))


def test_a_lognormal_of_limits_by_hand():
    """Its median is the mean ÷ √(1 + cv²); the 97.5th percentile 1.96 log-sds above."""
    given = parameter(value=10, low=8, high=12.5, unit="day")
    cv = 4.5 / SE_95 / 10
    width = math.sqrt(math.log1p(cv**2))
    median = 10 / math.sqrt(1 + cv**2)
    assert at(given, 0.5, 0.975) == pytest.approx([median, median * math.exp(SE_95 / 2 * width)])


def test_a_gamma_of_a_standard_error_as_large_as_nearly_the_value_is_an_exponential():
    """At se → value the gamma's shape is 1: median = value × ln 2."""
    given = parameter(value=3, se=3 - 1e-12, unit="day")
    assert at(given, 0.5) == pytest.approx([3 * math.log(2)])


def test_a_pert_has_the_value_as_its_likeliest():
    """PERT 2, 5, 9: mean (2 + 20 + 9) ÷ 6; variance (mean − low)(high − mean) ÷ 7."""
    given = parameter(value=5, low=2, high=9, interval="range")
    mean, sd = mean_and_sd(given)
    assert mean == pytest.approx(31 / 6, rel=1e-6)
    assert sd == pytest.approx(math.sqrt((31 / 6 - 2) * (9 - 31 / 6) / 7), rel=1e-4)
    assert at(given, 0, 1) == [2, 9]
    assert at(given, 0.3) == at(parameter(value=5, distribution={"pert": {"low": 2, "mode": 5, "high": 9}}), 0.3)


def test_a_share_and_its_patients_are_a_beta():
    given = parameter(value=0.05, n=100, unit="share")
    assert law_of(given)[:3] == ("beta", 5, 95)
    assert mean_and_sd(given) == pytest.approx((0.05, math.sqrt(0.05 * 0.95 / 101)), rel=1e-3)


@pytest.mark.parametrize(
    ("law", "level", "value"),
    [
        ({"beta": {"alpha": 1, "beta": 2}}, 0.75, 0.5),  # 1 − √(1 − u)
        ({"beta": {"mean": 0.5, "sd": 1 / math.sqrt(12)}}, 0.2, 0.2),  # uniform
        ({"gamma": {"shape": 1, "scale": 4}}, 0.5, 4 * math.log(2)),
        ({"gamma": {"mean": 4, "sd": 4}}, 0.5, 4 * math.log(2)),
        ({"lognormal": {"meanlog": 1, "sdlog": 0.5}}, 0.975, math.exp(1 + 0.25 * SE_95)),
        ({"lognormal": {"mean": math.exp(1.125), "sd": math.exp(1.125) * math.sqrt(math.expm1(0.25))}}, 0.5, math.e),
        ({"normal": {"mean": 100, "sd": 10}}, 0.975, 100 + 5 * SE_95),
        ({"triangular": {"low": 0, "mode": 1, "high": 4}}, 0.25, 1),  # rises over the first quarter
        ({"triangular": {"low": 0, "mode": 1, "high": 4}}, 0.0625, 0.5),
        ({"triangular": {"low": 0, "mode": 1, "high": 4}}, 0.8125, 2.5),  # 4 − √(0.1875 × 4 × 3)
        ({"uniform": {"low": 2, "high": 6}}, 0.25, 3),
        ({"pert": {"low": 3, "mode": 3, "high": 9}}, 0.975, 9 - 6 * 0.025**0.2),  # 3 + 6 × a beta of 1 and 5
    ],
)
def test_named_laws_by_hand(law, level, value):
    assert at(parameter(value=1, distribution=law), level) == pytest.approx([value])


def test_a_named_normal_is_cut_at_0_and_that_of_a_share_at_1():
    """Half of a normal around 0 is left: its median is the third quartile of the whole, 0.6745 sds."""
    assert at(parameter(value=0, distribution={"normal": {"mean": 0, "sd": 2}}), 0, 0.5) == pytest.approx([0, 1.34898])
    share = parameter(value=1, unit="share", distribution={"normal": {"mean": 1, "sd": 0.1}})
    assert at(share, 0.5, 1) == pytest.approx([1 - 0.067449, 1])
    assert law_mean(law_of(share)) == pytest.approx(1 - 0.1 * math.sqrt(2 / math.pi), abs=1e-9)
    fall = parameter(value=-1, distribution={"normal": {"mean": -1, "sd": 1}})
    assert at(fall, 0.5) == pytest.approx([-1])


@pytest.mark.parametrize(
    "fields",
    [
        {
            "value": 4.65,
            "spread": {"lognormal": {"sd": 2.83}},
        },  # R6: patients differ; nothing says how unsure the mean is
        {"value": 3, "n": 200, "unit": "day"},
        {"value": 3, "low": 3, "high": 3},
        {"value": 3, "low": 3, "high": 3, "interval": "range"},
        {"value": 3, "distribution": {"fixed": {}}},
        {"value": 3, "distribution": {"uniform": {"low": 3, "high": 3}}},
        {"value": 3, "distribution": {"beta": {"mean": 0.5, "sd": 0.7}}},  # no such law: a fault of the checks
        {"value": {"formula": "2 * los"}, "n": 9, "spread": {"gamma": {"sd": 1}}},
        {"counts": {"home": 9, "bed": 0}, "prior": "none"},
    ],
)
def test_nothing_is_drawn_where_nothing_says_how_unsure(fields):
    given = parameter(**fields)
    assert not is_uncertain(given)
    if fields.get("value") == 3:
        assert at(given, 0.1, 0.9) == [3, 3]


def test_a_table_is_no_law():
    with pytest.raises(ValueError, match="one plain number"):
        quantile(parameter(by="frail", values={"no": 1, "yes": 2}), np.array([0.5]))


def test_limits_too_wide_for_a_share_keep_the_mean():
    """0.05 (0 to 1) is wider than any share with this mean: drawn as the evidence of one patient, sd √(0.05 × 0.95 ÷ 2)."""
    mean, sd = mean_and_sd(parameter(value=0.05, low=0, high=1, unit="share"))
    assert (mean, sd) == pytest.approx((0.05, math.sqrt(0.05 * 0.95 / 2)), rel=1e-2)


@given(st.floats(0.001, 0.999), st.floats(1e-4, 0.4), st.lists(st.floats(0.001, 0.999), min_size=2, max_size=9))
def test_a_share_stays_a_share_and_rises_with_the_level(value, se, levels):
    values = at(parameter(value=value, se=se, unit="share"), *sorted(levels))
    assert min(values) >= 0
    assert max(values) <= 1
    assert values == sorted(values)


@given(st.floats(0.01, 1e5), st.floats(0.01, 0.99))
def test_stated_where_there_is_no_level(value, relative):
    given = parameter(value=value, se=value * relative, unit="day")
    assert at(given, math.nan, math.nan) == [value, value]
    assert at(given, math.nan, 0.5)[0] == value


AFTER = {"home": 820.0, "rehab": 90.0, "bed": 10.0, "died": 0.0}


def test_counts_at_no_level_are_as_stated():
    shares = dirichlet(AFTER, {})
    assert {goal: share.tolist() for goal, share in shares.items()} == {
        goal: [count / 920] for goal, count in AFTER.items()
    }


def test_one_share_of_counts_at_a_level_is_its_beta_and_the_rest_as_stated():
    """A beta of 1 and 3 at u is 1 − (1 − u)^(1/3); the others divide the rest 2 to 1."""
    shares = dirichlet({"a": 1, "b": 2, "c": 1}, {"a": np.array([0.488, np.nan])})
    assert {goal: share.tolist() for goal, share in shares.items()} == {
        "a": pytest.approx([0.2, 0.25]),
        "b": pytest.approx([0.8 * 2 / 3, 0.5]),
        "c": pytest.approx([0.8 / 3, 0.25]),
    }
    sure = dirichlet({"a": 0, "b": 3}, {"a": np.array([0.9]), "b": np.array([np.nan])})
    assert [share.tolist() for share in sure.values()] == [[0], [1]]


def test_counts_drawn_have_the_mean_and_sd_of_a_dirichlet():
    """Share a ÷ N; variance share (1 − share) ÷ (N + 1)."""
    streams = np.random.default_rng(3).random((4, 40_000))
    shares = dirichlet(AFTER, dict(zip(AFTER, streams, strict=True)))
    assert np.stack(list(shares.values())).sum(axis=0) == pytest.approx(np.ones(40_000), abs=1e-12)
    assert shares["died"].max() == 0
    for goal in ("home", "rehab", "bed"):
        share = AFTER[goal] / 920
        assert shares[goal].mean() == pytest.approx(share, rel=0.01)
        assert shares[goal].std() == pytest.approx(math.sqrt(share * (1 - share) / 921), rel=0.02)


def test_names_that_are_drawn():
    parameters = {
        "los": parameter(value=4, se=1),
        "fixed": parameter(value=4),
        "after": parameter(counts={"home": 9, "bed": 1}),
    }
    assert uncertain_names(parameters) == ("los", "after.home", "after.bed")
