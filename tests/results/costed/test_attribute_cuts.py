"""Pounds by what patients are: every declared attribute, alone and beside other cuts, in a result and a comparison."""

from __future__ import annotations

from itertools import combinations

import pytest

import pathway_cost as pc
from tests.results.costed.test_by_period import LATER, WARD, ward

LEVELS = {"band": ["young", "old", "oldest"], "frail": ["no", "yes"], "home": ["house", "care_home"]}
PATHWAY = {
    "pathway": "ward", "roles": {"acute": {"kind": "acute"}, "community": {"kind": "community"}}, "start": "ward", "ends": ["home"],
    "attributes": {name: {"levels": levels} for name, levels in LEVELS.items()} | {"age": {"number": "year"}},
    "unit_costs": {"bed": {"unit": "contact", "covers": "part"}, "visit": {"unit": "contact", "covers": "part"}},
    "parameters": {"days": {"by": "frail", "values": {"no": 2, "yes": 5}}},
    "settings": {"ward": {"role": "acute", "stay": "days", "uses": [
        {"unit_cost": "bed", "per": "day"}, {"unit_cost": "visit", "role": "community", "only": {"home": ["care_home"]}}]}},
    "routes": {"ward": {"home": "rest"}},
}  # fmt: skip
PRICES = {"unit_cost": ["bed", "visit"], "value_gbp": [100, 30], "unit": ["contact"] * 2, "covers": ["part"] * 2, "price_year": ["2024-25"] * 2, "source": ["made up"] * 2}  # fmt: skip
PEOPLE = {
    "band": ["oldest", "young", "old", "young"], "frail": ["yes", "no", "yes", "no"],
    "home": ["care_home", "house", "house", "care_home"], "age": [90, 30, 70, 31], "weight": [1, 2, 3, 4],
}  # fmt: skip


def costed(*scenarios):
    return pc.cost_pathway(
        PATHWAY, pc.Cohort.from_frame(PEOPLE), pc.UnitCosts.from_frame(PRICES),
        {"all": {"acute": "RXX", "community": "RYY"}}, price_year="2024-25", scenarios=scenarios,
    )  # fmt: skip


def test_pounds_of_each_level_by_its_own_patients_in_the_order_declared():
    """4 frail patients stay 5 days, 6 others 2, at £100; 5 in care homes are visited for £30."""
    found = costed().by("frail")
    assert found.to_numpy().tolist() == [["no", 1200 + 120, 6, 220], ["yes", 2000 + 30, 4, 507.5]]
    assert list(found) == ["frail", "gbp", "patients", "gbp_per_patient"]
    assert costed().by("band")["band"].tolist() == LEVELS["band"]
    both = costed().by("organisation", "home").set_index(["organisation", "home"])
    assert both["gbp"].to_dict() == {("RXX", "house"): 1900, ("RXX", "care_home"): 1300, ("RYY", "care_home"): 150}
    assert both["patients"].to_dict() == {("RXX", "house"): 5, ("RXX", "care_home"): 5, ("RYY", "care_home"): 5}


@pytest.mark.parametrize("attribute", LEVELS)
def test_every_attribute_sums_to_the_total_beside_any_other_cut(attribute):
    result = costed()
    others = [*LEVELS, "segment", "arm", "place", "setting", "use", "unit_cost", "component", "role", "organisation"]
    for pair in ([], *([other] for other in others if other != attribute)):
        for cuts in ([attribute, *pair], [*pair, attribute]):
            found = result.by(*cuts)
            assert found["gbp"].sum() == pytest.approx(result.total_gbp)
            assert not found.duplicated(cuts).any()
    assert result.by(*LEVELS)["gbp"].sum() == pytest.approx(result.total_gbp)


def test_a_cut_by_attribute_agrees_with_the_segments():
    result = costed()
    segments = result.by("segment")
    for attributes in combinations(LEVELS, 2):
        wanted = segments.groupby(list(attributes))["gbp"].sum().to_dict()
        assert result.by(*attributes).set_index(list(attributes))["gbp"].to_dict() == pytest.approx(wanted)


def test_activity_by_attribute():
    found = costed().quantities("frail").set_index(["unit_cost", "frail"])["quantity"].to_dict()
    assert found == {("bed", "no"): 12, ("bed", "yes"): 20, ("visit", "no"): 4, ("visit", "yes"): 1}


def test_attributes_by_period():
    """£400 a year: half the fit leave each year, three quarters of the frail."""
    found = ward().by("frail", "period")
    assert list(found) == ["frail", "period", "from_day", "to_day", "gbp", "patients", "gbp_per_patient"]
    assert found["gbp"].tolist() == pytest.approx([40_000, 20_000, 10_000, 40_000, 10_000, 2_500])
    first = ward(discount={"gbp": 0.1, "timing": "start_of_year"}).by("period", "frail")
    assert first["frail"].tolist() == ["no", "yes"] * 3
    assert first["present_value_gbp"].tolist()[2:4] == pytest.approx([20_000 / 1.1, 10_000 / 1.1])


def test_a_comparison_by_attribute_and_its_notes():
    shorter = {"scenario": "shorter", "amends": "ward", "eligible": {"frail": ["yes"]}, "changes": [{"scale_stay": "ward", "by": 0.5}]}  # fmt: skip
    change = pc.compare(costed(), costed(shorter))
    assert change.by("frail").to_numpy().tolist() == [["no", 1320, 1320, 0], ["yes", 2030, 1030, -1000]]
    assert change.by("setting", "frail")["change_gbp"].sum() == pytest.approx(change.change_total_gbp)
    both = pc.compare(ward(), ward(LATER))
    assert both.by("frail", "period")["change_gbp"].sum() == pytest.approx(both.change_total_gbp)
    assert set(both.notes) == {*ward().notes, *ward(LATER).notes}


@pytest.mark.parametrize("word", ["frial", "age", ""])
def test_a_word_that_is_no_attribute_is_told(word):
    with pytest.raises(ValueError, match=r"cut by one or more of segment, .*, period, band, frail, home, not"):
        costed().by(word)
    with pytest.raises(ValueError, match="cut by one or more of"):
        pc.compare(costed(), costed()).by(word)


def test_attributes_of_a_result():
    assert costed().attributes == {"band": ("young", "old", "oldest"), "frail": ("no", "yes"), "home": ("house", "care_home")}  # fmt: skip
    assert set(ward().attributes) == set(WARD["attributes"])
