"""A prepared study and its files: what it notices of them, records of them, reads anew, and takes to another process."""

import json
import pickle
from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pandas as pd
import pytest

import pathway_cost as pc
from pathway_cost.errors import PriceFaults, SpecFaults, StudyChangedWarning
from tests.asked_study import write
from tests.cli.toy_study import RULES, edit, write_study
from tests.engine.toy import TOWN
from tests.study.test_prepared import CARE, HUB, PRICES, assert_same, written


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    return pc.prepare(written(tmp_path_factory.mktemp("ready")))


# --- what it notices -----------------------------------------------------------------------------------------------
def test_a_what_if_notices_the_file_whose_numbers_it_moved(tmp_path):
    path = written(tmp_path / "study")
    found = pc.prepare(path).what_if({"los": 5.0})
    pathway = path.with_name("pathway.yaml")
    pathway.write_text(pathway.read_text().replace("450", "900") + "\n# another")
    with pytest.warns(StudyChangedWarning, match=r"pathway.yaml changed since the study was prepared"):
        found.cost("baseline")
    assert found.changed() == ("pathway.yaml",)


def test_who_asks_is_told_of_a_change_once_and_at_their_own_line(tmp_path):
    path = written(tmp_path / "study")
    ready = pc.prepare(path)
    path.with_name("prices.csv").unlink()
    asked = [
        lambda: ready.cost("baseline"),
        lambda: ready.compare("baseline", "hub").bridge("change"),
        lambda: ready.bridge("baseline", "hub", "change"),
        lambda: ready.steps("hub"),
        lambda: ready.what_if({"los": 5.0}),
        lambda: ready.draws(draws=2),
        lambda: pc.run(ready),
    ]
    for ask in asked:
        with pytest.warns(StudyChangedWarning) as told:
            ask()
        assert [each.filename for each in told] == [__file__]


def test_a_prepared_study_is_pickled_with_its_what_ifs(ready):
    for study in (ready, ready.what_if({"los": 5.0}), ready.what_if(changes=[{"scale_stay": "ward", "by": 0.5}])):
        again = pickle.loads(pickle.dumps(study))
        for name in study.compared:
            assert_same(again.cost(name), study.cost(name))
        other = again.what_if({"visits": 3.0}), study.what_if({"visits": 3.0})
        assert_same(*(each.cost(study.compared[-1]) for each in other))
        pd.testing.assert_frame_equal(again.draws(draws=3), study.draws(draws=3), check_exact=True)


def test_a_prepared_study_is_taken_where_a_study_is(ready):
    found = ready.what_if({"los": 5.0})
    assert pc.check(found).patients == 100
    assert_same(pc.prepare(found).cost("hub"), found.cost("hub"))


def test_a_study_prepared_again_has_its_specs_as_they_were_read(tmp_path):
    path = written(tmp_path / "study")
    ready = pc.prepare(path)
    changed = ready.what_if({"los": 5.0})
    pathway = path.with_name("pathway.yaml")
    pathway.write_text(pathway.read_text().replace("4.0", "7.0"))
    for study, before in ((pc.prepare(ready), ready), (pc.prepare(changed), changed)):
        assert study.inputs.hashes == before.inputs.hashes
        assert study.changed() == ("pathway.yaml",)
        with pytest.warns(StudyChangedWarning):
            assert_same(study.cost("hub"), before.cost("hub"))
    assert pc.prepare(path).changed() == ()


# --- what it records -----------------------------------------------------------------------------------------------
def recorded(study):
    return {name: each for name, each in study.inputs.hashes.items() if name.startswith("given: ")}


def test_what_was_moved_twice_is_recorded_as_it_is_now(ready):
    once, twice = ready.what_if({"los": 6.0}), ready.what_if({"los": 5.0}).what_if({"los": 6.0})
    assert recorded(twice) == recorded(once) != recorded(ready.what_if({"los": 5.0}))
    once, twice = ready.what_if({"hub.shorter": 0.6}), ready.what_if({"hub.shorter": 0.7}).what_if({"hub.shorter": 0.6})
    assert recorded(twice) == recorded(once)


@pytest.mark.parametrize("name", ["toy", "study", "what_if"])
def test_specs_of_one_name_are_recorded_apart(tmp_path, name):
    asked = {
        "scenario": name,
        "parameters": {"less": {"value": 0.5, "unit": "times"}},
        "changes": [{"scale_stay": "ward", "by": "less"}],
    }
    found = (
        pc.prepare(written(tmp_path)).what_if({"los": 5.0}, changes=asked).what_if({"los": 6.0, f"{name}.less": 0.8})
    )
    kept = ["given: study", "given: toy", f"given: {name}" if name == "what_if" else f"given: scenario {name}"]
    assert sorted(recorded(found)) == sorted(kept)
    assert len(found.draws(draws=3)) == 3 * len(found.compared)
    pc.write(pc.run(found), tmp_path / "out")
    assert set(kept) < set(json.loads((tmp_path / "out" / "run.json").read_text())["inputs"])


# --- what it asks of the sets --------------------------------------------------------------------------------------
def test_a_unit_cost_that_the_extracts_were_not_read_for_is_a_fault(tmp_path):
    """Another set would answer in the place of the organisation's own extract."""
    study = write_study(tmp_path)
    (tmp_path / "rules.yaml").write_text(RULES.replace("physio.contact:", "physio.visit:"))
    with (tmp_path / "prices.csv").open("a") as file:
        file.write(
            "physio.contact,RYY,80,contact,whole,2024-25,Made up\nphysio.visit,,99,contact,whole,2024-25,Made up\n"
            "physio.visit.home,,12,contact,whole,2024-25,Made up\n"
        )
    asked = {
        "unit_costs": {"physio.visit": {"unit": "contact", "covers": "whole"}},
        "changes": [{"add_use": "rehab", "use": {"unit_cost": "physio.visit"}}],
    }
    ready = pc.prepare(study)
    at_home = {
        "unit_costs": {"physio.visit.home": asked["unit_costs"]["physio.visit"]},
        "changes": [{"add_use": "rehab", "use": {"unit_cost": "physio.visit.home"}}],
    }
    visits = ready.cost("baseline").visited.set_index("setting").loc["rehab", "visits"]
    more = ready.what_if(changes=at_home).compare("baseline", "what_if")
    assert more.change_total_gbp == pytest.approx(12 * visits)  # no rule is of its name
    with pytest.raises(
        PriceFaults, match=r"'physio.visit' has a rule in rules.yaml, and the extracts were read without it.*prepare"
    ):
        ready.what_if(changes=asked)
    edit(tmp_path, "pathway.yaml", "unit_costs:\n", "unit_costs:\n  physio.visit: {unit: contact, covers: whole}\n")
    found = pc.prepare(study).what_if(changes=asked["changes"])
    assert found.compare("baseline", "what_if").change_total_gbp == pytest.approx(80 * visits)


def test_rows_that_nobody_asked_for_are_told_again(tmp_path):
    path = write(tmp_path, CARE, prices=PRICES, mff={"file": "mff.csv"})
    everybody = [*dict.fromkeys(TOWN["all"].values()), "RQQ"]
    (tmp_path / "mff.csv").write_text("\n".join(["organisation,factor", *(f"{name},1.1" for name in everybody)]))
    prices = pd.read_csv(tmp_path / "prices.csv")
    own = prices[prices["organisation"] == TOWN["all"]["acute"]].assign(organisation="RQQ")
    pd.concat([prices, own]).to_csv(tmp_path / "prices.csv", index=False)
    ready = pc.prepare(path)
    moved = ready.what_if(changes=[{"set_footprint": {"role": "acute"}, "to": "RQQ"}])
    told = [
        [note.what for note in pc.run(each).notes if "not asked for" in note.what and "mff" in str(note.where.file)]
        for each in (ready, moved)
    ]
    assert "RQQ" in told[0][0]
    assert not any("RQQ" in each for each in told[1])


# --- what it takes to another process ------------------------------------------------------------------------------
def test_a_prepared_study_is_pickled_while_others_ask(ready):
    numbers = count()

    def ask(_):
        return ready.what_if({"los": 2.0 + next(numbers) % 50 / 10}).cost("hub").total_gbp

    with ThreadPoolExecutor(3) as pool:
        asked = pool.map(ask, range(60))
        again = [pickle.loads(pickle.dumps(ready)) for _ in range(15)]
        assert len(set(asked)) == 50
    for each in again:
        assert_same(each.cost("hub"), ready.cost("hub"))


# --- faults --------------------------------------------------------------------------------------------------------
def test_a_name_under_which_an_old_value_is_kept_is_taken(tmp_path):
    care = CARE | {
        "parameters": CARE["parameters"]
        | {"los_before_hub": {"value": 3.0, "unit": "day"}, "less": {"value": 0.8, "unit": "times"}}
    }
    care = care | {"settings": care["settings"] | {"rehab": care["settings"]["rehab"] | {"stay": "los_before_hub"}}}
    hub = HUB | {"changes": [{"scale_parameter": "los", "by": {"formula": "less"}}]}
    with pytest.raises(
        SpecFaults, match="the old 'los' is kept as 'los_before_hub', and a parameter is called that; give that"
    ):
        pc.prepare(write(tmp_path, care, hub, prices=PRICES))


def test_a_value_that_a_file_could_not_hold_is_a_fault_of_shape_as_there(ready):
    with pytest.raises(SpecFaults) as raised:
        ready.what_if({"los": 9.0})
    assert raised.value.stage == "shape"
    with pytest.raises(SpecFaults) as raised:
        ready.what_if({"loss": 9.0})
    assert raised.value.stage == "meaning"
