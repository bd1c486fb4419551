"""From all that a run of real patients shares, counts and pounds together, nobody learns of 1 to 7 patients of any kind."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import pathway_cost as pc
from pathway_cost.reports.files.folder import EXACT
from pathway_cost.reports.words import csv_bytes
from tests import asked_study
from tests.attack.attacker import Attacker
from tests.real_patients import real_study

NEAR = 1e-3  # patients; a solver's last digits


def attacked(study, **numbers):
    """Who attacks a study, its result and all tables, the local ones too."""
    result = pc.run(study, keep_patients=True)
    exact = result.exact_tables()
    tables = {f"{name}.csv": csv_bytes(frame) for name, frame in result.tables.written().items()}
    return Attacker(study, **numbers), result, tables | {file: csv_bytes(exact[name]) for name, file in EXACT.items()}


def few(ranges):
    """Which kinds the attacker knows to have 1 to 7 patients, exactly or within fewer than 8."""
    low, high = np.round(ranges[:, 0], 3), ranges[:, 1]
    return (high - low < 8 - NEAR) & (high > 0.5) & (low < 8 - NEAR)


def sentence(result):
    return next(note.what for note in result.notes if note.rule == "small_groups")


def ranges_of_small(attacker, study, result, files):
    """What is known of the patients as they are by who knows which kinds were small, and as what they are told."""
    recoding = pc.prepare(study).recoding
    shared = attacker.kinds_of(result["baseline"].cohort)
    small, into = attacker.kinds_of(recoding.patients)[recoding.small], shared[recoding.told_as]
    told_as = np.arange(len(attacker.kinds))
    told_as[small] = into
    return attacker.ranges(
        attacker.equations(files), np.union1d(small, into), told_as=told_as,
        beside=_said(sentence(result), attacker, small, told_as, result),
    )  # fmt: skip


def _said(words, attacker, small, told_as, result):
    """What the sentence says of all small groups together."""
    if counted := re.match(r"about ([\d,]+) patients in", words):
        here = np.zeros(len(attacker.kinds))
        here[small] = 1
        number = float(counted[1].replace(",", ""))
        yield here, number - 2.5, number + 2.5
    if less := re.search(r"no total moves by more than ([\d.]+)%", words):
        for name in attacker.names:
            pounds = attacker._each(name, "place").sum().to_numpy(float)
            most = float(less[1]) / 100 * result[name].total_gbp
            yield pounds[told_as] - pounds, -most, most


@pytest.fixture(scope="module")
def knee(tmp_path_factory):
    study = real_study(
        tmp_path_factory.mktemp("attack") / "knee", "elective_knee", without=("uncertainty", "sensitivity", "walk")
    )
    return study, *attacked(study)


def test_the_attack_finds_small_groups_in_exact_figures(knee):
    """The attack works: with the local tables in the place of the shared ones it gives all 13 counts back."""
    study, attacker, _, files = knee
    recoding = pc.prepare(study).recoding
    kinds = attacker.kinds_of(recoding.patients)[recoding.small]
    everything = files | {f"{name}.csv": files[file] for name, file in EXACT.items()}
    found = attacker.ranges(attacker.equations(everything), kinds)
    assert few(found).all()
    assert found.mean(axis=1).sum() == pytest.approx(73)


def test_no_small_count_is_found_in_what_the_knee_example_shares(knee):
    _, attacker, _, files = knee
    found = attacker.ranges(attacker.equations(files), range(len(attacker.kinds)))
    assert not few(found).any()
    assert (found[:, 1] > 0.5).sum() == 229


def test_who_knows_which_groups_were_small_finds_no_range_under_eight(knee):
    study, attacker, result, files = knee
    found = ranges_of_small(attacker, study, result, files)
    assert len(found) >= 13
    assert (found[:, 1] - found[:, 0]).min() >= 8


def test_nine_rows_of_another_example_are_one_group_of_one_age(tmp_path):
    study = real_study(
        tmp_path / "study", "time_and_chance",
        without=("uncertainty", "sensitivity", "walk", "evidence_sets", "evidence_weights"),
    )  # fmt: skip
    (age,) = set(pc.run(study)["baseline"].cohort.numbers["age"])
    attacker, result, files = attacked(study, age=age)
    found = attacker.ranges(attacker.equations(files), range(len(attacker.kinds)))
    assert sorted(found.round(3).tolist()) == [[0, 0], [1000, 1000]]
    small = ranges_of_small(attacker, study, result, files)
    assert (small[:, 1] - small[:, 0]).min() >= 8


# --- random studies --------------------------------------------------------------------------------------------------
LEVELS = {"band": ["b1", "b2", "b3", "b4"], "frail": ["no", "yes"], "sex": ["f", "m"]}


def pathway(numbers):
    """A ward whose stay, and whose way back, differ by what patients are."""
    by = {name: {level: numbers[at % len(numbers)] for at, level in enumerate(levels, start=shift)}
          for shift, (name, levels) in enumerate(LEVELS.items())}  # fmt: skip
    return asked_study.WARD | {
        "attributes": {name: {"levels": levels} for name, levels in LEVELS.items()},
        "parameters": {
            "stay_by_band": {"by": "band", "values": {level: 1 + 9 * each for level, each in by["band"].items()}, "unit": "day"},
            "more": {"by": "frail", "values": {level: 5 * each for level, each in by["frail"].items()}, "unit": "day"},
            "los": {"formula": "stay_by_band + more", "unit": "day"},
            "p_back": {"by": "sex", "values": {level: each / 3 for level, each in by["sex"].items()}, "unit": "share"},
        },
    }  # fmt: skip


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    numbers=st.lists(st.integers(1, 97).map(lambda each: each / 100), min_size=5, max_size=5, unique=True),
    sizes=st.lists(st.one_of(st.integers(0, 9), st.integers(8, 400)), min_size=16, max_size=16).filter(
        lambda sizes: sum(sizes) > 8
    ),
)
def test_no_small_count_is_found_in_any_study(tmp_path_factory, numbers, sizes):
    kinds = pd.MultiIndex.from_product(LEVELS.values(), names=list(LEVELS)).to_frame(index=False)
    patients = kinds.loc[kinds.index.repeat(sizes)].reset_index(drop=True)
    folder = tmp_path_factory.mktemp("any") / "study"
    shorter = {"scenario": "shorter", "changes": [{"scale_stay": "ward", "by": 0.8}]}
    study = asked_study.write(folder, pathway(numbers), shorter, cohort="cohort.csv")
    patients.assign(patient_id=[f"P{at}" for at in range(len(patients))]).to_csv(folder / "cohort.csv", index=False)
    attacker, result, files = attacked(study)
    found = attacker.ranges(attacker.equations(files), range(len(attacker.kinds)))
    assert not few(found).any()
    if len(pc.prepare(study).recoding.small):
        small = ranges_of_small(attacker, study, result, files)
        assert (small[:, 1] - small[:, 0]).min() >= 8 - NEAR
