"""Which set prices what: same unit, same scope, whole bundles (R3), and price levels and years."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathway_cost.errors import PriceFaults
from pathway_cost.tables.prices.national import national_schedule
from pathway_cost.tables.prices.price_index import Base, PriceIndex
from pathway_cost.tables.prices.resolve import Declared, resolve
from pathway_cost.tables.prices.unit_costs import UnitCosts

NCC = national_schedule("ncc_2024_25")
DECLARED = {
    "theatre.knee": Declared("episode", "part", bundle="knee_episode"),
    "ward.bed_day": Declared("bed_day", "part", bundle="knee_episode"),
    "knee.episode": Declared("episode", "whole", department="Elective Inpatients", codes=("HN22*",)),
    "op.first": Declared("attendance", "whole"),
}
BUNDLES = {"knee_episode": "knee.episode"}
KNEE = ("theatre.knee", "ward.bed_day", "knee.episode")
PLICS = {
    "theatre.knee": {"unit": "episode", "covers": "part", "value_gbp": 5000.0},
    "ward.bed_day": {"unit": "bed_day", "covers": "part", "value_gbp": 450.0},
    "knee.episode": {"unit": "episode", "covers": "whole", "value_gbp": 7500.0},
    "op.first": {"unit": "attendance", "covers": "whole", "value_gbp": 200.0},
}


def row(key, organisation="RXX", **columns):
    plain = {
        "unit_cost": key,
        "organisation": organisation,
        "price_year": "2024-25",
        "source": "costing team",
        "basis": "plics",
    }
    return plain | PLICS.get(key, {}) | columns


def costs(*rows, name="plics", **more):
    return UnitCosts.from_frame(pd.DataFrame(rows), name=name, **more)


def resolved(wanted, *sets, organisations=("RXX",), **more):
    kinds = dict.fromkeys(("RXX", "RYY"), "acute")
    base = {"price_year": "2024-25", "index": PriceIndex.shipped(), "kinds": kinds}
    base |= {name: more.pop(name) for name in {"price_year", "index", "kinds", "mff"} & more.keys()}
    arguments = {"declared": DECLARED, "bundles": BUNDLES, "base": Base(**base)}
    return resolve([(who, key) for who in organisations for key in wanted], sets, **(arguments | more))


def pounds(prices, key, organisation="RXX", levels=()):
    return float(prices.block(organisation, key).gbp[levels].sum())


def fault(*args, **more):
    with pytest.raises(PriceFaults) as raised:
        resolved(*args, **more)
    return str(raised.value)


# --- bundles -----------------------------------------------------------------------------------------------------------
def test_a_bundle_falls_back_whole_so_the_ward_is_never_paid_twice():
    # ward day priced, theatre not: 8,692.13 + 4.65 × 450 = £10,784.63 would pay the ward twice; £8,692.13 is right
    prices = resolved(KNEE, costs(row("ward.bed_day")), NCC)
    assert prices.replaced == {("RXX", "knee_episode")}
    assert pounds(prices, "knee.episode") == 8692.13
    assert not prices.has("RXX", "ward.bed_day")
    assert not prices.has("RXX", "theatre.knee")
    (fallback,) = prices.frame["fallback"]
    assert "stands in for the bundle knee_episode" in fallback
    assert "theatre.knee: no such key" in fallback
    assert "national price level" in fallback
    assert [note.rule for note in prices.notes] == ["bundle_replaced"]


def test_a_bundle_with_all_its_parts_needs_no_stand_in():
    prices = resolved(KNEE, costs(row("ward.bed_day"), row("theatre.knee")))
    assert prices.replaced == frozenset()
    assert pounds(prices, "theatre.knee") + 4.65 * pounds(prices, "ward.bed_day") == pytest.approx(7092.50)
    assert not prices.has("RXX", "knee.episode")
    assert prices.frame["fallback"].tolist() == ["", ""]


def test_the_stand_in_is_asked_for_without_being_wanted():
    prices = resolved(KNEE[:2], costs(row("ward.bed_day")), NCC)
    assert pounds(prices, "knee.episode") == 8692.13


def test_the_parts_never_come_from_two_sets():
    prices = resolved(KNEE, costs(row("ward.bed_day")), costs(row("theatre.knee"), name="table"), NCC)
    assert prices.replaced == {("RXX", "knee_episode")}


def test_the_parts_come_from_the_first_set_that_has_them_all():
    whole = costs(row("theatre.knee", value_gbp=6000.0), row("ward.bed_day", value_gbp=500.0), name="table")
    prices = resolved(KNEE, costs(row("ward.bed_day")), whole, NCC)
    assert (pounds(prices, "theatre.knee"), pounds(prices, "ward.bed_day")) == (6000.0, 500.0)
    parts = prices.frame[prices.frame["unit_cost"] != "knee.episode"]
    assert set(parts["fallback"]) == {"plics: not the whole bundle"}


def test_the_parts_never_come_from_two_organisations():
    lent = costs(row("ward.bed_day"), row("theatre.knee", "RYY"), borrow={"RXX": "RYY"})
    assert resolved(KNEE, lent, NCC).replaced == {("RXX", "knee_episode")}


def test_a_part_of_too_few_records_replaces_the_bundle():
    prices = resolved(KNEE, costs(row("ward.bed_day"), row("theatre.knee", n=12, accepted=False)), NCC)
    assert pounds(prices, "knee.episode") == 8692.13
    assert "too few records (n = 12)" in prices.frame["fallback"].iloc[0]


def test_a_bundle_without_parts_and_without_stand_in_is_a_fault_that_says_both():
    text = fault(KNEE, costs(row("ward.bed_day")))
    assert "no set prices knee.episode" in text
    assert "theatre.knee: no such key" in text


def test_a_stand_in_that_nothing_needs_is_no_fault_though_its_year_cannot_be_reached():
    older = costs(row("knee.episode", price_year="2022-23"), name="older")
    prices = resolved(KNEE, costs(row("ward.bed_day"), row("theatre.knee")), older)
    assert not prices.has("RXX", "knee.episode")
    with pytest.raises(PriceFaults, match=r"no set prices knee.episode"):
        prices.block("RXX", "knee.episode")


def test_one_organisation_by_parts_the_other_by_the_stand_in():
    prices = resolved(KNEE, costs(row("ward.bed_day"), row("theatre.knee")), NCC, organisations=("RXX", "RYY"))
    assert prices.replaced == {("RYY", "knee_episode")}


# --- single keys -------------------------------------------------------------------------------------------------------
def test_the_first_set_that_answers_is_used_whole():
    plics = costs(
        row("op.first", component="medical", value_gbp=150.0), row("op.first", component="nursing", value_gbp=50.0)
    )
    prices = resolved(["op.first"], plics, costs(row("op.first", component="drugs", value_gbp=9.0), name="table"))
    assert prices.block("RXX", "op.first").components == ("medical", "nursing")
    assert pounds(prices, "op.first") == 200.0


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"unit": "episode"}, "priced per episode, not per attendance"),
        ({"covers": "part"}, "covers a part of it, not the whole record"),
        ({"n": 4, "accepted": False}, "too few records (n = 4)"),
    ],
)
def test_another_unit_or_scope_or_too_few_records_is_no_answer(columns, says):
    table = costs(row("op.first", value_gbp=230.0), name="table")
    prices = resolved(["op.first"], costs(row("op.first", **columns)), table)
    assert pounds(prices, "op.first") == 230.0
    assert prices.frame["fallback"].tolist() == [f"plics: {says}"]


def test_a_small_price_is_listed_with_n_and_what_replaced_it():
    prices = resolved(
        ["op.first"], costs(row("op.first", n=4, accepted=False)), costs(row("op.first", value_gbp=230.0), name="table")
    )
    (note,) = prices.notes
    assert note.rule == "price_of_few_records"
    assert "n = 4" in note.what
    assert "£230.00 from table" in note.what


def test_misses_say_what_each_set_holds_and_arrive_together():
    plics = costs(row("op.first", unit="episode"), row("ward.bed_day", "RYY"))
    text = fault(["op.first", "knee.episode"], plics, NCC)
    assert "op.first (per attendance, whole) for RXX" in text
    assert "plics: priced per episode, not per attendance" in text
    assert "ncc_2024_25: the pathway names no national line for it" in text


def test_another_organisations_price_is_used_only_by_name():
    plics = costs(row("op.first", "RYY"))
    text = fault(["op.first"], plics)
    assert "only a price of RYY" in text
    assert "borrow: {RXX: RYY}" in text
    prices = resolved(["op.first"], replace(plics, borrow={"RXX": "RYY"}))
    assert pounds(prices, "op.first") == 200.0
    assert prices.frame[["organisation", "fallback"]].to_numpy().tolist() == [["RXX", "borrowed from RYY"]]
    assert [note.rule for note in prices.notes] == ["price_borrowed"]


def test_a_sets_own_loan_is_of_that_set_only():
    lending = costs(row("op.first", "RYY"), borrow={"RXX": "RYY"})
    other = costs(row("op.first", "RYY", value_gbp=1.0), name="other")
    assert pounds(resolved(["op.first"], other, lending), "op.first") == 200.0


def test_a_price_of_any_organisation_comes_after_its_own():
    table = costs(row("op.first", "*", value_gbp=1.0), row("op.first", value_gbp=2.0))
    prices = resolved(["op.first"], table, organisations=("RXX", "RYY"))
    assert (pounds(prices, "op.first"), pounds(prices, "op.first", "RYY")) == (2.0, 1.0)
    assert prices.frame["organisation"].tolist() == ["RXX", "RYY"]


def test_nearest_key():
    assert "nearest: 'op.frist'" in fault(
        ["op.first"], costs(row("op.frist", unit="attendance", covers="whole", value_gbp=1.0))
    )


def test_a_key_that_is_not_declared():
    assert "the unit cost op.frist is not declared; nearest: 'op.first'" in fault(["op.frist"], NCC)


# --- national lines ------------------------------------------------------------------------------------------------------
def national(declared):
    return {"declared": {"key": declared}}


def test_a_lone_part_takes_a_share_of_a_national_line():
    part = Declared("episode", "part", department="Elective Inpatients", codes=("HN22*",), times=0.35, grade="expert")
    prices = resolved(["key"], NCC, **national(part))
    assert pounds(prices, "key") == pytest.approx(8692.13 * 0.35)
    (line,) = prices.frame.to_dict("records")
    assert line["grade"] == "expert"
    assert "× 0.35 of the whole record" in line["source"]
    assert (line["basis"], line["mff"], line["licence"]) == ("national", "national", "Open Government Licence v3.0")


def test_a_part_without_a_share_has_no_national_price():
    part = Declared("episode", "part", department="Elective Inpatients", codes=("HN22*",))
    assert "a part needs `times:`" in fault(["key"], NCC, **national(part))


def test_a_national_price_of_another_unit():
    assert "priced per episode, not per spell" in fault(
        ["key"], NCC, **national(Declared("spell", "whole", department="Elective Inpatients", codes=("HN22*",)))
    )


def test_units_convert_only_where_declared():
    spell = Declared("spell", "whole", department="Elective Inpatients", codes=("HN22*",), per_use=("episode", 1.2))
    prices = resolved(["key"], NCC, **national(spell))
    assert pounds(prices, "key") == pytest.approx(8692.13 * 1.2)
    assert prices.frame["unit"].tolist() == ["spell"]
    assert "1.2 episode a spell" in prices.frame["source"].iloc[0]


def test_a_line_that_is_not_there_names_the_nearest():
    text = fault(
        ["key"], NCC, **national(Declared("episode", "whole", department="Elective Inpatients", codes=("HN22Z",)))
    )
    assert "no line HN22Z of Elective Inpatients" in text
    assert "nearest: 'HN22" in text


# --- price years and price levels ------------------------------------------------------------------------------------------
def test_prices_are_brought_to_the_studys_year_with_their_standard_error():
    old = costs(row("op.first", price_year="2021/22", value_gbp=1000.0, se_total=10.0))
    (line,) = resolved(["op.first"], old, price_year="2023-24").frame.to_dict("records")
    assert round(line["value_gbp"], 2) == 1119.45
    assert line["se_total"] == pytest.approx(11.1945, abs=1e-4)
    assert (line["price_year"], line["source_price_year"], line["uplift_index"]) == ("2023-24", "2021-22", "nhscii")
    assert line["uplift_factor"] == pytest.approx(1.0732 * 1.0431)


def test_a_year_the_index_lacks_is_one_fault_however_many_prices_need_it():
    old = costs(row("op.first", price_year="2023-24"), row("knee.episode", price_year="2023-24"))
    with pytest.raises(PriceFaults) as raised:
        resolved(["op.first", "knee.episode"], old)
    (problem,) = raised.value.problems
    assert problem.rule == "index_lacks_year"
    assert "2024-25" in problem.what


def test_growth_that_is_assumed_is_a_note():
    old = costs(row("op.first", price_year="2023-24", value_gbp=1000.0))
    prices = resolved(["op.first"], old, index=PriceIndex.shipped().with_rates({"nhscii": {"2024-25": 0.03}}))
    assert pounds(prices, "op.first") == pytest.approx(1030.0)
    assert [note.rule for note in prices.notes] == ["index_rate_assumed"]


def test_a_council_is_uplifted_by_its_own_index():
    old = costs(row("op.first", price_year="2022-23", value_gbp=1000.0))
    prices = resolved(["op.first"], old, price_year="2023-24", kinds={"RXX": "council"})
    assert pounds(prices, "op.first") == pytest.approx(1074.0)


def test_a_kind_without_an_index_is_a_fault_unless_the_price_names_one():
    old = row("op.first", price_year="2022-23", value_gbp=1000.0)
    text = fault(["op.first"], costs(old), price_year="2023-24", kinds={"RXX": "police"})
    assert "no price index is named for its kind (police)" in text
    assert "price_index: {kinds: {police:" in text
    named = costs(old | {"price_index": "pss"})
    assert pounds(
        resolved(["op.first"], named, price_year="2023-24", kinds={"RXX": "police"}), "op.first"
    ) == pytest.approx(1074.0)


def test_the_market_forces_factor_is_applied_by_name_to_national_prices_only():
    both = [costs(row("op.first")), NCC]
    prices = resolved(["op.first", "knee.episode"], *both, organisations=("RXX",), mff={"RXX": 1.1})
    assert pounds(prices, "op.first") == 200.0
    assert pounds(prices, "knee.episode") == pytest.approx(8692.13 * 1.1)
    assert prices.frame["mff"].tolist() == ["in", "in"]
    assert prices.frame["mff_factor"].tolist() == [1.0, 1.1]
    unnamed = resolved(["knee.episode"], NCC, mff={"RYY": 1.1})
    assert unnamed.frame["mff"].tolist() == ["national"]


# --- levels (R5) -----------------------------------------------------------------------------------------------------------
def levelled(**high):
    return costs(
        row("op.first", value_gbp=200.0, n=500, se_total=2.0),
        row("op.first", level="complexity=low", value_gbp=150.0, n=400),
        row("op.first", level="complexity=high", value_gbp=390.0, n=100, **high),
    )


def test_levels_have_prices_of_their_own():
    prices = resolved(["op.first"], levelled())
    block = prices.block("RXX", "op.first")
    assert block.by == ("complexity",)
    assert pounds(prices, "op.first", levels=("high",)) == 390.0
    assert block.read_at(("high",)) == ("high",)
    assert block.read_at(("none such",)) == ()
    assert block.level_text(("high",)) == "complexity=high"
    assert block.level_text(("none such",)) == ""


def test_a_small_level_takes_the_parents_price():
    prices = resolved(["op.first"], levelled(accepted=False))
    block = prices.block("RXX", "op.first")
    assert block.read_at(("high",)) == ()
    assert block.gbp[()].sum() == 200.0
    assert pounds(prices, "op.first", levels=("low",)) == 150.0


# --- standard errors (R27) ---------------------------------------------------------------------------------------------------
def test_the_standard_error_is_of_the_total_and_repeats_on_each_component():
    split = [
        row("op.first", component="medical", value_gbp=150.0, se_total=8.0, n=40, price_year="2022-23"),
        row("op.first", component="nursing", value_gbp=50.0, se_total=8.0, n=40, price_year="2022-23"),
    ]
    frame = resolved(["op.first"], costs(*split), price_year="2023-24").frame
    assert frame["se_total"].tolist() == [pytest.approx(8.0 * 1.0431)] * 2
    assert frame["n"].tolist() == [40, 40]


@settings(deadline=None, max_examples=25)
@given(st.permutations(range(8)))
def test_the_order_of_a_sets_rows_is_nothing(order):
    rows = [row(key, who) for who in ("RXX", "RYY") for key in PLICS]
    shuffled = resolved((*KNEE, "op.first"), costs(*(rows[place] for place in order)), organisations=("RXX", "RYY"))
    for who in ("RXX", "RYY"):
        for key in ("theatre.knee", "ward.bed_day", "op.first"):
            assert pounds(shuffled, key, who) == PLICS[key]["value_gbp"]


def test_nothing_wanted_is_no_price():
    prices = resolved([], NCC)
    assert prices.frame.empty
    assert not prices.has("RXX", "knee.episode")


def test_sets_given_are_not_changed():
    plics = costs(row("op.first", price_year="2022-23"))
    before = plics.frame.copy()
    resolved(["op.first"], plics, price_year="2023-24")
    pd.testing.assert_frame_equal(plics.frame, before)
