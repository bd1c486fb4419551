from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway_cost.results.chance.shapley import Change, attribution, ordered, shapley

POUNDS = st.floats(-1e6, 1e6)


def coalitions(count):
    return [frozenset(made) for size in range(count + 1) for made in combinations(range(count), size)]


@st.composite
def games(draw, count=None):
    count = draw(st.integers(1, 4)) if count is None else count
    return count, {made: draw(POUNDS) for made in coalitions(count)}


def shares(game, count):
    players, found = shapley(game.__getitem__, count)
    assert players == tuple((at,) for at in range(count))
    assert not found.standard_error_gbp.any()
    return found.gbp


def whole(game, count):
    return game[frozenset(range(count))] - game[frozenset()]


def near(value, game):
    return pytest.approx(value, rel=1e-9, abs=1e-9 * (1 + max(map(abs, game.values()))))


# --- laws --------------------------------------------------------------------------------------------------------
@given(games())
def test_shares_are_averages_over_all_orders(case):
    count, game = case
    sums = np.zeros(count)
    orders = list(permutations(range(count)))
    for order in orders:
        for place, player in enumerate(order):
            sums[player] += game[frozenset(order[: place + 1])] - game[frozenset(order[:place])]
    assert shares(game, count).tolist() == near((sums / len(orders)).tolist(), game)


@given(games())
def test_both_ways_sum_to_the_whole(case):
    count, game = case
    both = (shares(game, count), ordered(game.__getitem__, [(at,) for at in range(count)]))
    for parts in both:
        assert sum(parts) == near(whole(game, count), game)


@given(st.dictionaries(st.integers(0, 3), POUNDS, min_size=4, max_size=4), st.integers(2, 4))
def test_changes_alike_have_alike_shares(by_size, count):
    game = {made: by_size.get(len(made), 0.0) for made in coalitions(count)}
    found = shares(game, count)
    assert found.tolist() == near([found.mean()] * count, game)


@given(games(count=3), POUNDS)
def test_a_change_that_adds_the_same_to_any_others_has_that(case, alone):
    _, game = case
    larger = {made: game[made - {3}] + (alone if 3 in made else 0.0) for made in coalitions(4)}
    found = shares(larger, 4)
    assert found[3] == near(alone, larger)
    assert found[:3].tolist() == near(shares(game, 3).tolist(), larger)


@given(games(count=3), games(count=3))
def test_shares_of_a_sum_are_sums_of_shares(one, other):
    (_, first), (_, second) = one, other
    both = {made: first[made] + second[made] for made in first}
    assert shares(both, 3).tolist() == near((shares(first, 3) + shares(second, 3)).tolist(), {**first, 0: 2e6})


# --- by hand -----------------------------------------------------------------------------------------------------
def test_two_changes_that_overlap():
    """Alone −£100 and −£200, together −£240: in order −100, −140; free −70, −170."""
    totals = {(): 1_000.0, (0,): 900.0, (1,): 800.0, (0, 1): 760.0}
    changes = [Change("scale_stay surgery", "local"), Change("set_share surgery.home", "trial")]
    frame = attribution("day_case", changes, lambda made: totals[tuple(sorted(made))])
    assert frame["ordered_gbp"].tolist() == [-100.0, -140.0]
    assert frame["shapley_gbp"].tolist() == [-70.0, -170.0]
    assert frame["standard_error_gbp"].tolist() == [0.0, 0.0]
    assert frame["position"].tolist() == [1, 2]
    assert frame["grade"].tolist() == ["local", "trial"]
    assert set(frame["scenario"]) == {"day_case"}


def test_every_set_of_changes_is_costed_once():
    asked = []

    def total_with(made):
        asked.append(made)
        return 1_000.0 - sum(10.0 * 2**at for at in made)

    frame = attribution("many", [Change(str(at), "trial") for at in range(12)], total_with)
    assert len(asked) == len(set(asked)) == 2**12
    assert frame["shapley_gbp"].tolist() == pytest.approx([-10.0 * 2**at for at in range(12)])


def test_pounds_sum_to_the_penny():
    """Thirds of −£100 do not sum to −£100 in floating point; the last bit goes to the largest."""
    frame = attribution(
        "three", [Change(str(at), "trial") for at in range(3)], lambda made: 0.0 if len(made) < 3 else -100.0
    )
    assert sum(frame["shapley_gbp"]) == -100.0
    assert frame["shapley_gbp"].tolist() == pytest.approx([-100 / 3] * 3)


def test_no_changes():
    assert attribution("nothing", [], lambda _: 1_000.0).empty


def test_the_ends_must_be_costed():
    with pytest.raises(ValueError, match="cannot be worked out"):
        shapley(lambda made: None if len(made) == 2 else 1.0, 2)


# --- changes that only work together -----------------------------------------------------------------------------
def paired_shares(made):
    """0.2 + 0.5 + 0.3 = 1; changes 0 and 2 (+0.1, −0.1) only sum to 1 together; change 1 takes £50 off."""
    if (0 in made) != (2 in made):
        return None
    return 1_000.0 - 50.0 * (1 in made) - 80.0 * (0 in made) + 10.0 * (made >= {0, 1, 2})


def test_changes_that_only_work_together_count_as_one():
    changes = [Change("home", "trial"), Change("stay", "local"), Change("rehab", "assumption")]
    frame = attribution("shares", changes, paired_shares)
    assert frame["change"].tolist() == ["stay", "home + rehab"]
    assert frame["position"].tolist() == [2, 3]
    assert frame["grade"].tolist() == ["local", "assumption"]
    assert frame["ordered_gbp"].tolist() == [-50.0, -70.0]
    assert frame["shapley_gbp"].tolist() == [-45.0, -75.0]


def test_groups_known_before_are_joined_from_the_start():
    asked = []

    def total_with(made):
        asked.append(made)
        return paired_shares(made)

    players, found = shapley(total_with, 3, groups=[(2, 0)])
    assert players == ((1,), (0, 2))
    assert found.gbp.tolist() == [-45.0, -75.0]
    assert None not in [paired_shares(made) for made in asked]


def test_only_what_must_be_joined_is():
    """Pairs 0 + 3 and 1 + 4 work only together, 2 alone: three players."""

    def total_with(made):
        if (0 in made) != (3 in made) or (1 in made) != (4 in made):
            return None
        return 100.0 * len(made)

    players, found = shapley(total_with, 5)
    assert players == ((2,), (0, 3), (1, 4))
    assert found.gbp.tolist() == pytest.approx([100.0, 200.0, 200.0])


def test_two_that_need_a_third():
    """Changes 0 and 1 each work alone, but together only with 2; all three become one."""
    players, found = shapley(lambda made: None if made >= {0, 1} and 2 not in made else 7.0 * len(made), 4)
    assert players == ((0, 1, 2), (3,))
    assert found.gbp.tolist() == [21.0, 7.0]


@given(st.sets(st.frozensets(st.integers(0, 3), min_size=1, max_size=3)))
def test_whatever_cannot_be_costed_the_pounds_close(unworkable):
    def total_with(made):
        return None if made in unworkable else 1_000.0 - 3.0 * len(made) ** 2 - sum(made)

    players, found = shapley(total_with, 4)
    assert sorted(change for player in players for change in player) == [0, 1, 2, 3]
    assert found.gbp.sum() == pytest.approx(total_with(frozenset(range(4))) - 1_000.0)


# --- more than twelve --------------------------------------------------------------------------------------------
ALONE = np.array([-1_000.0 + 150.0 * at for at in range(13)])
TRIPLES = {(0, 1, 2): -900.0, (3, 7, 11): 600.0, (2, 5, 12): 1_500.0, (4, 5, 6): -300.0}


def large(made):
    together = sum(gbp for triple, gbp in TRIPLES.items() if made >= set(triple))
    return 50_000.0 + sum(ALONE[at] for at in made) + together


def test_sampled_shares_are_within_their_error():
    """Each of three that only together move x pounds has x ÷ 3."""
    exact = ALONE.copy()
    for triple, gbp in TRIPLES.items():
        exact[list(triple)] += gbp / 3
    frame = attribution("large", [Change(str(at), "trial") for at in range(13)], large, permutations=400, seed=11)
    error = frame["standard_error_gbp"].to_numpy()
    off = np.abs(frame["shapley_gbp"].to_numpy() - exact)
    assert np.all(off <= 4 * error + 1e-6)
    assert error[0] > 0
    assert error[8] == pytest.approx(0.0, abs=1e-6)
    assert error.max() < 40
    assert frame["shapley_gbp"].sum() == pytest.approx(exact.sum(), rel=1e-12)
    assert frame["ordered_gbp"].sum() == pytest.approx(exact.sum(), rel=1e-12)


def test_the_same_seed_gives_the_same_shares():
    one, again, other = (shapley(large, 13, permutations=20, seed=seed)[1].gbp.tolist() for seed in (1, 1, 2))
    assert one == again
    assert one != other


def test_sampled_changes_that_only_work_together_are_joined():
    def total_with(made):
        return None if (4 in made) != (9 in made) else 50_000.0 - 10.0 * sum(made) - 100.0 * (made >= {4, 9, 13})

    players, found = shapley(total_with, 14, permutations=20)
    by_player = dict(zip(players, found.gbp, strict=True))
    assert len(players) == 13
    assert by_player[5,] == pytest.approx(-50.0)
    assert by_player[4, 9] == pytest.approx(-130.0 - 50.0)
    assert by_player[13,] == pytest.approx(-130.0 - 50.0)
