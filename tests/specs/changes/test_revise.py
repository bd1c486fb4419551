"""Every verb with its result, worked by hand on the toy pathway."""

from __future__ import annotations

import pytest

from pathway_cost.errors import SpecFaults
from pathway_cost.specs.changes.apply import EDITS
from pathway_cost.specs.changes.revise import revise
from pathway_cost.specs.checks.of_pathway import check_pathway
from pathway_cost.specs.format.names import plain_number_of
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.specs.format.scenario import Scenario
from pathway_cost.specs.format.value_tools import value_text
from pathway_cost.specs.format.verbs import VERBS
from tests.specs.specs_toy import PATHWAY, changed, pathway

KNEE = pathway()


def amended(*changes, name="trial", of=KNEE, **fields):
    return revise(of, [Scenario.model_validate({"scenario": name, "amends": "knee", "changes": changes, **fields})])


def refused(*changes, of=KNEE, **fields):
    with pytest.raises(SpecFaults) as raised:
        amended(*changes, of=of, **fields)
    assert raised.value.stage == "meaning"
    return raised.value.problems


def text(value):
    return value_text(value)


def shares(revised, setting):
    return {name: text(route.share) for name, route in revised.pathway.routes[setting].items()}


def uses(revised, setting):
    places = {**revised.pathway.settings, **revised.pathway.ends}
    return {use.label: (text(use.quantity), use.unit_cost, use.role) for use in places[setting].uses}


# --- nothing ---------------------------------------------------------------------------------------------------------
def test_a_scenario_of_no_changes_changes_nothing():
    assert amended().pathway == KNEE
    assert amended().values == ()


def test_the_baseline_is_never_touched():
    before = KNEE.model_dump()
    amended({"scale_stay": "surgery", "by": 0.5}, {"remove_setting": "rehab", "send_to": "home"})
    assert KNEE.model_dump() == before


# --- parameters ------------------------------------------------------------------------------------------------------
def test_set_parameter_keeps_unit_and_moves_the_spread():
    revised = amended({"set_parameter": "los", "to": 2.325})  # half of 4.65
    los = revised.pathway.parameters["los"]
    assert (los.value.number, los.unit, los.n) == (2.325, "day", None)
    assert los.spread.lognormal.sd == pytest.approx(2.83 / 2)
    assert (revised.values[0].item, revised.values[0].old, revised.values[0].new) == ("parameters.los", "4.65", "2.325")


def test_set_parameter_takes_the_evidence_of_the_change():
    change = {"set_parameter": "p_readmit", "to": 0.03, "evidence": {"grade": "trial", "source": "Someone, 2021"}}
    revised = amended(change)
    assert revised.pathway.parameters["p_readmit"].evidence.grade == "trial"
    assert (revised.values[0].grade, revised.values[0].source) == ("trial", "Someone, 2021")
    assert amended({"set_parameter": "p_readmit", "to": 0.03}).values[0].grade == "assumption"


def test_set_parameter_replaces_its_uncertainty():
    revised = amended({"set_parameter": "p_readmit", "to": {"value": 0.03, "se": 0.01}})
    parameter = revised.pathway.parameters["p_readmit"]
    assert (parameter.low, parameter.high, parameter.se) == (None, None, 0.01)


def test_scale_parameter_scales_limits_and_spread():
    revised = amended({"scale_parameter": "p_readmit", "by": 0.5}, {"scale_parameter": "los", "by": 0.8})
    readmit, los = revised.pathway.parameters["p_readmit"], revised.pathway.parameters["los"]
    assert (readmit.value.number, readmit.low, readmit.high) == pytest.approx((0.025, 0.015, 0.035))
    assert (los.value.number, los.spread.lognormal.sd, los.n) == pytest.approx((3.72, 2.264, 2150))


def test_scale_parameter_goes_into_tables():
    revised = amended({"scale_parameter": "p_rehab", "by": 0.5})
    assert text(revised.pathway.parameters["p_rehab"].value) == "by frail: no 0.025, yes 0.125"


def test_scale_parameter_by_a_name_keeps_both_uncertainties():
    own = {"effect": {"value": 0.8, "low": 0.7, "high": 0.9}}
    revised = amended({"scale_parameter": "los", "by": "effect"}, parameters=own)
    los = revised.pathway.parameters["los"]
    assert text(los.value) == "(los_before_trial) * (effect)"
    assert plain_number_of(revised.pathway, los.value) == pytest.approx(3.72)
    assert los.spread.lognormal.sd == pytest.approx(2.264)
    assert revised.pathway.parameters["los_before_trial"] == KNEE.parameters["los"]
    assert revised.pathway.parameters["effect"].evidence.grade == "assumption"
    assert [problem.what for problem in check_pathway(revised.pathway)] == []


def test_scale_parameter_by_a_table_of_what_has_a_spread_is_refused():
    change = {"scale_parameter": "los", "by": {"by": "frail", "values": {"no": 0.8, "yes": 1}}}
    assert [problem.rule for problem in refused(change)] == ["spread_cannot_follow"]


def test_scale_parameter_of_a_formula_wraps_it():
    revised = amended({"scale_parameter": "contacts", "by": 2})
    assert text(revised.pathway.parameters["contacts"].value) == "(2 + 0.1 * max(0, age - 65)) * (2)"


def test_add_parameter_shifts_limits():
    revised = amended({"add_parameter": "p_readmit", "by": -0.01})
    parameter = revised.pathway.parameters["p_readmit"]
    assert (parameter.value.number, parameter.low, parameter.high) == pytest.approx((0.04, 0.02, 0.06))
    assert amended({"add_parameter": "los", "by": 1}).pathway.parameters["los"].spread.lognormal.sd == 2.83


def test_a_named_law_of_uncertainty_stays_with_the_old_value():
    law = changed(
        PATHWAY, ("value: 0.05, low: 0.03, high: 0.07", "value: 0.05, distribution: {beta: {alpha: 5, beta: 95}}")
    )
    revised = amended({"scale_parameter": "p_readmit", "by": 0.5}, of=pathway(law))
    assert text(revised.pathway.parameters["p_readmit"].value) == "(p_readmit_before_trial) * (0.5)"
    assert revised.pathway.parameters["p_readmit_before_trial"].distribution is not None


def test_counts_are_set_not_scaled():
    assert refused({"scale_parameter": "after_rehab", "by": 2})[0].rule == "counts_cannot_scale"
    revised = amended({"set_parameter": "after_rehab", "to": {"counts": {"home": 95, "readmission": 5}}})
    assert revised.values[0].new == "counts: home 95, readmission 5"


# --- routes and start ------------------------------------------------------------------------------------------------
def test_set_share_leaves_the_difference_to_rest():
    revised = amended({"set_share": {"setting": "surgery", "route": "rehab"}, "to": 0.1})
    assert shares(revised, "surgery") == {"home": "rest", "rehab": "0.1", "readmission": "p_readmit"}
    assert text(revised.pathway.routes["surgery"]["rehab"].wait) == "3"


def test_shares_need_a_rest_route():
    changes = [
        {"set_share": {"setting": "readmission", "route": "died"}, "to": 0.2},
        {"add_route": {"setting": "readmission", "route": "rehab"}, "route": 0.1},
        {"remove_route": {"setting": "surgery", "route": "home"}},
    ]
    problems = refused(*changes)
    assert [problem.rule for problem in problems] == ["no_rest_route"] * 3
    assert "write `rest`" in problems[0].remedy


def test_set_share_of_the_rest_route_is_refused():
    assert refused({"set_share": {"setting": "surgery", "route": "home"}, "to": 0.2})[0].rule == "rest_has_no_share"
    assert refused({"set_share": {"setting": "surgery", "route": "rehab"}, "to": "rest"})[0].rule == "rest_has_no_share"


def test_add_and_remove_route():
    route = {"to": "rehab", "share": 0.02, "wait": 1}
    revised = amended(
        {"add_route": {"setting": "surgery", "route": "late_rehab"}, "route": route},
        {"remove_route": {"setting": "surgery", "route": "readmission"}},
    )
    assert shares(revised, "surgery") == {"home": "rest", "rehab": "p_rehab", "late_rehab": "0.02"}
    assert [line.new for line in revised.values] == ["0.02 to rehab", ""]


def test_add_route_to_nowhere_or_twice_or_without_a_name():
    problems = refused(
        {"add_route": {"setting": "surgery", "route": "rehub"}, "route": 0.1},
        {"add_route": {"setting": "surgery", "route": "rehab"}, "route": 0.1},
        {"add_route": "rehab", "route": 0.1},
    )
    assert [problem.rule for problem in problems] == ["unknown_setting", "already_there", "site_without_route"]
    assert problems[0].nearest == "rehab"


def test_set_start():
    revised = amended({"set_start": {"surgery": 0.9, "rehab": 0.1}})
    assert (revised.values[0].old, revised.values[0].new) == ("surgery 1", "surgery 0.9, rehab 0.1")
    assert refused({"set_start": {"surgry": 1}})[0].nearest == "surgery"


# --- settings --------------------------------------------------------------------------------------------------------
WARD = {"role": "community", "uses": [{"unit_cost": "physio.contact"}]}


def test_add_setting_with_a_route_to_it():
    revised = amended(
        {"add_setting": "hub", "setting": WARD, "routes": {"home": 1}},
        {"add_route": {"setting": "surgery", "route": "hub"}, "route": 0.1},
    )
    assert revised.pathway.routes["hub"]["home"].share.number == 1
    assert check_pathway(revised.pathway) == ()
    assert refused({"add_setting": "rehab", "setting": WARD, "routes": {"home": 1}})[0].rule == "already_there"


def test_replace_setting_keeps_its_routes_unless_given():
    kept = amended({"replace_setting": "rehab", "setting": WARD})
    assert kept.pathway.settings["rehab"].stay is None
    assert kept.pathway.routes["rehab"] == KNEE.routes["rehab"]
    assert shares(amended({"replace_setting": "rehab", "setting": WARD, "routes": {"home": 1}}), "rehab") == {
        "home": "1"
    }


def test_remove_setting_sends_everybody_on():
    revised = amended({"remove_setting": "rehab", "send_to": "home"})
    assert "rehab" not in revised.pathway.settings
    assert "rehab" not in revised.pathway.routes
    assert revised.pathway.routes["surgery"]["rehab"].to == "home"
    assert text(revised.pathway.routes["surgery"]["rehab"].wait) == "3"


def test_remove_setting_merges_starts():
    start = changed(PATHWAY, ("start: {surgery: 1}", "start: {surgery: 0.7, rehab: 0.1, readmission: 0.2}"))
    revised = amended({"remove_setting": "readmission", "send_to": "rehab"}, of=pathway(start))
    assert {name: share.number for name, share in revised.pathway.start.shares.items()} == pytest.approx(
        {"surgery": 0.7, "rehab": 0.3}
    )
    problems = refused({"remove_setting": "readmission", "send_to": "home"}, of=pathway(start))
    assert problems[0].rule == "start_at_an_end"


def test_remove_setting_of_what_is_not_there_or_to_nowhere():
    problems = refused({"remove_setting": "rehabs", "send_to": "home"}, {"remove_setting": "rehab", "send_to": "rehab"})
    assert [problem.rule for problem in problems] == ["unknown_setting", "unknown_setting"]
    assert problems[0].nearest == "rehab"


# --- uses ------------------------------------------------------------------------------------------------------------
def test_add_and_remove_use():
    revised = amended(
        {"add_use": "home", "use": {"unit_cost": "taxi.trip", "role": "community"}},
        {"remove_use": {"setting": "surgery", "use": "inreach"}},
        {"add_use": {"setting": "surgery", "route": "rehab"}, "use": {"unit_cost": "taxi.trip", "role": "community"}},
    )
    assert list(uses(revised, "home")) == ["physio.contact", "taxi.trip"]
    assert "inreach" not in uses(revised, "surgery")
    assert revised.pathway.routes["surgery"]["rehab"].uses[0].unit_cost == "taxi.trip"
    assert refused({"add_use": "home", "use": {"unit_cost": "physio.contact"}})[0].rule == "already_there"


def test_set_and_scale_quantity():
    revised = amended(
        {"set_quantity": {"setting": "surgery", "use": "inreach"}, "to": 3},
        {"scale_quantity": {"setting": "rehab", "use": "physio.contact"}, "by": 0.5},
    )
    assert uses(revised, "surgery")["inreach"][0] == "3"
    assert uses(revised, "rehab")["physio.contact"][0] == "(contacts) * (0.5)"


def test_scale_quantity_of_a_route_use():
    site = {"setting": "rehab", "route": "readmission", "use": "taxi.trip"}
    revised = amended({"scale_quantity": site, "by": 0.5})
    assert revised.pathway.routes["rehab"]["readmission"].uses[0].quantity.number == pytest.approx(0.3)
    assert revised.values[0].item == "routes.rehab.readmission.uses.0.quantity"


def test_scaling_the_quantity_of_a_stay_is_refused():
    problems = refused({"scale_quantity": {"setting": "surgery", "use": "ward.bed_day"}, "by": 0.5})
    assert problems[0].rule == "quantity_is_the_stay"
    assert "scale_stay: surgery" in problems[0].remedy
    per_visit = changed(PATHWAY, ("{unit_cost: ward.bed_day, per: day}", "{unit_cost: ward.bed_day, quantity: los}"))
    problems = refused(
        {"scale_quantity": {"setting": "surgery", "use": "ward.bed_day"}, "by": 0.5}, of=pathway(per_visit)
    )
    assert problems[0].rule == "quantity_is_the_stay"


def test_set_unit_cost_keeps_the_name_of_the_use():
    revised = amended({"set_unit_cost": {"setting": "surgery", "use": "inreach"}, "to": "taxi.trip"})
    assert uses(revised, "surgery")["inreach"] == ("2", "taxi.trip", "community")
    named = amended({"set_unit_cost": {"setting": "readmission", "use": "knee.spell"}, "to": "knee.episode"})
    assert uses(named, "readmission")["knee.spell"][1] == "knee.episode"
    problems = refused(
        {"set_unit_cost": {"setting": "surgery", "use": "operation"}, "to": "taxi.trip"},
        {"set_unit_cost": {"setting": "surgery", "use": "inreach"}, "to": "taxi.trp"},
    )
    assert [problem.rule for problem in problems] == ["count_has_no_price", "unknown_unit_cost"]
    assert problems[1].nearest == "taxi.trip"


def test_set_role_of_a_setting_or_a_use():
    revised = amended(
        {"set_role": "readmission", "to": "community"},
        {"set_role": {"setting": "surgery", "use": "inreach"}, "to": "acute"},
    )
    assert revised.pathway.settings["readmission"].role == "community"
    assert uses(revised, "surgery")["inreach"][2] == "acute"
    problems = refused(
        {"set_role": "rehab", "to": "acutee"}, {"set_role": {"setting": "surgery", "route": "rehab"}, "to": "acute"}
    )
    assert [problem.rule for problem in problems] == ["unknown_role", "site_without_use"]


# --- stays -----------------------------------------------------------------------------------------------------------
def test_set_stay_of_a_setting_or_one_way_out():
    revised = amended({"set_stay": "rehab", "to": 5}, {"set_stay": {"setting": "surgery", "route": "rehab"}, "to": 3})
    assert text(revised.pathway.settings["rehab"].stay) == "5"
    assert text(revised.pathway.routes["surgery"]["rehab"].stay) == "3"
    assert text(revised.pathway.settings["surgery"].stay) == "los"
    assert [(line.old, line.new) for line in revised.values] == [("6", "5"), ("los", "3")]


def test_scale_stay_takes_the_ways_out_along():
    own = changed(PATHWAY, ("rehab: {share: p_rehab, wait: 3}", "rehab: {share: p_rehab, wait: 3, stay: 10}"))
    revised = amended({"scale_stay": "surgery", "by": 0.8}, of=pathway(own))
    assert text(revised.pathway.settings["surgery"].stay) == "(los) * (0.8)"
    assert text(revised.pathway.routes["surgery"]["rehab"].stay) == "8"
    assert check_pathway(revised.pathway) == ()


def test_scale_stay_of_one_way_out():
    revised = amended({"scale_stay": {"setting": "surgery", "route": "rehab"}, "by": 2})
    assert text(revised.pathway.routes["surgery"]["rehab"].stay) == "(los) * (2)"
    assert text(revised.pathway.settings["surgery"].stay) == "los"


def test_scale_stay_takes_the_uses_that_count_it_along():
    per_visit = changed(PATHWAY, ("{unit_cost: ward.bed_day, per: day}", "{unit_cost: ward.bed_day, quantity: los}"))
    revised = amended({"scale_stay": "surgery", "by": 0.8}, of=pathway(per_visit))
    assert uses(revised, "surgery")["ward.bed_day"][0] == "(los) * (0.8)"


def test_stays_that_cannot_be_scaled():
    problems = refused(
        {"scale_stay": "readmission", "by": 0.8},
        {"scale_stay": "home", "by": 2},
        {"set_stay": {"setting": "surgery", "use": "x"}, "to": 1},
    )
    assert [problem.rule for problem in problems] == ["no_stay", "unknown_setting", "site_with_use"]
    cycle = changed(PATHWAY, ("stay: 6", "stay: cycle"), ("title: Knee", "cycle: year\ntitle: Knee"))
    assert refused({"scale_stay": "rehab", "by": 2}, of=pathway(cycle))[0].rule == "stay_is_the_cycle"


# --- beside ----------------------------------------------------------------------------------------------------------
def test_price_changes():
    revised = amended(
        {"scale_unit_cost": {"component": "implants"}, "by": 0.97},
        {"scale_unit_cost": {"unit_cost": "knee.episode", "component": "implants"}, "by": 0.9,
         "split": {"shares": {"implants": 0.2, "nursing": 0.8}, "evidence": {"grade": "expert"}}},
        {"set_price": {"unit_cost": "taxi.trip", "organisation": "RXX"}, "to": {"gbp": 30, "price_year": "2023-24"}},
    )  # fmt: skip
    implants, episode, taxi = revised.prices
    assert (implants.component, implants.unit_cost, implants.by, implants.position) == ("implants", None, 0.97, 1)
    assert episode.split == (("implants", 0.2), ("nursing", 0.8))
    assert (taxi.set_gbp, taxi.organisation, taxi.price_year, taxi.set_component) == (30, "RXX", "2023-24", "unsplit")
    assert [line.new for line in revised.values] == ["× 0.97", "× 0.9", "£30"]


def test_price_changes_that_miss():
    split = {"shares": {"implants": 0.2}, "evidence": {}}
    problems = refused(
        {"scale_unit_cost": "knee.epsode", "by": 0.9},
        {"scale_unit_cost": {"component": "nursing", "unit_cost": "knee.episode"}, "by": 0.9, "split": split},
        {"set_price": {"component": "implants"}, "to": {"gbp": 1}},
    )
    assert [problem.rule for problem in problems] == ["unknown_unit_cost", "split_is_not_whole", "price_without_key"]
    assert problems[0].nearest == "knee.episode"


def test_patients_and_footprint():
    revised = amended(
        {"scale_patients": {"where": {"frail": "no"}, "place": "north"}, "by": 1.219},
        {"add_patients": {}, "patients": 20},
        {"set_footprint": {"role": "acute", "place": "north"}, "to": "RZZ"},
    )
    scaled, added = revised.patients
    assert (dict(scaled.where), scaled.place, scaled.scale, scaled.add) == ({"frail": ("no",)}, "north", 1.219, None)
    assert (dict(added.where), added.scale, added.add) == ({}, None, 20)
    assert (revised.footprint[0].role, revised.footprint[0].place, revised.footprint[0].organisation) == (
        "acute",
        "north",
        "RZZ",
    )
    problems = refused(
        {"scale_patients": {"where": {"frail": "never", "age": "60"}}, "by": 2},
        {"set_footprint": "acutes", "to": "RZZ"},
    )
    assert [problem.rule for problem in problems] == ["condition_on_no_level", "condition_on_no_level", "unknown_role"]


def test_one_off_costs_with_one_id_count_once():
    lead = {"id": "lead", "role": "acute", "year": "2026-27", "gbp": 60000, "what": "project lead"}
    scenarios = [Scenario(scenario=name, amends="knee", one_off_costs=[lead]) for name in ("one", "two")]
    assert [cost.gbp for cost in revise(KNEE, scenarios).one_offs] == [60000]
    other = Scenario(scenario="three", amends="knee", one_off_costs=[lead | {"gbp": 1}])
    with pytest.raises(SpecFaults, match="given twice, with different figures"):
        revise(KNEE, [scenarios[0], other])


# --- composition and faults ------------------------------------------------------------------------------------------
def test_a_composition_applies_in_order():
    halve = Scenario(scenario="halve", amends="knee", changes=[{"scale_parameter": "p_readmit", "by": 0.5}])
    fix = Scenario(scenario="fix", amends="knee", changes=[{"set_parameter": "p_readmit", "to": 0.04}])
    assert revise(KNEE, [halve, fix]).pathway.parameters["p_readmit"].value.number == 0.04
    assert revise(KNEE, [fix, halve]).pathway.parameters["p_readmit"].value.number == 0.02
    assert [line.scenario for line in revise(KNEE, [halve, fix]).values] == ["halve", "fix"]


def test_all_unknown_targets_arrive_together_with_their_places():
    problems = refused(
        {"set_parameter": "p_readmitt", "to": 0.1},
        {"scale_stay": "surgry", "by": 0.8},
        {"remove_use": {"setting": "rehab", "use": "physio"}},
        {"remove_use": "rehab"},
    )
    assert [(problem.where.item, problem.nearest) for problem in problems] == [
        ("changes.0.set_parameter", "p_readmit"), ("changes.1.scale_stay", "surgery"),
        ("changes.2.remove_use", "physio.contact"), ("changes.3.remove_use", None),
    ]  # fmt: skip
    assert all(problem.what.startswith("trial: ") for problem in problems)


CONFLICTS = [
    ({"set_parameter": "los", "to": 3}, {"scale_parameter": "los", "by": 0.5}),
    ({"set_stay": "surgery", "to": 3}, {"scale_stay": "surgery", "by": 0.5}),
    ({"scale_stay": "surgery", "by": 0.5}, {"set_stay": {"setting": "surgery", "route": "rehab"}, "to": 3}),
    ({"set_share": {"setting": "surgery", "route": "rehab"}, "to": 0.1}, {"remove_route": {"setting": "surgery", "route": "rehab"}}),
    ({"set_quantity": {"setting": "surgery", "use": "inreach"}, "to": 1}, {"scale_quantity": {"setting": "surgery", "use": "inreach"}, "by": 2}),
    ({"scale_unit_cost": "taxi.trip", "by": 0.9}, {"set_price": "taxi.trip", "to": {"gbp": 1}}),
    ({"scale_unit_cost": "taxi.trip", "by": 0.9}, {"scale_unit_cost": "taxi.trip", "by": 0.9}),
    ({"set_footprint": "acute", "to": "RZZ"}, {"set_footprint": {"role": "acute", "place": "north"}, "to": "RYY"}),
    ({"set_start": "surgery"}, {"set_start": "rehab"}),
    ({"scale_patients": {}, "by": 2}, {"scale_patients": {}, "by": 3}),
    ({"set_role": "rehab", "to": "acute"}, {"set_role": "rehab", "to": "community"}),
    ({"replace_setting": "rehab", "setting": WARD}, {"remove_setting": "rehab", "send_to": "home"}),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other"), CONFLICTS, ids=[next(iter(pair[0])) for pair in CONFLICTS])
def test_two_changes_to_one_thing_are_a_fault(one, other):
    problems = [problem for problem in refused(one, other) if problem.rule == "two_changes_to_one_thing"]
    assert [problem.where.item for problem in problems] == [f"changes.1.{next(iter(other))}"]


def test_changes_to_different_things_are_none():
    revised = amended(
        {"scale_unit_cost": {"component": "implants"}, "by": 0.97},
        {"scale_unit_cost": "taxi.trip", "by": 0.9},
        {"scale_patients": {"where": {"frail": "no"}}, "by": 2},
        {"scale_patients": {"where": {"frail": "yes"}}, "by": 3},
        {"set_stay": {"setting": "surgery", "route": "rehab"}, "to": 3},
        {"set_stay": {"setting": "surgery", "route": "home"}, "to": 3},
        {"set_unit_cost": {"setting": "surgery", "use": "inreach"}, "to": "taxi.trip"},
        {"set_quantity": {"setting": "surgery", "use": "inreach"}, "to": 1},
    )
    told = {line.item for line in revised.values}
    assert len(told) == 8, told


def test_a_scenario_for_another_pathway_is_a_fault():
    with pytest.raises(SpecFaults, match=r"amends 'kne'.*nearest: 'knee'"):
        revise(KNEE, [Scenario(scenario="x", amends="kne")])


def test_a_scenario_may_declare_what_its_changes_use():
    own = {"hub.day": {"unit": "bed_day", "covers": "whole"}}
    revised = amended(
        {"add_use": "rehab", "use": {"unit_cost": "hub.day", "quantity": "nights", "role": "charity"}},
        parameters={"nights": {"value": 2}}, roles={"charity": {"kind": "vcse"}}, unit_costs=own,
    )  # fmt: skip
    assert check_pathway(revised.pathway) == ()
    assert (revised.values[0].position, revised.values[0].item) == (0, "parameters.nights")
    assert refused(parameters={"los": {"value": 2}})[0].rule == "declared_twice"


def test_the_result_is_validated_again():
    upside_down = {"set_parameter": "p_readmit", "to": {"value": 0.05, "low": 0.01, "high": 0.09}}
    assert isinstance(amended(upside_down).pathway, Pathway)
    with pytest.raises(TypeError):
        amended(upside_down).pathway.parameters["p_readmit"] = 1


def test_an_excess_is_set_aside_before_it_is_scaled():
    beyond = changed(PATHWAY, ("  contacts:", "  long: {excess: {of: los, over: 5}}\n  contacts:"))
    revised = amended({"scale_parameter": "long", "by": 0.5}, of=pathway(beyond))
    assert text(revised.pathway.parameters["long"].value) == "(long_before_trial) * (0.5)"
    problems = refused({"scale_quantity": {"setting": "readmission", "use": "theatre.minute"}, "by": 0.5})
    assert [problem.rule for problem in problems] == ["needs_a_name"]


# --- verbs ---------------------------------------------------------------------------------------------------------------
OUTSIDE = {"scale_unit_cost", "set_price", "scale_patients", "add_patients", "set_footprint"}


def test_every_verb_is_made_by_one_function_and_says_what_it_is_about():
    made = {verb for verb, change in VERBS.items() if change in EDITS}
    assert made | OUTSIDE == set(VERBS)
    assert made & OUTSIDE == set()
    assert set(EDITS) <= set(VERBS.values())
    assert {change.about for change in VERBS.values()} == {
        "parameter", "route", "setting", "use", "unit cost of", "role of", "stay of", "scaled price", "price", "start",
        "patients", "organisation of",
    }  # fmt: skip


def test_a_target_is_a_family_and_a_name():
    said = {
        "set_parameter": ({"set_parameter": "los", "to": 3}, ("parameter", ("los",))),
        "add_route": (
            {"add_route": {"setting": "a", "route": "b", "use": "c"}, "route": "rest"},
            ("route", ("a", "b")),
        ),
        "remove_use": ({"remove_use": {"setting": "a", "use": "c"}}, ("use", ("a", "", "c"))),
        "add_use": ({"add_use": "a", "use": {"count": "seen"}}, ("use", ("a", "", "seen"))),
        "scale_stay": ({"scale_stay": "a", "by": 2}, ("stay of", ("a", None))),
        "scale_unit_cost": ({"scale_unit_cost": {"component": "drugs"}, "by": 2}, ("scaled price", ("", "drugs", ""))),
        "set_price": ({"set_price": "bed", "to": {"gbp": 3}}, ("price", ("bed", None, None))),
        "scale_patients": ({"scale_patients": {"place": "town"}, "by": 2}, ("patients", ("[]", "town"))),
        "set_footprint": ({"set_footprint": "acute", "to": "RXX"}, ("organisation of", ("acute", None))),
        "set_start": ({"set_start": "a"}, ("start", ())),
    }
    for verb, (written, target) in said.items():
        (change,) = Scenario.model_validate({"scenario": "x", "amends": "knee", "changes": [written]}).changes
        assert (change.verb, change.target) == (verb, target)
