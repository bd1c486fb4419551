"""Parameters that move together: the ranks asked for, each law kept, contradictions named."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathway_cost.engine.draws.parameter_streams import Streams, uniforms
from pathway_cost.engine.draws.parameter_table import drawn
from pathway_cost.engine.draws.rank_correlation import cannot_all_hold, mixing_of
from pathway_cost.errors import EngineFaults
from pathway_cost.specs.checks.of_correlations import correlation_problems
from pathway_cost.specs.format.study import Correlation
from pathway_cost.specs.format.values import Parameter

DRAWS = 20_000
LEVELS = {name: uniforms(7, name, DRAWS) for name in "abcd"}


def pairs(*given):
    return [Correlation(between=(first, second), rank=float(rank)) for first, second, rank in given]


def moving(asked):
    """The probabilities of each name, drawn so that the pairs move together."""
    streams = Streams.of(7, asked)
    return {name: streams.levels(name, np.arange(DRAWS)) for name in LEVELS}


def spearman(first, second):
    ranks = [np.argsort(np.argsort(values)) for values in (first, second)]
    return np.corrcoef(ranks)[0, 1]


@pytest.mark.parametrize("rank", [-0.9, -0.5, 0, 0.3, 0.6, 0.95])
def test_the_rank_is_the_one_asked_for(rank):
    moved = moving(pairs(("a", "b", rank)))
    assert spearman(moved["a"], moved["b"]) == pytest.approx(rank, abs=0.02)
    assert spearman(moved["a"], moved["c"]) == pytest.approx(0, abs=0.02)


def test_several_pairs_at_once():
    asked = pairs(("a", "b", 0.5), ("b", "c", -0.4), ("c", "a", 0.2))
    moved = moving(asked)
    for pair in asked:
        first, second = pair.between
        assert spearman(moved[first], moved[second]) == pytest.approx(pair.rank, abs=0.02)


def test_the_draws_of_unlike_laws_have_the_rank():
    parameters = {
        "a": Parameter.model_validate({"value": 0.05, "low": 0.03, "high": 0.07, "unit": "share"}),
        "b": Parameter.model_validate({"value": 400, "se": 200, "unit": "pound"}),
    }
    values = drawn(DRAWS, seed=7, correlations=pairs(("a", "b", 0.7))).values(parameters)
    assert spearman(values["a"], values["b"]) == pytest.approx(0.7, abs=0.02)
    assert values["b"].mean() == pytest.approx(400, rel=0.01)
    assert values["b"].std() == pytest.approx(200, rel=0.02)


def test_each_keeps_its_own_law():
    """Every level stays uniform: deciles of 2,000 draws each, within 5 standard errors (42)."""
    moved = moving(pairs(("a", "b", 0.8), ("b", "c", 0.5)))
    for level in moved.values():
        counts, _ = np.histogram(level, bins=10, range=(0, 1))
        assert np.abs(counts - 2000).max() < 5 * math.sqrt(DRAWS * 0.09)


def test_the_first_of_a_pair_and_the_others_are_not_touched():
    moved = moving(pairs(("a", "b", 0.5), ("b", "c", 0.5)))
    assert moved["a"].tolist() == LEVELS["a"].tolist()
    assert moved["d"].tolist() == LEVELS["d"].tolist()
    assert moved["b"].tolist() != LEVELS["b"].tolist()


@pytest.mark.parametrize(("rank", "levels"), [(1, [0.1, 0.7]), (-1, [0.9, 0.3])])
def test_in_step_and_opposite(rank, levels):
    given = {"a": np.array([0.1, 0.7]), "b": np.array([0.5, 0.2])}
    assert mixing_of(pairs(("a", "b", rank))).mixed("b", given.__getitem__).tolist() == pytest.approx(levels)


def test_three_in_step():
    moved = moving(pairs(("a", "b", 1), ("b", "c", 1), ("a", "c", 1)))
    assert moved["c"] == pytest.approx(LEVELS["a"], abs=1e-9)


def rules(problems):
    return {problem.rule for problem in problems}


@pytest.mark.parametrize(
    ("given", "rule", "words"),
    [
        ([("a", "b", 1.2)], "rank_out_of_range", "found 1.2"),
        ([("a", "a", 0.5)], "correlated_with_itself", "'a'"),
        ([("a", "b", 0.5), ("b", "a", 0.4)], "correlated_twice", "0.5 before, and of 0.4 here"),
        ([("a", "los_dayz", 0.5)], "correlated_and_not_drawn", "nearest: 'los_days'"),
        ([("a", "sure", 0.5)], "correlated_and_not_drawn", "nothing says how unsure 'sure' is"),
    ],
)
def test_faults_of_a_pair(given, rule, words):
    problems = correlation_problems(pairs(*given), ["a", "b", "los_days"], ["a", "b", "los_days", "sure"])
    assert rules(problems) == {rule}
    assert words in str(problems[0])
    assert problems[0].where.item.startswith(f"uncertainty.correlations.{len(given) - 1}.")


def test_a_pair_given_twice_alike_is_no_fault():
    assert correlation_problems(pairs(("a", "b", 0.5), ("b", "a", 0.5)), ["a", "b"]) == []


def pearson(rank):
    return 2 * math.sin(math.pi * rank / 6)


def test_a_contradiction_names_the_pair_and_the_rank_it_may_have():
    """With b–c at r and a–c at s, a–b is at most rs + √((1 − r²)(1 − s²)): 0.8286 here, a rank of 0.8158 (Δ 0.084).

    Raising a–c to 2r² − 1 would take more: to a rank of 0.631 (Δ 0.131).
    """
    (problem,) = cannot_all_hold(pairs(("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", 0.5)))
    r, s = pearson(0.9), pearson(0.5)
    most = r * s + math.sqrt((1 - r**2) * (1 - s**2))
    assert most == pytest.approx(0.8286, abs=1e-4)
    assert 6 / math.pi * math.asin(most / 2) == pytest.approx(0.8158, abs=1e-4)
    assert (problem.rule, problem.where.item) == ("correlations_contradict", "uncertainty.correlations.0")
    assert problem.remedy == "the nearest rank it can have beside the others is 0.815"
    assert cannot_all_hold(pairs(("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", 0.632))) == []
    assert cannot_all_hold(pairs(("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", 0.630))) != []


def test_the_pair_that_needs_least_change_is_named():
    """With a–b and b–c at 0.5, a–c at −0.9 cannot be: weakening it alone is less than weakening another."""
    (problem,) = cannot_all_hold(pairs(("a", "b", 0.5), ("b", "c", 0.5), ("a", "c", -0.9)))
    assert problem.where.item == "uncertainty.correlations.2"
    assert "'a' and 'c' cannot have a rank of -0.9" in problem.what


def test_a_pair_left_out_counts_as_0_and_is_named():
    (problem,) = cannot_all_hold(pairs(("a", "b", 0.9), ("b", "c", 0.9)))
    assert "or say how a and c move together (left out is 0)" in problem.remedy


def mended(given, problem):
    place, rank = int(problem.where.item.split(".")[2]), float(problem.remedy.split(",")[0].split()[-1])
    return [pair.model_copy(update={"rank": rank}) if at == place else pair for at, pair in enumerate(given)]


@settings(max_examples=200)
@given(st.lists(st.floats(-1, 1), min_size=6, max_size=6))
def test_the_remedy_mends(ranks):
    """Whatever contradicts, either the rank named makes all hold, or no single pair does and that is said."""
    names = [("a", "b"), ("a", "c"), ("a", "d"), ("b", "c"), ("b", "d"), ("c", "d")]
    asked = pairs(*((*pair, rank) for pair, rank in zip(names, ranks, strict=True)))
    for problem in cannot_all_hold(asked):
        if "nearest rank" in problem.remedy:
            assert cannot_all_hold(mended(asked, problem)) == []
        else:
            assert problem.remedy == "bring several of them nearer to 0"


def test_draws_with_a_contradiction_are_refused():
    given = pairs(("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.5))
    with pytest.raises(EngineFaults, match="contradict one another"):
        drawn(10, correlations=given)
    [problem] = correlation_problems(pairs(("a", "x", 0.5)), LEVELS)
    assert "no parameter 'x'" in problem.what
