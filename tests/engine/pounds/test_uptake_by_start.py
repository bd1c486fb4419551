"""Uptake by year beside an intake: every starter takes a scenario up as it stands in the year in which they start."""

import pandas as pd
import pytest

import pathway_cost as pc
from pathway_cost.engine.draws.parameter_table import stated
from pathway_cost.engine.model.arms import split_into_arms
from pathway_cost.engine.model.starters import by_year, starters_of
from pathway_cost.engine.model.timing import Starting, Timing
from pathway_cost.engine.pounds.effects import effects_of_changes
from pathway_cost.errors import EngineFaults
from tests.engine.activity.test_starts_in_mid_step import DAILY, STAY, by_period
from tests.engine.chance_toy import CHEAPER, FEWER, PATHWAY, PEOPLE, PRICES, SHORTER, Toy, totals
from tests.engine.time_toy import YEAR, flat, years
from tests.engine.toy import coded, cost, pathway_of, scenario_of, seen, weighed

RAMP = {"2026-27": 0.4, "2027-28": 0.7, "2028-29": 0.9}
TENTH = [{"scale_unit_cost": "day", "by": 0.9}]
THREE = {"intake_over_days": 3 * YEAR, "period": "year"}


def changed(timing, scenarios, **more):
    """£ by year against the baseline."""
    after, before = (by_period(cost(STAY, 300, DAILY, given, timing=timing, **more)) for given in (scenarios, []))
    return [one - other for one, other in zip(after, before, strict=True)]


def close(expected):
    return pytest.approx(expected, rel=1e-9, abs=1e-6)


# --- by hand -------------------------------------------------------------------------------------------------------------
def test_a_ramp_over_three_years():
    """100 a year start, two years at £50,000, a tenth less for 0.4, 0.7 and 0.9 of them: 100 × £5,000 × uptake × years in care.

    Year 1: 0.4 × ½ = 0.2 → £100,000. Year 2: 0.4 + 0.7 × ½ = 0.75. Year 3: 0.4 × ½ + 0.7 + 0.9 × ½ = 1.35. Year 4: 0.35 + 0.9 =
    1.25. Year 5: 0.45. The last year's uptake for all would say £225,000 in year 1.
    """
    found = changed(years(5, **THREE), [scenario_of({"uptake": RAMP, "changes": TENTH})])
    assert found == close([-500_000 * part for part in (0.2, 0.75, 1.35, 1.25, 0.45)])


def test_a_year_stated_holds_for_all():
    ramp = scenario_of({"uptake": RAMP, "changes": TENTH})
    found = changed(years(5, **THREE), [ramp], uptake_year="2027-28")
    assert found == close([-500_000 * 0.7 * part for part in (0.5, 1.5, 2, 1.5, 0.5)])


def test_an_intake_says_in_which_year_it_begins():
    """From 2027-28: 0.7, 0.9, and 0.9 after the last year stated; before the first stated there is no uptake to take."""
    ramp = scenario_of({"uptake": RAMP, "changes": TENTH})
    found = changed(years(5, **THREE, first_year="2027-28"), [ramp])
    assert found == close([-500_000 * part for part in (0.35, 0.7 + 0.45, 0.35 + 0.9 + 0.45, 0.45 + 0.9, 0.45)])
    with pytest.raises(EngineFaults, match="no uptake is stated for 2025-26"):
        changed(years(5, **THREE, first_year="2025-26"), [ramp])


def test_an_intake_within_a_year_takes_that_year():
    """Twelve months of starts in 2026-27 have its 0.4, and not the last stated 0.9."""
    found = cost(
        STAY, 100, DAILY, [scenario_of({"uptake": RAMP, "changes": TENTH})], timing=years(4, intake_over_days=YEAR)
    )
    assert found.cube.total_gbp == close(10_000_000 - 0.4 * 1_000_000)
    assert found.weights.set_index("arm")["share"].to_dict() == close({"not_taken": 0.6, "taken": 0.4})


def test_shares_by_period_start_in_their_years():
    """A quarter with year 1 and three with year 3: uptake 0.4 × 0.25 + 0.9 × 0.75."""
    timing = years(6, intake_shares=(0.25, 0.0, 0.75), period="year")
    found = cost(STAY, 100, DAILY, [scenario_of({"uptake": RAMP, "changes": TENTH})], timing=timing)
    assert found.weights.set_index("arm")["share"]["taken"] == close(0.775)
    assert found.cube.total_gbp == close(10_000_000 - 775_000)


def test_without_an_intake_the_last_year_stated_counts():
    found = cost(STAY, 100, DAILY, [scenario_of({"uptake": RAMP, "changes": TENTH})], timing=years(3))
    assert found.cube.total_gbp == close(10_000_000 - 900_000)


def test_two_ramps_mix_year_by_year():
    """In year 1 0.5 × 0.2 take both, in year 2 1 × 0.6: never the mean uptakes multiplied (0.75 × 0.4 = 0.3, here 0.35)."""
    one = scenario_of({"scenario": "one", "uptake": {"2026-27": 0.5, "2027-28": 1.0}, "changes": TENTH})
    two = scenario_of(
        {
            "scenario": "two",
            "uptake": {"2026-27": 0.2, "2027-28": 0.6},
            "changes": [{"scale_unit_cost": "day", "by": 0.8}],
        }
    )
    found = cost(STAY, 100, DAILY, [one, two], timing=years(5, intake_over_days=2 * YEAR))
    share = found.weights.set_index("arm")["share"].to_dict()
    assert share == close({"not_taken": 0.2, "taken:one": 0.4, "taken:two": 0.05, "taken:one+two": 0.35})
    assert found.cube.total_gbp == close(10_000_000 * (0.2 + 0.4 * 0.9 + 0.05 * 0.8 + 0.35 * 0.72))


# --- the sum of its years ------------------------------------------------------------------------------------------------
RAMPS = (
    SHORTER | {"uptake": {"2025-26": 0.2, "2026-27": 0.6}},
    FEWER | {"uptake": {"2025-26": 0.0, "2026-27": 0.5, "2027-28": 0.9}},
    CHEAPER,
)
TIMING = years(4, intake_over_days=2.5 * YEAR, gbp=flat(0.1), counts=flat(0.05), step="month", period="year")


def toy(timing=TIMING):
    return Toy(PATHWAY, PEOPLE, PRICES, *RAMPS, timing=timing)


def of_year(number, first, last):
    """The same study with only the starters of one year, at its uptake."""
    timing = years(
        4,
        starting=(Starting(first * YEAR, last * YEAR, 1.0),),
        gbp=flat(0.1),
        counts=flat(0.05),
        step="month",
        period="year",
    )
    year = ["2025-26", "2026-27", "2027-28"][number]
    given = [each | {"uptake": _uptake(each, year)} for each in RAMPS]
    return Toy(PATHWAY, PEOPLE, PRICES, *given, timing=timing)


def _uptake(given, year):
    by_year = given.get("uptake", 1.0)
    return by_year[max(known for known in by_year if known <= year)] if isinstance(by_year, dict) else by_year


YEARS = [(0, 0.0, 1.0), (1, 1.0, 2.0), (2, 2.0, 2.5)]
SHARES = [0.4, 0.4, 0.2]


@pytest.mark.parametrize("name", ["baseline", "shorter", "fewer", "shorter+fewer+cheaper"])
def test_the_whole_is_the_sum_of_its_years(name):
    """Totals, cuts, ledger, visits, flows and patients: as if each year's starters had been a study of their own."""
    whole, parts = (
        toy().costed(name, keep_patients=True),
        [of_year(*year).costed(name, keep_patients=True) for year in YEARS],
    )

    def same(frame_of, keys, measures):
        weighed_parts = [
            frame_of(each).assign(**{m: frame_of(each)[m] * s for m in measures})
            for each, s in zip(parts, SHARES, strict=True)
        ]
        expected = (
            pd.concat([_plain(each, keys)[[*keys, *measures]] for each in weighed_parts]).groupby(keys)[measures].sum()
        )
        told = _plain(frame_of(whole), keys).groupby(keys)[measures].sum()
        both = expected.join(told.add_suffix("_told"), how="outer").fillna(0.0)
        for measure in measures:
            assert both[f"{measure}_told"].tolist() == pytest.approx(both[measure].tolist(), rel=1e-9, abs=1e-9)

    cube_keys = ["segment", "arm", "setting", "use", "component", "organisation"]
    same(lambda each: each.cube.frame, cube_keys, ["quantity", "gbp", "present_value_gbp"])
    use = ["period", "setting", "use", "organisation"]
    same(lambda each: each.cube.by(*use), use, ["gbp", "present_value_gbp"])
    same(lambda each: each.cube.quantities(*use), use, ["quantity", "discounted_quantity"])
    same(lambda each: each.presence, ["period", "setting"], ["visits", "days_present"])
    same(seen, ["segment", "arm", "setting"], ["patients", "visits", "reached"])
    same(lambda each: each.flows, ["segment", "arm", "from_setting", "to_setting", "route"], ["patients_moved"])
    same(lambda each: each.weights, ["segment", "arm"], ["share", "patients"])
    if name in ("baseline", "shorter"):
        assert weighed(whole.patient_cost, pathway_of(PATHWAY), PEOPLE) == pytest.approx(whole.cube.total_gbp, rel=1e-9)


def _plain(frame, keys):
    return frame.astype({key: "str" for key in keys if isinstance(frame[key].dtype, pd.CategoricalDtype)})


def test_draws_at_stated_values_are_the_expected_cost():
    given = toy()
    found = given.recoster().at(stated(2))
    for name in given.compositions:
        gbp, present = totals(given.costed(name))
        assert found.sums[name].gbp == pytest.approx([gbp] * 2, rel=1e-9)
        assert found.sums[name].present == pytest.approx([present] * 2, rel=1e-9)
        ledger = given.costed(name).cube.by("period")["present_value_gbp"].tolist()
        assert found.sums[name].periods[:, 0].tolist() == pytest.approx(ledger, rel=1e-9)


def test_what_each_change_does_sums_to_the_change():
    """Steps of attribution follow the years' uptake too."""
    given = toy()
    name = "shorter+fewer+cheaper"
    effects = effects_of_changes(given.lives, given.compositions[name], given.costed(name))
    assert effects[-1].total_gbp == pytest.approx(given.costed("shorter+fewer+cheaper").cube.total_gbp, rel=1e-12)


def test_one_uptake_for_all_years_is_no_ramp():
    """A ramp of equal years costs what the number does, to the last penny."""
    one, other = (
        cost(STAY, 100, DAILY, [scenario_of({"uptake": uptake, "changes": TENTH})], timing=years(5, **THREE))
        for uptake in (0.7, {"2026-27": 0.7, "2027-28": 0.7})
    )
    assert one.cube.total_gbp == other.cube.total_gbp
    assert one.cube.by("period")["gbp"].tolist() == other.cube.by("period")["gbp"].tolist()


# --- who starts when -----------------------------------------------------------------------------------------------------
def test_starts_are_cut_at_the_years():
    assert [[tuple(part) for part in year] for year in by_year([Starting(0.0, 1.5 * YEAR, 1.0)])] == [
        [(0.0, YEAR, pytest.approx(2 / 3))], [(YEAR, 1.5 * YEAR, pytest.approx(1 / 3))],
    ]  # fmt: skip
    assert by_year([Starting(2 * YEAR, 2 * YEAR, 0.5)]) == [[], [], [Starting(2 * YEAR, 2 * YEAR, 0.5)]]


def test_years_of_equal_uptake_are_worked_out_once():
    ramp = scenario_of({"uptake": {"2026-27": 0.4, "2027-28": 0.9}, "changes": TENTH})
    found = starters_of(pathway_of(STAY), [ramp], Timing(intake_over_days=4 * YEAR), None)
    assert [(each.share, each.uptake_year) for each in found] == [(0.25, "2026-27"), (0.75, "2027-28")]
    segments = coded(pathway_of(STAY), 1).segments
    assert split_into_arms([ramp], segments, found[1].uptake_year).share[:, 0].tolist() == pytest.approx([0.1, 0.9])


def test_the_python_door_takes_the_first_year():
    pathway = pc.load_pathway(
        STAY
        | {
            "pathway": "toy",
            "roles": {"acute": {"kind": "acute"}},
            "unit_costs": {"day": {"unit": "bed_day", "covers": "whole"}},
        }
    )
    ramp = pc.load_scenario({"scenario": "ramp", "amends": "toy", "uptake": RAMP, "changes": TENTH}, pathway)
    rows = {
        "unit_cost": "day",
        "organisation": "*",
        "value_gbp": 100.0,
        "unit": "bed_day",
        "covers": "whole",
        "price_year": "2024-25",
    }
    prices = pc.UnitCosts.from_frame(pd.DataFrame([rows | {"source": "by hand", "basis": "table"}]))
    found = pc.cost_pathway(
        pathway, pc.Cohort.alike(10), prices, {"all": {"acute": "RXX"}}, scenarios=[ramp], price_year="2024-25",
        horizon="4 years", intake={"over": "12 months", "first_year": "2027-28"},
    )  # fmt: skip
    assert found.cost_per_patient_gbp == pytest.approx(73_000 * (1 - 0.07), rel=1e-9)
    (note,) = [note for note in found.notes if note.rule == "uptake_of_a_year"]
    assert "uptake 70% of those who start in 2027-28" in str(note)
