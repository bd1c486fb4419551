"""Pounds by period through the public door: how they read, what is refused, and what a comparison says of them."""

import pickle

import pandas as pd
import pytest

import pathway_cost as pc
from pathway_cost.errors import ComparisonFaults, EngineFaults, TableFaults

WARD = {
    "pathway": "ward", "roles": {"acute": {"kind": "acute"}}, "cycle": "year", "start": "ill", "ends": ["died"],
    "attributes": {"frail": {"levels": ["no", "yes"]}},
    "unit_costs": {"care": {"unit": "contact", "covers": "whole"}},
    "parameters": {"p": {"by": "frail", "values": {"no": 0.5, "yes": 0.75}, "unit": "share"}},
    "settings": {"ill": {"role": "acute", "stay": "cycle", "uses": [{"unit_cost": "care", "per": "cycle"}]}},
    "routes": {"ill": {"died": "p", "ill": "rest"}},
}  # fmt: skip
PRICES = {
    "unit_cost": ["care", "care"], "component": ["nursing", "drugs"], "value_gbp": [300, 100], "unit": ["contact"] * 2,
    "covers": ["whole"] * 2, "price_year": ["2024-25"] * 2, "source": ["made up"] * 2,
}  # fmt: skip
LATER = {
    "scenario": "later",
    "amends": "ward",
    "changes": [{"set_share": {"setting": "ill", "route": "died"}, "to": 0.25}],
}
FACTORS = pd.DataFrame(
    [(year, name, by**(year - 1)) for name, by in (("nursing", 1.05), ("drugs", 0.9)) for year in (1, 2, 3)],
    columns=["period", "component", "factor"],
)  # fmt: skip


def ward(*scenarios, pathway=WARD, **time):
    """100 fit patients, of whom half die each year, and 100 frail ones, of whom three quarters do."""
    cohort = pc.Cohort.from_frame({"frail": ["no", "yes"], "weight": [100, 100]})
    return pc.cost_pathway(
        pc.load_pathway(pathway), cohort, pc.UnitCosts.from_frame(PRICES), {"all": {"acute": "RXX"}}, price_year="2024-25",
        scenarios=[pc.load_scenario(each) for each in scenarios], **({"horizon": "3 years"} | time),
    )  # fmt: skip


def test_a_cut_by_period_says_the_days_and_the_pounds_a_patient():
    """£400 a year: 200, 75 and 31.25 of 200 patients."""
    found = ward().by("period")
    assert list(found) == ["period", "from_day", "to_day", "gbp", "gbp_per_patient"]
    assert found.to_numpy().tolist() == [
        [1, 0, 365, pytest.approx(80_000), pytest.approx(400)],
        [2, 365, 730, pytest.approx(30_000), pytest.approx(150)],
        [3, 730, 1095, pytest.approx(12_500), pytest.approx(62.5)],
    ]


def test_patients_of_a_segment_are_those_who_start_in_every_period():
    found = ward(discount={"gbp": 0.1, "timing": "start_of_year"}).by("segment", "period")
    assert list(found)[:6] == ["segment", "place", "frail", "period", "from_day", "to_day"]
    second = found[found["period"] == 2].set_index("frail")
    assert second["gbp"].to_dict() == pytest.approx({"no": 20_000, "yes": 10_000})
    assert second["present_value_gbp"].to_dict() == pytest.approx({"no": 20_000 / 1.1, "yes": 10_000 / 1.1})
    assert second["gbp_per_patient"].to_dict() == pytest.approx({"no": 200, "yes": 100})
    assert set(found["patients"]) == {100}


def test_units_by_period():
    found = ward().quantities("period")
    assert list(found) == ["unit_cost", "unit", "period", "from_day", "to_day", "quantity", "quantity_per_patient"]
    assert found["quantity"].tolist() == pytest.approx([200, 75, 31.25])


def test_prices_that_move_by_year_and_component():
    """Year 3: £9,375 of nursing at 1.1025 and £3,125 of drugs at 0.81."""
    found = ward().by("period", price_factors=FACTORS)
    assert found["gbp"].tolist() == pytest.approx([80_000, 30_000, 12_500])
    assert found["repriced_gbp"].tolist() == pytest.approx(
        [80_000, 22_500 * 1.05 + 7_500 * 0.9, 10_335.9375 + 2_531.25]
    )
    whole = ward().by("component", price_factors=FACTORS.sample(frac=1, random_state=1)).set_index("component")
    assert whole["repriced_gbp"].sum() == pytest.approx(found["repriced_gbp"].sum())


def test_price_factors_that_do_not_fit_are_all_told():
    wrong = FACTORS.drop(index=5).astype({"factor": "object"})
    wrong.loc[0, "component"] = "Nursing"
    wrong.loc[1, "factor"] = "dear"
    wrong.loc[2, "factor"] = 0
    wrong.loc[3, "period"] = 4
    wrong.loc[9] = [2, "drugs", 1.0]
    with pytest.raises(TableFaults) as told:
        ward().by("period", price_factors=wrong)
    assert {(problem.rule, problem.where.row) for problem in told.value.problems} == {
        ("unknown_component", 1), ("factor_unusable", 2), ("unknown_period", 4),
        ("told_twice", 6),
    }  # fmt: skip
    assert "nearest: 'nursing'" in str(told.value)
    with pytest.raises(
        TableFaults, match="no factor is told for nursing in period 3, drugs in period 2; add it: 1 where"
    ):
        ward().by("period", price_factors=FACTORS.drop(index=[2, 4]))
    with pytest.raises(TableFaults, match="has no column 'factor'; nearest: 'factors'"):
        ward().by("period", price_factors=FACTORS.rename(columns={"factor": "factors"}))


@pytest.mark.parametrize("blank", [None, "", float("nan")])
def test_a_factor_of_no_component_is_told(blank):
    beside = pd.concat(
        [FACTORS.astype({"component": "object"}), pd.DataFrame([[1, blank, 5.0]], columns=FACTORS.columns)]
    )
    with pytest.raises(TableFaults, match=r"row 7 .component.: the component is blank"):
        ward().by("period", price_factors=beside.reset_index(drop=True))


def test_a_slip_of_the_period_is_told_once():
    with pytest.raises(TableFaults) as told:
        ward().by("period", price_factors=FACTORS.assign(period=["2024-25", *FACTORS["period"][1:]]))
    assert [problem.rule for problem in told.value.problems] == ["unknown_period"]


def test_a_column_that_nothing_reads_is_told():
    """A factor for one organisation alone would look as if it had been used."""
    with pytest.raises(TableFaults, match="nothing reads the column organisation; take it out"):
        ward().by("period", price_factors=FACTORS.assign(organisation="RXX"))


def test_a_result_in_time_goes_to_another_process_and_back():
    found = pickle.loads(pickle.dumps(ward()))
    assert found.by("period")["gbp"].tolist() == pytest.approx([80_000, 30_000, 12_500])
    assert (
        found.visits.set_index("setting")["reached"].to_dict()
        == ward().visits.set_index("setting")["reached"].to_dict()
    )


@pytest.mark.parametrize("cuts", [(), ("foo",), ("setting", "setting"), ("period", "period")])
def test_cuts_that_are_none_are_refused_alike(cuts):
    for ask in (ward().by, pc.compare(ward(), ward(LATER)).by):
        with pytest.raises(ValueError, match=r"cut by (one or more of segment, arm|each word once)"):
            ask(*cuts)


def test_a_period_within_a_cycle_is_told_by_the_cycle_and_said_so():
    by_month = ward(period="month")
    assert by_month.by("period")["to_day"].tolist() == [365, 730, 1095]
    assert ["told by the year, not the month" in str(note) for note in by_month.notes].count(True) == 1
    assert not any("told by the" in str(note) for note in (*ward(period="year").notes, *ward().notes))


@pytest.mark.parametrize("horizon", ["2 years", None])
def test_months_do_not_stand_beside_years(horizon):
    """200 patients of £400 on the day they come, whatever the period: no change in all, and none that could be told by it."""
    stay = {key: value for key, value in WARD.items() if key != "cycle"}
    stay["settings"] = {"ill": {"role": "acute", "stay": 400, "uses": [{"unit_cost": "care", "per": "visit"}]}}
    stay["routes"] = {"ill": {"died": 1}}
    months, years = (ward(pathway=stay, period=each, horizon=horizon, time_step="day") for each in ("month", "year"))
    with pytest.raises(ComparisonFaults, match="not of the same days"):
        pc.compare(months, years).by("setting", "period")
    assert pc.compare(months, years).by("setting")["from_gbp"].sum() == pytest.approx(80_000)
    assert pc.compare(months, months).by("period")["change_gbp"].abs().sum() == 0


def test_a_whole_pathway_has_no_periods():
    whole = ward(horizon=None)
    with pytest.raises(EngineFaults, match="nobody was followed through time"):
        whole.by("organisation", "period")
    with pytest.raises(EngineFaults, match="nobody was followed through time"):
        whole.by("organisation", price_factors=FACTORS)


def test_a_change_by_period():
    """Who dies at a quarter a year: 200, 150 and 112.5 of all patients, so +75 and +81.25 × £400 in years 2 and 3."""
    found = pc.compare(ward(), ward(LATER)).by("period")
    assert found["period"].tolist() == [1, 2, 3]
    assert found["change_gbp"].tolist() == pytest.approx([0, 30_000, 32_500], abs=1e-6)
