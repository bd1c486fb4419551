"""What is worked out once whatever the numbers reads none of them, and the rules that do are asked again."""

from pathlib import Path

import pytest

from pathway_cost.engine.model.graph import graph_of
from pathway_cost.engine.model.hints import _read_by_shares
from pathway_cost.engine.model.timing import reads_clock
from pathway_cost.engine.values.cohort_lanes import numbers_read
from pathway_cost.specs.changes.in_days import in_days
from pathway_cost.specs.checks.of_evidence import with_spread
from pathway_cost.specs.checks.of_pathway import READ_NUMBERS, RULES, check_pathway
from pathway_cost.specs.format import (
    Fixed,
    Parameter,
    Pathway,
    named_at,
    numeric_names,
    outline_of,
    reading_values_of,
    rests_on,
    uses_of,
    with_parameters_moved,
)
from pathway_cost.study.lone_specs import load_pathway

WARD = {
    "pathway": "ward", "roles": {"acute": {"kind": "acute"}}, "start": "ward", "ends": ["home"],
    "unit_costs": {"bed": {"unit": "bed_day", "covers": "whole"}},
    "parameters": {"los": {"value": 4, "unit": "day"}, "back": {"value": 0.1, "unit": "share"}},
    "settings": {"ward": {"role": "acute", "stay": "los", "uses": [{"unit_cost": "bed", "per": "day"}]}},
    "routes": {"ward": {"ward": "back", "home": 0.9}},
}  # fmt: skip
ODD = {
    **WARD,
    "unit_costs": {**WARD["unit_costs"], "visit": {"unit": "visit", "covers": "whole"}},
    "parameters": {
        **WARD["parameters"],
        "percent": {"value": 30, "unit": "percent"},
        "stay": {"value": 3, "unit": "day", "n": 50, "spread": {"gamma": {"sd": 2}}},
        "weeks": {"value": 2, "unit": "week", "low": 1, "high": 3},
        "sum": {"value": {"formula": "weeks * 7 + stay"}},
    },
    "settings": {
        "ward": {
            "role": "acute", "stay": "sum",
            "uses": [{"unit_cost": "bed", "per": "day", "quantity": "los"}, {"unit_cost": "visit", "quantity": "percent"}],
        },
        "clinic": {"role": "acute", "stay": "weeks"},
    },
    "routes": {"ward": {"ward": "percent", "clinic": {"share": "back", "wait": "weeks"}, "home": "rest"}, "clinic": {"home": 1}},
}  # fmt: skip
"""Units that do not fit, so that rules look as far as they can."""


ROOT = Path(__file__).parents[3]
PATHWAYS = sorted(
    [*(ROOT / "pathways").rglob("pathway.yaml"), *(ROOT / "examples").rglob("pathway.yaml")],
    key=lambda path: path.parts,
)
LISTS = [graph_of, _read_by_shares, reads_clock, numbers_read, with_spread, numeric_names, reading_values_of, uses_of]


def pathways():
    """Those of the library and the examples, and an odd one."""
    return [*map(load_pathway, PATHWAYS), Pathway.model_validate(ODD)]


def unreadable(pathway):
    """The pathway with plain numbers of parameters that nobody can read."""
    blank = {
        name: each.model_copy(update={"value": Fixed.model_construct()}) if isinstance(each.value, Fixed) else each
        for name, each in pathway.parameters.items()
    }
    return pathway.model_copy(update={"parameters": blank})


def test_there_are_pathways():
    assert len(PATHWAYS) >= 2
    with pytest.raises(AttributeError, match="number"):
        _ = Fixed.model_construct().number


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule not in READ_NUMBERS], ids=lambda rule: rule.__name__)
def test_a_rule_that_is_asked_once_reads_no_number(rule):
    for pathway in pathways():
        assert list(rule(unreadable(pathway))) == list(rule(pathway))


@pytest.mark.parametrize("rule", sorted(READ_NUMBERS, key=lambda rule: rule.__name__), ids=lambda rule: rule.__name__)
def test_a_rule_that_is_asked_again_reads_a_number(rule):
    read = []
    for pathway in pathways():
        try:
            list(rule(unreadable(pathway)))
        except AttributeError as error:
            read.append(str(error))
    assert read
    assert all("number" in each for each in read)


@pytest.mark.parametrize("listed", LISTS, ids=lambda listed: getattr(listed, "__name__", str(listed)))
def test_what_is_listed_once_reads_no_number(listed):
    for pathway in pathways():
        assert listed(unreadable(pathway)) == listed(pathway)


def test_names_that_stand_alone_and_rest_on_one_another_read_no_number():
    for pathway in pathways():
        blank, names = unreadable(pathway), frozenset(pathway.parameters)
        assert named_at(blank, ("stay", "share", "quantity")) == named_at(pathway, ("stay", "share", "quantity"))
        assert rests_on(blank, names) == rests_on(pathway, names)


def moved(pathway, **numbers):
    new = {name: Parameter(value=number, unit=pathway.parameters[name].unit) for name, number in numbers.items()}
    return with_parameters_moved(pathway, new)


def test_a_pathway_of_other_numbers_has_the_outline_of_the_first():
    ward = load_pathway(WARD)
    longer = moved(moved(ward, los=5), back=0.2)
    assert outline_of(longer) == (ward, {"los", "back"})
    assert outline_of(ward) == (ward, frozenset())
    assert uses_of(longer) is uses_of(ward)
    assert graph_of(longer) is graph_of(ward)


@pytest.mark.parametrize(
    "new",
    [Parameter(value="back", unit="day"), Parameter(value=5, unit="week"), Parameter(value=5, unit="day", n=100)],
    ids=["a name", "another unit", "more evidence"],
)
def test_a_pathway_that_differs_in_more_has_an_outline_of_its_own(new):
    ward = load_pathway(WARD)
    other = with_parameters_moved(ward, {"los": new})
    assert outline_of(other) == (other, frozenset())


def test_rules_that_read_numbers_are_asked_of_every_number():
    ward = load_pathway(WARD)
    assert check_pathway(ward) == ()
    assert [each.rule for each in check_pathway(moved(ward, back=0.2))] == ["shares_do_not_sum_to_one"]
    assert [each.rule for each in check_pathway(moved(ward, back=1.2))] == [
        "shares_do_not_sum_to_one",
        "share_out_of_range",
    ]
    assert check_pathway(moved(ward, los=6)) == ()


def test_what_is_converted_is_converted_from_every_number():
    weeks = load_pathway({**WARD, "parameters": {**WARD["parameters"], "los": {"value": 2, "unit": "day"}}})
    given = weeks.model_copy(update={"parameters": {**weeks.parameters, "los": Parameter(value=2, unit="week")}})
    days = [in_days(each).pathway.parameters["los"].value.number for each in (given, moved(given, los=3))]
    assert days == [14.0, 21.0]
