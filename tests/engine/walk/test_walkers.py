"""Who walks: every patient by their share, always the same person, and who takes which scenario."""

from __future__ import annotations

import numpy as np
import pytest

from pathway_cost.engine.walk.walkers import cast_of, taken_by
from tests.engine.chance_toy import PATHWAY, PEOPLE
from tests.engine.toy import coded, pathway_of, scenario_of

TOWNS = {"north": 0.25, "south": 0.75}


def cohort(people=PEOPLE, places=None):
    return coded(pathway_of(PATHWAY), people, places)


def test_everybody_walks_by_their_weight():
    """Weights 3, 1, 2, 0.5 and 4 of 10.5, for 21 walkers: 6, 2, 4, 1 and 8."""
    cast = cast_of(cohort(), 21, seed=1)
    assert np.bincount(cast.row).tolist() == [6, 2, 4, 1, 8]
    assert cast.weight == pytest.approx(np.full(21, 0.5))


@pytest.mark.parametrize("patients", [1, 4, 100, 1001])
def test_the_weights_are_kept(patients):
    cast = cast_of(cohort(), patients, seed=1)
    assert len(cast.row) >= patients
    assert np.bincount(cast.row, cast.weight) == pytest.approx(PEOPLE["weight"])
    assert len(np.unique(cast.key)) == len(cast.key)


def test_who_weighs_nothing_does_not_walk():
    cast = cast_of(cohort(PEOPLE | {"weight": [1, 0, 1, 1, 1]}), 100, seed=1)
    assert 1 not in cast.row


def test_a_row_of_alike_patients_walks_as_many_different_ones():
    cast = cast_of(cohort({"frail": ["no"], "age": [60], "weight": [5000]}), 200, seed=1)
    assert len(np.unique(cast.key)) == 200
    assert cast.weight == pytest.approx(np.full(200, 25.0))


def test_a_persons_luck_hangs_on_who_they_are():
    turned = {name: values[::-1] for name, values in PEOPLE.items()}
    one, other = cast_of(cohort(), 50, seed=1), cast_of(cohort(turned), 50, seed=1)
    keys = [
        {name: cast.key[np.asarray(each.patient_id)[cast.row] == name].tolist() for name in "abcde"}
        for cast, each in ((one, cohort()), (other, cohort(turned)))
    ]
    assert keys[0] == keys[1]


def test_where_a_person_lives_is_drawn_once():
    living = cohort(places=TOWNS)
    cast, other = cast_of(living, 20_000, seed=1), cast_of(living, 20_000, seed=2)
    north = np.isin(cast.segment, living.segments.of_base[:, 0])
    assert north.mean() == pytest.approx(0.25, abs=4 * np.sqrt(0.25 * 0.75 / len(north)))
    assert np.array_equal(cast.segment, cast_of(living, 20_000, seed=1).segment)
    assert not np.array_equal(cast.segment, other.segment)
    assert np.array_equal(living.segments.of_base[living.base[cast.row], np.where(north, 0, 1)], cast.segment)


# --- uptake ------------------------------------------------------------------------------------------------------
def taking(name, uptake, **more):
    return scenario_of({"scenario": name, "uptake": uptake, "changes": [{"scale_stay": "ward", "by": 0.5}], **more})


@pytest.mark.parametrize("uptake", [0, 0.3, 1])
def test_so_many_take_a_scenario(uptake):
    cast = cast_of(cohort(), 10_000, seed=3)
    taken = taken_by(cast, [taking("one", uptake)], cohort(), None)
    assert taken.mean() == pytest.approx(uptake, abs=4 * np.sqrt(uptake * (1 - uptake) / 10_000))


def test_only_the_eligible_take_it():
    cast = cast_of(cohort(), 1000, seed=3)
    taken = taken_by(cast, [taking("one", 1, eligible={"frail": ["yes"]})], cohort(), None)[0]
    assert np.unique(cast.row[taken]).tolist() == [1, 3]


def test_two_scenarios_are_taken_apart_unless_by_the_same_patients():
    cast = cast_of(cohort(), 10_000, seed=3)
    apart = taken_by(cast, [taking("one", 0.5), taking("two", 0.4)], cohort(), None)
    assert (apart[0] & apart[1]).mean() == pytest.approx(0.2, abs=4 * np.sqrt(0.16 / 10_000))
    nested = [taking("one", 0.5), taking("two", 0.4, uptake_with={"one": "same_patients"})]
    one, two = taken_by(cast, nested, cohort(), None)
    assert not (two & ~one).any()
    assert one.mean() == pytest.approx(0.5, abs=0.02)


def test_more_uptake_adds_patients_and_takes_none_away():
    cast = cast_of(cohort(), 1000, seed=3)
    few, many = (taken_by(cast, [taking("one", uptake)], cohort(), None)[0] for uptake in (0.3, 0.6))
    assert not (few & ~many).any()


def test_whoever_is_compared_beside_moves_nobody():
    cast = cast_of(cohort(), 1000, seed=3)
    alone = taken_by(cast, [taking("one", 0.5)], cohort(), None)[0]
    beside = taken_by(cast, [taking("two", 0.4), taking("one", 0.5)], cohort(), None)[1]
    assert np.array_equal(alone, beside)


def test_the_uptake_of_a_year():
    ramp = taking("one", {"2026-27": 0.0, "2027-28": 1.0})
    cast = cast_of(cohort(), 100, seed=3)
    assert [taken_by(cast, [ramp], cohort(), year).mean() for year in ("2026-27", "2027-28", None)] == [0, 1, 1]
