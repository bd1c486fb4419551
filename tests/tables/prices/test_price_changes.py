"""A scenario's price changes reach what they name, or are faults (R9)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pathway_cost.errors import PriceFaults
from pathway_cost.tables.prices.price_index import PriceIndex
from pathway_cost.tables.prices.prices import PRICE_COLUMNS, Prices


@dataclass(frozen=True)
class Change:
    unit_cost: str | None = None
    component: str | None = None
    organisation: str | None = None
    by: float | None = None
    split: tuple[tuple[str, float], ...] | None = None
    set_gbp: float | None = None
    set_component: str | None = None
    price_year: str | None = None
    source: str | None = None
    grade: str | None = None
    scenario: str = "cheaper"
    position: int = 1


ROWS = [
    ("RXX", "theatre.knee", "", "theatre", 3000.0, 50.0),
    ("RXX", "theatre.knee", "", "implants", 2000.0, 50.0),
    ("RXX", "op.first", "", "unsplit", 200.0, np.nan),
    ("RYY", "theatre.knee", "", "theatre", 3300.0, 60.0),
    ("RYY", "theatre.knee", "", "implants", 2200.0, 60.0),
    ("RYY", "social.care", "", "unsplit", 0.0, np.nan),
]


def prices(rows=ROWS, **more):
    frame = pd.DataFrame(rows, columns=["organisation", "unit_cost", "level", "component", "value_gbp", "se_total"])
    frame = frame.assign(unit="episode", covers="part", price_year="2024-25", source="PLICS", basis="plics")
    return Prices.from_frame(frame, price_year="2024-25", **more)


def pounds(given, key, organisation="RXX"):
    block = given.block(organisation, key)
    return dict(zip(block.components, block.gbp[()].tolist(), strict=True))


def fault(*changes):
    with pytest.raises(PriceFaults) as raised:
        prices().changed(changes)
    return raised.value.problems


def test_scaling_a_component_reaches_every_price_that_has_it():
    after = prices().changed([Change(component="implants", by=0.97)])
    assert pounds(after, "theatre.knee") == {"theatre": 3000.0, "implants": 1940.0}
    assert pounds(after, "theatre.knee", "RYY")["implants"] == pytest.approx(2134.0)
    assert pounds(after, "op.first") == {"unsplit": 200.0}


def test_a_change_that_reaches_part_says_which_part():
    after = prices().changed([Change(component="implants", by=0.97)])
    (note,) = after.notes
    assert note.rule == "change_reaches_part"
    assert "reaches implants of theatre.knee at RXX (set plics), theatre.knee at RYY" in note.what
    assert "nothing of op.first at RXX" in note.what


def test_changed_rows_are_marked_and_the_others_are_not():
    frame = prices().changed([Change(component="implants", by=0.97, source="tender", grade="local")]).frame
    changed = frame["component"] == "implants"
    assert set(frame.loc[changed, "basis"]) == {"changed by the scenario"}
    assert set(frame.loc[~changed, "basis"]) == {"plics"}
    assert frame.loc[changed, "source"].iloc[0] == "PLICS; × 0.97 by cheaper (tender)"
    assert set(frame.loc[changed, "grade"]) == {"local"}


def test_the_standard_error_moves_with_the_total():
    # RXX theatre.knee: 5,000 → 4,940, so £50.00 → £49.40 on both components
    frame = prices().changed([Change(component="implants", by=0.97)]).frame
    rows = frame[(frame["organisation"] == "RXX") & (frame["unit_cost"] == "theatre.knee")]
    assert rows["se_total"].tolist() == pytest.approx([49.4, 49.4])


def test_a_component_that_no_price_has_names_key_organisation_and_set_and_asks_for_a_split():
    (problem,) = fault(Change(unit_cost="op.first", component="implants", by=0.97))
    assert problem.rule == "component_not_in_price"
    assert "op.first at RXX (set plics): unsplit" in problem.what
    assert "split" in problem.remedy
    assert problem.where.item == "cheaper.changes.0"


def test_a_component_with_another_spelling_names_the_nearest():
    (problem,) = fault(Change(unit_cost="theatre.knee", component="implant", by=0.97))
    assert problem.nearest == "implants"


def test_a_stated_split_divides_the_unsplit_price_first():
    # a fifth of £200.00 is drugs: 200 − 0.2 × 200 × 0.1 = £196.00
    after = prices().changed(
        [Change(unit_cost="op.first", component="drugs", by=0.9, split=(("drugs", 0.2), ("medical", 0.8)))]
    )
    assert pounds(after, "op.first") == {"drugs": pytest.approx(36.0), "medical": pytest.approx(160.0)}


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (Change(unit_cost="op.first", component="a", by=1.1, split=(("a", 0.2), ("b", 0.7))), "split_is_not_whole"),
        (Change(unit_cost="op.first", component="a", by=1.1, split=(("a", 1.2), ("b", -0.2))), "split_is_not_whole"),
        (Change(unit_cost="theatre.knee", component="a", by=1.1, split=(("a", 1.0),)), "nothing_to_split"),
        (Change(component="a", by=1.1, split=(("a", 1.0),)), "split_of_several_keys"),
        (Change(unit_cost="op.first", component="c", by=1.1, split=(("a", 1.0),)), "component_not_in_price"),
        (Change(unit_cost="social.care", by=1.1), "change_reaches_no_pounds"),
        (Change(unit_cost="op.frist", by=1.1), "change_matches_no_price"),
        (Change(organisation="RZZ", by=1.1), "change_matches_no_price"),
        (Change(unit_cost="op.first", organisation="RYY", by=1.1), "change_matches_no_price"),
        (Change(component="implants", set_gbp=10.0), "set_price_names_no_key"),
        (Change(unit_cost="op.first", component="drugs", set_gbp=10.0), "component_not_in_price"),
        (Change(unit_cost="op.first", set_gbp=10.0, price_year="2023-24"), "index_not_named"),
    ],
)
def test_changes_that_cannot_be_made(change, rule):
    assert [problem.rule for problem in fault(change)] == [rule]


def test_all_faults_arrive_together():
    assert len(fault(Change(unit_cost="a", by=1.1), Change(unit_cost="b", by=1.1))) == 2


def test_an_organisation_alone_is_a_scope():
    after = prices().changed([Change(organisation="RYY", by=2.0)])
    assert pounds(after, "theatre.knee", "RYY") == {"theatre": 6600.0, "implants": 4400.0}
    assert pounds(after, "theatre.knee") == pounds(prices(), "theatre.knee")


def test_a_price_set_replaces_the_whole_price():
    after = prices().changed([Change(unit_cost="theatre.knee", organisation="RXX", set_gbp=4500.0, source="quote")])
    assert pounds(after, "theatre.knee") == {"unsplit": 4500.0}
    row = after.frame[after.frame["unit_cost"] == "theatre.knee"].iloc[0]
    assert (row["source"], row["set"], row["basis"]) == ("quote", "cheaper", "changed by the scenario")
    assert np.isnan(row["se_total"])
    assert pounds(after, "theatre.knee", "RYY") == {"theatre": 3300.0, "implants": 2200.0}


def test_a_price_set_for_one_component_leaves_the_others():
    after = prices().changed([Change(unit_cost="theatre.knee", component="implants", set_gbp=1500.0)])
    assert pounds(after, "theatre.knee") == {"theatre": 3000.0, "implants": 1500.0}


def test_a_price_set_for_all_levels():
    rows = [("RXX", "a", level, component, 1.0, np.nan) for level in ("", "frail=yes") for component in ("x", "y")]
    block = prices(rows).changed([Change(unit_cost="a", set_gbp=9.0, set_component="x")]).block("RXX", "a")
    assert (block.components, dict(block.gbp)) == (("x",), {(): np.array([9.0])})
    assert block.read_at(("yes",)) == ()


def test_a_price_set_in_another_year_is_brought_to_the_studys():
    given = prices()
    dated = Prices(
        given.frame,
        "2024-25",
        index=PriceIndex.shipped().with_rates({"nhscii": {"2024-25": 0.02}}),
        kinds={"RXX": "acute"},
    )
    after = dated.changed([Change(unit_cost="op.first", set_gbp=100.0, price_year="2022/23")])
    assert pounds(after, "op.first")["unsplit"] == pytest.approx(100 * 1.0431 * 1.02)
    row = after.frame[after.frame["unit_cost"] == "op.first"].iloc[0]
    assert (row["source_price_year"], row["uplift_index"]) == ("2022-23", "nhscii")


def test_changes_apply_in_order():
    after = prices().changed([Change(unit_cost="op.first", set_gbp=100.0), Change(unit_cost="op.first", by=1.5)])
    assert pounds(after, "op.first") == {"unsplit": 150.0}


def test_no_changes_change_nothing():
    given = prices()
    assert given.changed([]) is given


@settings(deadline=None, max_examples=40)
@given(st.floats(0.01, 10), st.floats(0.01, 10))
def test_scaling_twice_is_scaling_by_the_product(first, second):
    twice = prices().changed([Change(component="implants", by=first), Change(component="implants", by=second)])
    once = prices().changed([Change(component="implants", by=first * second)])
    np.testing.assert_allclose(twice.frame["value_gbp"], once.frame["value_gbp"], rtol=1e-12)


@settings(deadline=None, max_examples=40)
@given(st.lists(st.floats(0.01, 1), min_size=1, max_size=5))
def test_a_split_keeps_the_pounds(weights):
    split = tuple((f"c{number}", weight / sum(weights)) for number, weight in enumerate(weights))
    after = prices().changed([Change(unit_cost="op.first", component="c0", by=1.0, split=split)])
    assert sum(pounds(after, "op.first").values()) == pytest.approx(200.0, rel=1e-12)
    before = prices().frame
    assert len(before) == len(ROWS)


def test_totals_are_one_row_a_price():
    totals = prices().totals()
    assert totals["value_gbp"].tolist() == [5000.0, 200.0, 5500.0, 0.0]
    assert "component" not in totals.columns


def test_a_key_without_a_price_is_a_fault_with_the_nearest():
    with pytest.raises(PriceFaults, match=r"nearest: 'op\.first'"):
        prices().block("RXX", "op.frist")


def test_the_columns_are_those_promised():
    assert tuple(prices().frame.columns) == PRICE_COLUMNS
