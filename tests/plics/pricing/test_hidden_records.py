"""Prices and notes of few records, as they are and as they are handed on (R46)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway_cost.plics.pricing import pooled_prices
from pathway_cost.plics.pricing.pooled_prices import Price
from pathway_cost.results.frames.coverage import coverage
from tests.plics.price_extracts import Ledger, at, price, rows, rules_of, value

THEATRE = {"theatre": {"feed": "APC", "per": "episode", "activities": ["THR*"]}}
BY_AGE = {"theatre": THEATRE["theatre"] | {"by": ["age_group"]}}
AGES = {"derive": {"age_group": {"from": "age", "0": "young", "65": "old", "85": "oldest"}}}


def to_share(ledger, rules, **asked):
    return price(ledger, rules, to_share=True, **asked)


def episodes(ledger, number, pounds, **columns):
    for _ in range(number):
        ledger.record("APC", pounds, **columns)
    return ledger


def covered(prices):
    frame = coverage(prices.claims, prices.backcast, to_share=True)
    return {(row["class"], row["activity"]): row for row in frame.to_dict("records")}


# --- prices --------------------------------------------------------------------------------------------------------
def test_a_price_of_three_records_is_rounded_to_two_figures_before_it_is_used():
    """£5,432.10 an episode becomes £5,400; theatre and overheads in proportion. The proof keeps every penny."""
    ledger = episodes(Ledger(), 3, {("THR001", "CPF002"): 5000.10, ("THR001", "CSC004"): 432})
    exact, handed_on = price(ledger, THEATRE), to_share(ledger, THEATRE)
    assert value(exact, "theatre") == 5432.1
    assert value(handed_on, "theatre") == 5400
    parts = rows(handed_on, "theatre").set_index("component")["value_gbp"].to_dict()
    assert parts == {
        "theatre": 4970,
        "overheads": 430,
    }  # exact shares are a ratio of whole pence, which would give the pounds
    assert handed_on.backcast["price_difference"].tolist() == [Decimal("0.00")]
    assert handed_on.backcast["pounds_in"].tolist() == [Decimal("16296.30")]
    assert rows(handed_on, "theatre")["n"].isna().all()
    assert rows(exact, "theatre")["n"].tolist() == [3, 3]
    sources = rows(handed_on, "theatre")["source"].unique().tolist()
    assert sources == ["PLICS APC RXX FY2024-25, rule theatre, number of records hidden"]
    [told] = [note for note in handed_on.notes if note.rule == "price_in_two_figures"]
    assert str(told) == (
        "rules.theatre: RXX 2024-25: so few records stand behind the price, or make nearly all its pounds, that it is rounded "
        "to two figures before anything is costed with it; pool organisations, widen `where`, or take the price from another set"
    )


def test_a_price_that_one_record_makes_is_rounded_too():
    """Ten at £100 and two of £270,000 and £12,000: £1,000 of the others are less than £27,000."""
    ledger = episodes(Ledger(), 10, {"THR001": 100})
    for gbp in (270_000, 12_000):
        ledger.record("APC", {"THR001": gbp})
    assert value(price(ledger, THEATRE), "theatre") == pytest.approx(283_000 / 12)
    assert value(to_share(ledger, THEATRE), "theatre") == 24_000


def test_a_price_of_eight_records_stays_as_it_is():
    ledger = episodes(Ledger(), 8, {"THR001": 1234.56})
    handed_on = to_share(ledger, THEATRE)
    assert value(handed_on, "theatre") == 1234.56
    assert rows(handed_on, "theatre")["n"].tolist() == [8]
    assert not [note for note in handed_on.notes if note.rule == "price_in_two_figures"]


def test_a_price_does_not_tell_its_records_where_a_row_of_them_is_hidden():
    """90 episodes, three of them with £700 of another activity: £ a price × 90 less the row shown would be those £2,100."""
    ledger = episodes(Ledger(), 87, {"THR001": 1000})
    episodes(ledger, 3, {"THR001": 1000, "THR009": 700})
    handed_on = to_share(ledger, THEATRE)
    assert rows(handed_on, "theatre")["n"].isna().all()
    assert value(price(ledger, THEATRE), "theatre") == round(92_100 / 90, 9)
    assert value(handed_on, "theatre") == 1023.33  # of enough records; only 90 of them give £1,023.3333333333333


def test_a_price_of_the_same_records_does_not_tell_them_either():
    """The ward's 90 are the theatre's 90; the clinic's are others."""
    ledger = episodes(Ledger(), 87, {"THR001": 1000, "WRD001": 450}, Pod="EL")
    episodes(ledger, 3, {"THR001": 1000, "THR009": 1000, "WRD001": 450}, Pod="EL")
    episodes(ledger, 40, {"OUT001": 200}, Pod="NES")
    elective, urgent = {"feed": "APC", "per": "episode", "where": {"Pod": "EL"}}, {"Pod": "NES"}
    rules = {
        "theatre": elective | {"activities": ["THR*"]},
        "ward": elective | {"activities": ["WRD*"]},
        "clinic": elective | {"where": urgent, "activities": ["OUT*"]},
    }
    counted = to_share(ledger, rules).unit_costs.frame.set_index("unit_cost")["n"]
    assert counted[["theatre", "ward"]].isna().all()
    assert counted["clinic"] == 40


def test_a_level_of_few_takes_another_with_it_and_the_total_stays():
    ledger = Ledger()
    for number, age, gbp in ((50, 40, 1000), (20, 70, 1000), (4, 90, 1000)):
        episodes(ledger, number, {"THR001": gbp}, age=age)
    handed_on = to_share(ledger, rules_of(BY_AGE, **AGES))
    found = handed_on.unit_costs.frame.groupby("level")["n"].first()
    assert found[""] == 74
    assert found["age_group=young"] == 50
    assert found[["age_group=old", "age_group=oldest"]].isna().all()


# --- the claim table -----------------------------------------------------------------------------------------------
def test_hidden_rows_stand_together_so_that_pounds_still_sum():
    ledger = episodes(Ledger(), 40, {"THR001": 1000, "IMG001": 100})
    episodes(ledger, 3, {"THR001": 1000, "IMG002": 150})
    episodes(ledger, 9, {"THR001": 1000, "IMG003": 120})
    episodes(ledger, 12, {"THR001": 1000, "IMG004": 160})
    found = covered(to_share(ledger, THEATRE, keys=["theatre"], sites=at("surgery", "theatre")))
    unpriced = {activity: row for (name, activity), row in found.items() if name == "no price carries"}
    assert unpriced["IMG002"]["hidden"] == "records, lines, gbp"
    assert unpriced["IMG001"]["gbp"] == 4000
    shown = sum(
        row["gbp"] for (name, _), row in found.items() if name not in ("total", "difference") and row["gbp"] is not None
    )
    assert shown == found["total", ""]["gbp"] == 64_000 + 4000 + 450 + 1080 + 1920
    assert unpriced["(hidden together)"]["gbp"] == 450 + 1080 + 1920
    assert unpriced["(hidden together)"]["hidden"] == "records, lines"  # whole numbers of lines would count the records
    assert found["total", ""]["hidden"] == "lines"
    assert found["difference", ""]["gbp"] == 0


def test_an_extract_of_five_records_shows_no_total():
    found = covered(to_share(episodes(Ledger(), 5, {"THR001": 1000}), THEATRE))
    assert found["total", ""]["hidden"] == "lines, gbp, sum of the class"
    assert found["total", ""]["gbp"] is None
    assert found["difference", ""]["gbp"] == 0


def test_rows_of_as_many_records_as_a_partner_are_hidden_with_it():
    """Blood of 2 of 40: its partners are of all 40, and any row that shows the 40 would take them out of the sum."""
    of_all = {"THR001": 900, "DIM001": 90, "DEV001": 80, "WRD001": 400}
    ledger = episodes(Ledger(), 38, of_all, HrgFce="HN22A")
    episodes(ledger, 2, of_all | {"BLD001": 300}, HrgFce="HN22A")
    episodes(ledger, 60, {"THR001": 800, "WRD001": 300}, HrgFce="HN80A")
    rules = {"revision": {"feed": "APC", "per": "episode", "where": {"HrgFce": "HN22*"}, "activities": ["*"]}}
    found = covered(to_share(ledger, rules, keys=["revision"], sites=at("surgery", "revision")))
    priced = {activity: row["hidden"] for (name, activity), row in found.items() if name == "priced once"}
    assert [priced[code] for code in (*of_all, "BLD001")] == ["records, lines, gbp"] * 5
    assert found["outside the rules", "THR001"]["records"] == 60


def test_what_is_left_out_is_hidden_whole_where_any_of_it_is():
    """Theatre's 60 less ward's 54 are the 6 who stayed no day, unless neither tells what it leaves out."""
    ledger = episodes(Ledger(), 54, {"THR001": 900, "WRD001": 400}, Alos=2)
    episodes(ledger, 6, {"THR001": 900, "WRD001": 10}, Alos=0)
    episodes(ledger, 12, {"THR001": 150, "WRD001": 70}, EpType="1", Alos=2)
    rules = {
        "theatre": {"feed": "APC", "per": "episode", "activities": ["THR*"]},
        "ward": {"feed": "APC", "per": "bed_day", "activities": ["WRD*"]},
    }
    found = covered(to_share(ledger, rules, keys=["theatre", "ward"], sites=at("surgery", "theatre", "ward")))
    left_out = {key: row for key, row in found.items() if key[0] in ("work in progress", "zero-day stays")}
    told = {key: row["hidden"] for key, row in left_out.items() if key[1] != "(hidden together)"}
    assert len(told) == 2
    assert all(hidden.startswith("records, lines, gbp") for hidden in told.values())


# --- notes ---------------------------------------------------------------------------------------------------------
def both(prices, rule):
    [note] = [note for note in prices.notes if note.rule == rule]
    return note.what, note.to_share().what


def test_records_left_out_are_counted_exactly_for_who_holds_the_extract_only():
    ledger = episodes(Ledger(), 40, {"THR001": 1000})
    episodes(ledger, 2, {"THR001": 617}, EpType="1")
    exact, shared = both(price(ledger, THEATRE), "work_in_progress")
    assert exact == "RXX 2024-25: work in progress: 2 records, £1,234.00"
    assert shared == "RXX 2024-25: work in progress: fewer than 8 records"


def test_figures_that_would_give_hidden_rows_back_are_not_told_either():
    """Twelve unfinished episodes would be told, but their pounds less the row shown are those of the three of THR009."""
    ledger = episodes(Ledger(), 40, {"THR001": 1000})
    episodes(ledger, 9, {"THR001": 500}, EpType="1")
    episodes(ledger, 3, {"THR001": 500, "THR009": 70}, EpType="1")
    exact, shared = both(price(ledger, THEATRE), "work_in_progress")
    assert exact == "RXX 2024-25: work in progress: 12 records, £6,210.00"
    assert shared == "RXX 2024-25: work in progress: 8 or more records"


def test_unpriced_pounds_of_few_are_named_by_activity_alone():
    ledger = episodes(Ledger(), 38, {"THR001": 1000})
    episodes(ledger, 2, {"THR001": 1000, "IMG001": 617})
    exact, shared = both(price(ledger, THEATRE, keys=["theatre"], sites=at("surgery", "theatre")), "unpriced_pounds")
    lead = "RXX 2024-25: pounds of these patients that no price carries at 'surgery': "
    assert exact == f"{lead}£1,234.00 of £41,234.00 (3.0%): IMG001 £1,234.00"
    assert shared == f"{lead}of IMG001"


def test_an_organisation_of_few_records_hides_their_sum_too():
    ledger = episodes(Ledger(), 40, {"THR001": 1000})
    for name, number in (("RYX", 20), ("RZX", 3)):
        episodes(ledger, number, {"THR001": 900}, organisation=name)
    prices = price(ledger, THEATRE, roles_of={"RXX": ("acute",)})
    exact, shared = both(prices, "organisations_of_no_role")
    end = "of the extract are of organisations that play no role in the study: RYX (20 records, £18,000.00), RZX"
    assert exact == f"23 records and £20,700.00 {end} (3 records, £2,700.00)"
    assert shared == f"records {end} (fewer than 8 records)"


def test_records_passed_over_are_told_as_few():
    ledger = episodes(Ledger(), 40, {"THR001": 1000}, HrgFce="HN22A")
    episodes(ledger, 2, {"THR001": 617}, HrgFce="hn22a")
    rules = {"theatre": THEATRE["theatre"] | {"where": {"HrgFce": "HN22A"}}}
    exact, shared = both(price(ledger, rules), "code_nearly_matches")
    assert exact.startswith("2 APC records (£1,234.00) have HrgFce")
    assert shared.startswith("fewer than 8 APC records have HrgFce")


# --- rounding ------------------------------------------------------------------------------------------------------
@given(
    st.lists(st.floats(-500, 20_000).map(lambda gbp: round(gbp, 4)), min_size=1, max_size=6),
    st.booleans(),
)
def test_components_of_a_rounded_price_sum_to_it_and_hold_no_digit_more(parts, few):
    gbp = {f"c{number}": part for number, part in enumerate(parts)}
    exact = Price("k", "episode", "k", "RXX", "2024-25", "", gbp, 20, 20.0, 1.0, accepted=True, few=few)
    [rounded] = pooled_prices.to_share([exact], {exact.pool})
    whole, before = sum(rounded.gbp.values()), sum(parts)
    figures = float(f"{before:.1e}") if few else round(before, 2) if abs(before) >= 10 else float(f"{before:.3e}")
    assert whole == pytest.approx(figures, abs=1e-9 + 1e-12 * sum(map(abs, parts)))
    assert all(len(f"{part:.10g}".strip("-").replace(".", "").strip("0")) <= 7 for part in rounded.gbp.values())
