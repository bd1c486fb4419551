"""Units where they decide: four weeks cost as twenty-eight days, 30% is no share, and a price fits its `per:`."""

from __future__ import annotations

import pytest
from ruamel.yaml import YAML

import pathway_cost as pc
from pathway_cost.errors import SpecFaults
from tests.cli.toy_study import PATHWAY, edit, write_study

WARD = """\
pathway: ward
roles: {acute: {kind: acute}}
attributes:
  frail: {levels: ["no", "yes"]}
  weeks: {number: week, low: 0, high: 10}
  age: {number: year, low: 0, high: 110}
unit_costs:
  bed: {unit: bed_day, covers: whole}
  care: {unit: week, covers: whole}
  op: {unit: episode, covers: whole}
  visit: {unit: contact, covers: whole}
  carer: {unit: hour, covers: whole}
parameters:
  los: {value: 4, unit: day}
  p: {value: 0.3, unit: share}
start: {ward: 1}
settings:
  ward:
    role: acute
    stay: los
    uses: [{unit_cost: bed, per: day}]
routes:
  ward: {home: p, rehab: rest}
ends: [home, rehab]
"""
PRICES = {
    "bed": (450, "bed_day"),
    "care": (700, "week"),
    "op": (8000, "episode"),
    "visit": (30, "contact"),
    "carer": (20, "hour"),
}


def ward(*edits):
    text = WARD
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return YAML(typ="safe").load(text)


def cost(*edits, scenarios=(), prices=PRICES, **more):
    pathway = pc.load_pathway(ward(*edits))
    columns = {"unit_cost": list(prices), "value_gbp": [gbp for gbp, _ in prices.values()],
               "unit": [unit for _, unit in prices.values()], "covers": "whole", "price_year": "2024-25", "source": "x"}  # fmt: skip
    cohort = pc.Cohort.from_frame({"patient_id": ["a"], "frail": ["no"], "weeks": [4], "age": [70]})
    return pc.cost_pathway(
        pathway, cohort, pc.UnitCosts.from_frame(columns), {"all": {"acute": "RXX"}}, price_year="2024-25",
        scenarios=[pc.load_scenario(each, pathway) for each in scenarios], **more,
    )  # fmt: skip


def pounds(*edits, **more):
    return cost(*edits, **more).total_gbp


def refused(*edits, **more):
    with pytest.raises(SpecFaults) as raised:
        cost(*edits, **more)
    return str(raised.value)


def scenario(*changes, **more):
    return {"scenario": "other", "amends": "ward", "changes": list(changes)} | more


# --- stays and waits -------------------------------------------------------------------------------------------------------
LOS = "los: {value: 4, unit: day}"


@pytest.mark.parametrize(
    ("unit", "days"),
    [("day", 4), ("days", 4), ("hour", 4 / 24), ("week", 28), ("weeks", 28), ("month", 4 * 365 / 12), ("year", 1460)],
)
def test_a_stay_is_costed_in_days(unit, days):
    assert pounds((LOS, f"los: {{value: 4, unit: {unit}}}")) == pytest.approx(450 * days)


def test_a_stay_without_a_unit_is_in_days_and_nothing_is_said():
    costed = cost((LOS, "los: 4"))
    assert costed.total_gbp == pytest.approx(1800)
    assert [note.rule for note in costed.notes if note.rule == "stays_in_days"] == []


def test_the_conversion_is_told():
    (note,) = (note for note in cost((LOS, "los: {value: 4, unit: week}")).notes if note.rule == "stays_in_days")
    assert note.what == "stays and waits are counted in days: los 4 week = 28 day"


@pytest.mark.parametrize(
    ("given", "days"),
    [
        ("{by: frail, values: {'no': 2, 'yes': 3}, unit: week}", 14),
        ("{by: age, steps: {0: 1, 65: 3}, unit: week}", 21),
        ("{formula: 1 + 2, unit: week}", 21),
    ],
)
def test_every_kind_of_value_is_converted(given, days):
    assert pounds((LOS, f"los: {given}")) == pytest.approx(450 * days)


def test_a_named_parameter_within_a_table_is_converted():
    assert pounds(
        (LOS, "los: {value: 1, unit: week}"), ("stay: los", "stay: {by: frail, values: {'no': los, 'yes': 6}}")
    ) == pytest.approx(450 * 7)


def test_a_wait_in_weeks():
    edits = [(LOS, "los: {value: 1, unit: week}"), ("stay: los", "title: x"), ("uses: [{unit_cost: bed, per: day}]", "uses: []"),
             ("home: p, rehab: rest", "home: {share: rest, wait: los, uses: [{unit_cost: bed, per: day, role: acute}]}")]  # fmt: skip
    assert pounds(*edits) == pytest.approx(450 * 7)


def test_limits_standard_error_and_spread_move_with_the_value():
    from pathway_cost.specs.changes.in_days import in_days
    from pathway_cost.specs.format.pathway import Pathway

    def converted(given):
        return in_days(Pathway.model_validate(ward((LOS, f"los: {given}")))).pathway.parameters["los"]

    limits = converted("{value: 4, low: 3, high: 5, unit: week}")
    assert (limits.low, limits.high, limits.unit) == (21, 35, "day")
    assert converted("{value: 4, se: 0.5, unit: week}").se == 3.5
    assert converted("{value: 4, spread: {lognormal: {sd: 2}}, unit: week}").spread.lognormal.sd == 14
    assert converted("{value: 1.5, spread: {empirical: {1: 0.5, 2: 0.5}}, unit: week}").spread.empirical == {
        7: 0.5,
        14: 0.5,
    }


WEEKS = (LOS, "los: {value: 4, unit: week}")


@pytest.mark.parametrize(
    ("change", "days"),
    [
        ({"set_parameter": "los", "to": 3}, 21),
        ({"set_parameter": "los", "to": {"value": 3, "unit": "day"}}, 3),
        ({"set_parameter": "los", "to": {"value": 1, "unit": "month"}}, 365 / 12),
        ({"add_parameter": "los", "by": -1}, 21),
        ({"scale_parameter": "los", "by": 0.5}, 14),
        ({"scale_stay": "ward", "by": 0.5}, 14),
        ({"set_stay": "ward", "to": 5}, 5),
    ],
)
def test_what_a_scenario_does_to_a_stay_in_weeks(change, days):
    assert pounds(WEEKS, scenarios=[scenario(change)]) == pytest.approx(450 * days)


def test_a_scenario_may_give_a_stay_in_days_in_weeks():
    change = {"set_parameter": "los", "to": {"value": 3, "unit": "week"}}
    assert pounds(scenarios=[scenario(change)]) == pytest.approx(450 * 21)


def test_a_scenarios_own_parameter_in_weeks():
    own = scenario({"set_stay": "ward", "to": "short"}, parameters={"short": {"value": 2, "unit": "week"}})
    assert pounds(scenarios=[own]) == pytest.approx(450 * 14)


REFUSED = {
    "a word that is no time": ([(LOS, "los: {value: 4, unit: nights}")], ["its unit 'nights' is none of hour, day, week"]),
    "a misspelt time": ([(LOS, "los: {value: 4, unit: weak}")], ["nearest: 'week'"]),
    "also a quantity": (
        [WEEKS, ("[{unit_cost: bed, per: day}]", "[{unit_cost: bed, per: day}, {unit_cost: visit, quantity: los}]")],
        ["'los' is given in units of a week", "settings.ward.uses.1.quantity reads it too", "give it in days"],
    ),
    "also in a formula": ([WEEKS, ("  p: ", '  twice: {formula: "2 * los"}\n  p: ')], ["parameters.twice.value reads it too"]),
    "a named law": ([(LOS, "los: {value: 4, unit: week, distribution: {gamma: {mean: 4, sd: 1}}}")], ["`distribution`"]),
    "an attribute in weeks": ([("stay: los", "stay: weeks")], ["attributes.weeks.number", 'write {formula: "weeks * 7"}']),
    "a formula of weeks": (
        [(LOS, "los: {value: 4, unit: week}\n  factor: {value: 0.9, unit: ratio}"), ("stay: los", 'stay: {formula: "los * factor"}')],
        ["the formula is read as days, and 'los' is in units of a week", "give it in days"],
    ),
    **{
        f"weeks in {formula}": ([WEEKS, ("stay: los", f'stay: {{formula: "{formula}"}}')], ["'los' is in units of a week", "give it in days"])
        for formula in ("los * 1.2", "max(los, 1)", "los + 1", "los * 7", "2 * los - los", "los / 7")
    },
    "weeks times a number without a unit": (
        [(LOS, 'los: {value: 4, unit: week}\n  slow: 1.2\n  long: {formula: "los * slow"}'), ("stay: los", "stay: long")],
        ["parameters.long.value: the formula is read as days, and 'los' is in units of a week"],
    ),
    "weeks two formulas away": (
        [(LOS, 'los: {value: 4, unit: week}\n  mid: {formula: "los * 1.2"}\n  long: {formula: mid + 1, unit: day}'), ("stay: los", "stay: long")],
        ["parameters.mid.value: the formula is read as days"],
    ),
    "weeks in a table of formulas": (
        [WEEKS, ("stay: los", "stay: {by: frail, values: {'no': 3, 'yes': {formula: 2 * los}}}")],
        ["'los' is in units of a week"],
    ),
    "weeks times days a week": (
        [(LOS, "los: {value: 4, unit: week}\n  days_in_one: {value: 7, unit: days a week}"), ("stay: los", "stay: {formula: los * days_in_one}")],
        ["'los' is in units of a week"],
    ),
    "weeks and days added": (
        [(LOS, "los: {value: 4, unit: day}\n  more: {value: 1, unit: week}"), ("stay: los", 'stay: {formula: "los + more"}')],
        ["'more' is in units of a week"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("edits", "said"), REFUSED.values(), ids=list(REFUSED))
def test_a_stay_that_cannot_be_read_in_days_is_refused(edits, said):
    message = refused(*edits)
    assert all(words in message for words in said), message


@pytest.mark.parametrize(
    ("stay", "days"), [('{formula: "weeks * 7"}', 28), ('{formula: "4 + 0.1 * max(0, age - 60)"}', 5)]
)
def test_a_formula_of_attributes_that_converts_by_itself_is_left_alone(stay, days):
    assert pounds(("stay: los", f"stay: {stay}")) == pytest.approx(450 * days)


def test_years_beside_an_age_in_years_are_no_stay():
    mean = (LOS, LOS + '\n  mean: {value: 60, unit: year}\n  over: {formula: "max(0, age - mean)"}')
    assert pounds(mean, ("stay: los", "stay: {formula: los + 0.1 * over}")) == pytest.approx(450 * 5)


def test_parameters_that_read_one_another_in_a_circle_are_told_as_such():
    circle = (LOS, "los: {formula: more}\n  more: {formula: los}")
    assert "read one another in a circle" in refused(circle)


def test_a_scenario_that_reads_a_stay_in_weeks_elsewhere_is_refused():
    use = {"unit_cost": "visit", "quantity": {"formula": "2 * los"}}
    message = refused(WEEKS, scenarios=[scenario({"add_use": "ward", "use": use})])
    assert "changes.0.use.quantity" in message
    assert "give it in days" in message


def study_in_weeks(tmp_path, **files):
    path = write_study(tmp_path / "study", extracts=False)
    edit(path.parent, "pathway.yaml", "los: {value: 4, unit: day}", "los: {value: 4, low: 3, high: 5, unit: week}")
    return path


def test_levers_and_alternative_values_are_in_the_parameters_unit(tmp_path):
    path = study_in_weeks(tmp_path)
    with path.open("a", encoding="utf-8") as file:
        file.write("evidence_sets: {long: {los: 6}}\nsensitivity: {break_even: [{parameter: los, low: 2, high: 6}]}\n")
    loaded = pc.load_study(path)
    assert loaded.study.evidence_sets["long"]["los"] == 42
    assert (loaded.study.sensitivity.break_even[0].low, loaded.study.sensitivity.break_even[0].high) == (14, 42)
    result = pc.run(loaded)
    by_hand = 90 * (40 + 0.6 / 0.99 * (5000 + 28 * 450 + 0.1 * 240)) + 10 * (
        40 + 0.6 / 0.95 * (5000 + 28 * 450 + 0.5 * 240)
    )
    assert result["baseline"].total_gbp == pytest.approx(by_hand)
    (note,) = (note for note in result.notes if note.rule == "stays_in_days")
    assert note.where.line is not None


def test_own_draws_of_a_stay_in_weeks_are_refused(tmp_path):
    path = study_in_weeks(tmp_path)
    (path.parent / "draws.csv").write_text("los\n4\n5\n", encoding="utf-8")
    with path.open("a", encoding="utf-8") as file:
        file.write("uncertainty: {table: draws.csv}\n")
    with pytest.raises(SpecFaults, match="a table of draws does not say its units"):
        pc.load_study(path)


# --- shares ------------------------------------------------------------------------------------------------------------------
P = "p: {value: 0.3, unit: share}"


@pytest.mark.parametrize("unit", ["share", "probability", "proportion", "'1'", "rate", "share of patients"])
def test_units_of_a_share(unit):
    assert pounds((P, f"p: {{value: 0.3, unit: {unit}}}")) == pytest.approx(1800)


SHARES = {
    "percent": ([(P, "p: {value: 30, unit: percent}")], ["its unit is 'percent'", "write 0.3"]),
    "a sign": ([(P, "p: {value: 0.3, unit: '%'}")], ["its unit is '%'", "write `unit: share`"]),
    "another unit": ([(P, "p: {value: 0.3, unit: day}")], ["its unit is 'day'", "units of a share: share, probability"]),
    "a number": ([(P, "p: {value: 30}")], ["30 is not a share between 0 and 1: did you mean 30%? Write 0.3"]),
    "a number by level": ([(P, "p: {by: frail, values: {'no': 0.3, 'yes': 40}}")], ["did you mean 40%? Write 0.4"]),
    "a number on the route": ([("home: p,", "home: 30,")], ["did you mean 30%? Write 0.3"]),
    "text on the route": ([("home: p,", "home: 30%,")], ["'30%'", "write 0.3"]),
    "a number at the start": ([("start: {ward: 1}", "start: {ward: 100}")], ["did you mean 100%? Write 1"]),
    "percent in a formula": (
        [(P, "p: {value: 30, unit: percent}\n  rr: {value: 1.1, unit: ratio}"), ("home: p,", "home: {formula: p * rr},")],
        ["'p' is in percent", "write `p / 100`"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("edits", "said"), SHARES.values(), ids=list(SHARES))
def test_a_percentage_is_no_share(edits, said):
    message = refused(*edits)
    assert all(words in message for words in said), message


def test_a_formula_may_divide_percent_by_a_hundred():
    assert pounds((P, "p: {value: 30, unit: percent}"), ("home: p,", "home: {formula: p / 100},")) == pytest.approx(
        1800
    )


@pytest.mark.parametrize("uptake", [30, {"2026-27": 0.1, "2027-28": 30}])
def test_an_uptake_of_thirty_is_refused(uptake):
    assert "30 is not a share between 0 and 1: did you mean 30%? Write 0.3" in refused(
        scenarios=[scenario(uptake=uptake)]
    )


def test_an_uptake_in_percent_is_refused():
    assert "write 0.3" in refused(scenarios=[scenario(uptake="30%")])


def test_a_share_that_a_scenario_sets():
    change = {"set_share": {"setting": "ward", "route": "home"}, "to": 40}
    assert "Write 0.4" in refused(scenarios=[scenario(change)])


# --- the unit of a price -------------------------------------------------------------------------------------------------------
BED = "{unit_cost: bed, per: day}"
FITS = {
    "days of the stay as a quantity": ("{unit_cost: bed, quantity: los}", 1800),
    "so many days a visit": ("{unit_cost: bed, quantity: 3}", 1350),
    "one day a visit, said": ("{unit_cost: bed, quantity: 1}", 450),
    "a contact a day": ("{unit_cost: visit, per: day}", 120),
    "hours a day": ("{unit_cost: carer, per: day, quantity: 3}", 240),
    "a seventh of a week a day": ("{unit_cost: care, per: day, quantity: {formula: 1 / 7}}", 400),
    "an episode once": ("{unit_cost: op}", 8000),
    "part of an episode a day": ("{unit_cost: op, per: day, quantity: 0.01}", 320),
}


@pytest.mark.parametrize(("use", "gbp"), FITS.values(), ids=list(FITS))
def test_a_price_that_fits_its_use(use, gbp):
    assert pounds((BED, use)) == pytest.approx(gbp)


MISFITS = {
    "per: day forgotten": ("{unit_cost: bed}", ["'bed' is priced per bed_day, and is paid once a visit", "use `per: day`"]),
    "a week a visit": ("{unit_cost: care}", ["'care' is priced per week, and is paid once a visit"]),
    "a day a patient": ("{unit_cost: bed, per: patient}", ["paid once a patient"]),
    "an episode a day": ("{unit_cost: op, per: day}", ["'op' is priced per episode, which is paid once", "use `per: visit`"]),
    "two episodes a day": ("{unit_cost: op, per: day, quantity: 2}", ["'op' is priced per episode"]),
    "a week a day": ("{unit_cost: care, per: day}", ["'care' is priced per week, and is taken once every day", "quantity: 0.142857"]),
    "days of a weekly price": ("{unit_cost: care, quantity: los}", ["the quantity is in units of a day", "los * 0.142857"]),
    "weeks of a daily price": ("{unit_cost: bed, quantity: weeks}", ["the quantity is in units of a week", "weeks * 7"]),
}  # fmt: skip


@pytest.mark.parametrize(("use", "said"), MISFITS.values(), ids=list(MISFITS))
def test_a_price_that_does_not_fit_its_use_is_refused(use, said):
    message = refused((BED, use))
    assert message.startswith("meaning: 1 fault\n"), message
    assert all(words in message for words in said), message


def test_a_day_a_cycle_is_refused():
    cycle = [
        ("pathway: ward", "pathway: ward\ncycle: year"),
        ("stay: los", "stay: cycle"),
        ("home: p, rehab", "home: p, ward: 0.1, rehab"),
    ]
    assert "'bed' is priced per bed_day, and is taken once every year" in refused(
        *cycle, (BED, "{unit_cost: bed, per: cycle}")
    )


def test_a_bed_day_where_nobody_stays_is_one_day():
    assert pounds((BED, "{unit_cost: bed}"), ("stay: los", "title: x")) == pytest.approx(450)


@pytest.mark.parametrize(
    ("unit", "nearest"), [("beday", "bed_day"), ("contacts", "contact"), ("bedday", "bed_day"), ("days", "day")]
)
def test_a_unit_that_is_nearly_one_is_refused(unit, nearest):
    message = refused(("unit: hour", f"unit: {unit}"))
    assert f"nearest: '{nearest}'" in message


@pytest.mark.parametrize("unit", ["assessment", "session", "cast", "dose", "scan", "test"])
def test_a_unit_of_ones_own_is_legal(unit):
    assert pounds(("unit: hour", f"unit: {unit}")) == pytest.approx(1800)


def test_a_scenario_that_forgets_per_day():
    change = {"add_use": "ward", "use": {"unit_cost": "bed", "name": "more"}}
    assert "is paid once a visit" in refused(scenarios=[scenario(change)])


def test_a_weekly_price_converts_by_stated_weeks_a_day():
    declared = "{unit: bed_day, covers: whole, per_use: {weeks_per_bed_day: 0.142857142857, evidence: {grade: local}}}"
    prices = PRICES | {"bed": (3150, "week")}
    assert pounds(("{unit: bed_day, covers: whole}", declared), prices=prices) == pytest.approx(1800)


def test_a_bundle_that_falls_back_to_one_day_is_refused():
    text = PATHWAY.replace("covers: part}", "covers: part, bundle: stay}").replace(
        "parameters:",
        "  stay.day: {unit: bed_day, covers: whole}\nbundles: {stay: {replaced_by: stay.day}}\nparameters:",
    )
    with pytest.raises(SpecFaults, match="stands in for the whole visit and is priced per bed_day"):
        pc.load_pathway(YAML(typ="safe").load(text.replace("[no,", "['no',").replace("{no:", "{'no':")))
