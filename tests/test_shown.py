"""What objects show of themselves: one short line, and nothing of a patient, whichever object and however it is shown."""

from __future__ import annotations

import logging
import pickle
import pprint
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from IPython.lib.pretty import pretty

import pathway_cost as pc
from pathway_cost.results.costed.costed import CostedPathway
from tests.reached import is_ours, reached
from tests.results.costed.test_costed_without_a_model import before
from tests.study.test_frames_for_files import EXAMPLE, in_memory

LONGEST = 300
OF_A_CLASS = 4  # objects of one class that are also shown in the slow ways
EXTRACTS = Path(__file__).parents[1] / "examples" / "elective_knee" / "plics" / "SI_*.xml"
PLANTED = re.compile(r"ZZ9PATIENT|QXSURNAME|QX1 1QX|\.73921|\.52847|1934-05-0")
"""Of every planted patient: id, surname, postcode, age, weight, date of birth."""


def planted(patients):
    """A table of patients with what must not be seen."""
    count = len(patients)
    return patients.assign(
        patient_id=[f"ZZ9PATIENT{place:04d}" for place in range(count)],
        age=patients["age"].astype(float) // 1 + 0.73921,
        weight=np.where(np.arange(count) % 2, 1.52847, 2.52847),
        surname=[f"QXSURNAME{place}" for place in range(count)],
        postcode="QX1 1QX",
        born=[f"1934-05-0{place % 9 + 1}" for place in range(count)],
    )


@pytest.fixture(scope="module")
def patients():
    return planted(pd.concat([pd.read_csv(EXAMPLE / "cohort.csv")] * 120, ignore_index=True))


@pytest.fixture(scope="module")
def study(patients):
    """A study that asks for draws, sampled patients and sensitivity, of a thousand patients who came with their names."""
    asked = in_memory(EXAMPLE / "study.yaml") | {"cohort": patients}
    return asked | {
        "uncertainty": {**asked["uncertainty"], "draws": 20},
        "walk": {**asked["walk"], "patients": 200},
    }


@pytest.fixture(scope="module")
def ready(study):
    return pc.prepare(study, keep_patients=True)


def fault(patients, study):
    """What is raised where every patient has a fault."""
    with pytest.raises(pc.TableFaults) as raised:
        pc.prepare(study | {"cohort": patients.assign(age=patients["surname"], weight=patients["postcode"])})
    return raised.value


@pytest.fixture(scope="module")
def shown(ready, patients, study):
    """Public objects of every kind, each after it was asked."""
    result = pc.run(ready)
    costed = result["baseline"]
    compared = result.compare(*result.compared[:2])
    compared.bridge("change")
    return [
        result, ready, ready.loaded, costed, costed.each_patient, costed.per_patient(), costed.cohort, compared,
        compared.volume(), result.plot, pc.check(study), pc.Cohort.from_frame(patients), pc.read_plics(str(EXTRACTS)),
        pc.prepare("examples/elective_knee/study.yaml"), before(), *costed.notes, fault(patients, study),
        ready.what_if({}), pickle.loads(pickle.dumps(ready)),
    ]  # fmt: skip


def ways(each):
    """Every way in which an object is shown, but for its tables."""
    logged = logging.LogRecord("run", logging.INFO, "run.py", 1, "made %s of %r", (each, each), None).getMessage()
    yield from (str(each), f"{each}", f"{each!a}", logged, pprint.pformat(each), pretty(each))
    for name in ("_repr_html_", "_repr_svg_", "_repr_latex_", "_repr_markdown_"):
        if hasattr(type(each), name):
            yield getattr(each, name)()
    if hasattr(type(each), "_repr_mimebundle_"):
        yield from map(str, each._repr_mimebundle_().values())


def test_every_object_says_itself_in_one_short_line_without_a_patient(shown):
    found = reached(*shown)
    kinds = {type(each) for each in found}
    assert {CostedPathway, pc.RunResult, pc.PreparedStudy, pc.LoadedStudy, pc.Cohort, pc.UnitCosts} <= kinds
    assert len(kinds) > 130
    long = {type(each).__name__: repr(each) for each in found if len(repr(each)) >= LONGEST or "\n" in repr(each)}
    assert long == {}, "give it `repr=False`, or a `__repr__` of one short line"
    assert {type(each).__name__: repr(each) for each in found if PLANTED.search(repr(each))} == {}


def test_no_way_to_show_an_object_shows_a_patient(shown):
    seen = {}
    for each in reached(*shown):
        seen.setdefault(type(each), []).append(each)
    telling = [each for alike in seen.values() for each in alike[:OF_A_CLASS]]
    assert {type(each).__name__ for each in telling for text in ways(each) if PLANTED.search(text)} == set()


def test_the_planted_are_there_to_be_seen(ready, patients):
    """So that the tests above can fail: an object that shows its fields is seen to."""
    cohort = ready.answers.case.cohort
    assert PLANTED.search(repr(vars(cohort)))
    assert any(PLANTED.search(repr(each)) for each in (patients, ready.cost("baseline").patient_costs()))
    assert is_ours(cohort)


def test_a_cohort_counts_no_few_patients(patients):
    assert repr(pc.Cohort.from_frame(patients.drop(columns="weight"), name="cohort.csv")) == (
        "Cohort of 1,080 patients (cohort.csv), 6 columns"
    )
    few = pc.Cohort.from_frame(patients.head(3))
    assert repr(few) == "Cohort of fewer than 8 patients (cohort), 7 columns"


@pytest.mark.parametrize("name", ["a" * 1000, "two\nlines"])
def test_long_names_are_cut(name):
    prices = {"unit_cost": ["bed"], "value_gbp": [450], "unit": ["bed_day"], "covers": ["whole"], "price_year": ["2024-25"],
              "source": ["made up"]}  # fmt: skip
    for each in (pc.Cohort.from_frame({"age": [60]}, name=name), pc.UnitCosts.from_frame(prices, name=name)):
        assert len(repr(each)) < LONGEST
        assert "\n" not in repr(each)


# --- columns that the pathway does not read --------------------------------------------------------------------------
NAMED = re.compile(r"QXSURNAME|QX1 1QX|1934-05-0")


@pytest.mark.parametrize("given", ["frame", "cohort", "columns"])
def test_a_study_keeps_nothing_of_columns_that_its_pathway_does_not_read(study, patients, given):
    asked = {
        "frame": patients,
        "cohort": pc.Cohort.from_frame(patients),
        "columns": {"file": patients.rename(columns={"age": "Alter"}), "columns": {"age": "Alter"}},
    }[given]
    loaded = pc.load_study(study | {"cohort": asked})
    made = pc.prepare(loaded)
    for each in (loaded, made, pickle.loads(pickle.dumps(made))):
        assert not NAMED.search(text_in(each))
    assert [NAMED.pattern in str(note) or "surname" in str(note) for note in made.answers.case.cohort.notes] == [True]
    assert loaded.tables["cohort"].sha256 == pc.load_study(study | {"cohort": asked}).tables["cohort"].sha256
    kept = pc.Cohort.from_frame(patients)
    assert NAMED.search(text_in(kept))


def text_in(holder):
    """Every text of every table that is held, as bytes of a pickle would hold it."""
    return pickle.dumps([vars(each).get("frame") for each in reached(holder) if hasattr(each, "__dict__")]).decode(
        "latin1"
    )


def test_a_table_of_which_nothing_is_read_still_has_its_patients(study):
    """Ten rows that are told apart by a surname alone are ten patients; a blank row at the end is none."""
    from tests.study.test_frames_for_files import of_ward

    people = pd.DataFrame({"surname": ["QXSURNAME1", *(f"QXSURNAME{place}" for place in range(9)), ""]})
    loaded = pc.load_study(of_ward(cohort=people))
    assert not NAMED.search(text_in(loaded))
    assert pc.run(loaded)["baseline"].patients == 10


def test_weighted_rows_that_differ_in_what_is_not_read_are_not_the_same(study):
    from tests.study.test_frames_for_files import of_ward

    people = pd.DataFrame({"ward": ["A", "B", "B"], "name": ["x", "y", "y"], "weight": [20, 20, 20]})
    found = pc.prepare(of_ward(cohort=people)).answers.case.cohort.notes
    assert [note.what for note in found if note.rule == "rows_repeated"] == [
        "1 row says the same as another row: 20 patients"
    ]
