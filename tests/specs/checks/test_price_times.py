"""A price per week, month or hour in a unit of one's own, days times days, and quantities in percent."""

from __future__ import annotations

import pytest

from pathway_cost.specs.checks.of_pathway import check_pathway
from tests.specs.checks.test_units import BED, LOS, PRICES, cost, pounds, refused, scenario

OWN = PRICES | {"bed": (3150, "bed_week")}
WEEKLY = ("bed: {unit: bed_day, covers: whole}", "bed: {unit: bed_week, covers: whole}")


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ("bed_week", ["'bed' is priced per bed_week, and is taken once every day", "quantity: 0.142857"]),
        ("care_month", ["'bed' is priced per care_month, and is taken once every day", "quantity: 0.0328767"]),
        ("care_year", ["priced per care_year, and is taken once every day"]),
    ],
)
def test_a_unit_that_ends_in_a_time_is_that_time(unit, said):
    message = refused((WEEKLY[0], f"bed: {{unit: {unit}, covers: whole}}"))
    assert all(words in message for words in said), message


def test_a_week_that_is_said_is_paid():
    use = "{unit_cost: bed, per: day, quantity: {formula: 1 / 7}}"
    assert pounds(WEEKLY, (BED, use), prices=OWN) == pytest.approx(4 * 450)


@pytest.mark.parametrize("unit", ["itu_day", "ward_night"])
def test_a_day_of_ones_own_is_paid_daily_and_not_once(unit):
    edit, prices = (WEEKLY[0], f"bed: {{unit: {unit}, covers: whole}}"), PRICES | {"bed": (450, unit)}
    assert pounds(edit, prices=prices) == pytest.approx(1800)
    assert "is paid once a visit" in refused(edit, (BED, "{unit_cost: bed}"), prices=prices)


def test_half_a_day_is_a_unit_of_its_own():
    edit = (WEEKLY[0], "bed: {unit: half_day, covers: whole}")
    assert pounds(edit, (BED, "{unit_cost: bed}"), prices=PRICES | {"bed": (450, "half_day")}) == pytest.approx(450)


@pytest.mark.parametrize(
    ("quantity", "warned", "gbp"), [("", 1, 80), (", quantity: 1", 0, 80), (", quantity: 24", 0, 1920)]
)
@pytest.mark.parametrize("unit", ["hour", "staff_hour"])
def test_an_hour_a_day_is_a_warning_unless_it_is_said(unit, quantity, warned, gbp):
    prices = PRICES | {"carer": (20, unit)}
    costed = cost((BED, f"{{unit_cost: carer, per: day{quantity}}}"), ("unit: hour", f"unit: {unit}"), prices=prices)
    assert costed.total_gbp == pytest.approx(gbp)
    told = [str(note) for note in check_pathway(costed.pathway) if note.rule == "one_hour_a_day"]
    assert len(told) == warned
    assert all("with `quantity:`: all are 24" in text for text in told)


# --- days times days ---------------------------------------------------------------------------------------------------------
TWICE = {
    "the stay": ("los", []),
    "a formula of it": ("{formula: los}", []),
    "a number of days": ("more", [(LOS, f"{LOS}\n  more: {{value: 3, unit: day}}")]),
    "a number of weeks": ("more", [(LOS, f"{LOS}\n  more: {{value: 1, unit: week}}")]),
}


@pytest.mark.parametrize(("quantity", "edits"), TWICE.values(), ids=list(TWICE))
@pytest.mark.parametrize("unit_cost", ["bed", "visit"])
def test_days_a_day_are_refused(unit_cost, quantity, edits):
    message = refused(*edits, (BED, f"{{unit_cost: {unit_cost}, per: day, quantity: {quantity}}}"))
    assert "is taken every day: days would be paid times days" in message
    assert "remove the quantity, or use `per: visit`" in message


@pytest.mark.parametrize(
    ("edit", "quantity", "gbp"),
    [
        (f"{LOS}\n  part: {{value: 0.5, unit: day}}", "part", 4 * 0.5 * 450),
        (f"{LOS}\n  many: {{value: 2}}", "many", 4 * 2 * 450),
        (LOS, "{formula: 8 / los}", 4 * 2 * 450),
    ],
)
def test_what_is_no_stay_may_be_taken_daily(edit, quantity, gbp):
    assert pounds((LOS, edit), (BED, f"{{unit_cost: bed, per: day, quantity: {quantity}}}")) == pytest.approx(gbp)


def test_a_scenario_that_takes_days_a_day():
    change = {"add_use": "ward", "use": {"unit_cost": "bed", "per": "day", "name": "more", "quantity": "los"}}
    assert "days would be paid times days" in refused(scenarios=[scenario(change)])


# --- percent -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("unit", ["percent", "'%'"])
def test_a_quantity_in_percent_is_refused(unit):
    message = refused((LOS, f"{LOS}\n  some: {{value: 30, unit: {unit}}}"), (BED, "{unit_cost: visit, quantity: some}"))
    assert "'some' is a quantity, and its unit is" in message
    assert "write how many are used: 0.3" in message


def test_a_quantity_that_divides_percent_by_a_hundred():
    edits = [
        (LOS, f"{LOS}\n  some: {{value: 30, unit: percent}}"),
        (BED, "{unit_cost: visit, quantity: {formula: some / 100}}"),
    ]
    assert pounds(*edits) == pytest.approx(9)
