"""Every line priced once: the claim table, what it refuses and what it shows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pathway_cost.errors import PlicsFaults, Severity
from tests.plics.price_extracts import Ledger, at, pounds, price, rules_of, told, value


def episodes(**columns) -> Ledger:
    ledger = Ledger()
    ledger.record("APC", {"THR001": 5000, "WRD001": 1000, "PAT001": 100}, Alos=2, Tfc="110", HrgFce="HN22A", **columns)
    ledger.record("APC", {"THR001": 3000, "WRD001": 500, "PAT001": 60}, Alos=1, Tfc="110", HrgFce="HN22B", **columns)
    return ledger


WHOLE = {"feed": "APC", "per": "episode"}
WARD = {"feed": "APC", "activities": ["WRD*"], "per": "bed_day"}
THEATRE = {"feed": "APC", "activities": ["THR*"], "per": "episode"}
REST = {"feed": "APC", "activities": "rest", "per": "episode"}


def faults(ledger, rules, **given):
    with pytest.raises(PlicsFaults) as fault:
        price(ledger, rules, **given)
    return fault.value.problems


def test_two_rules_that_claim_one_line_at_a_setting_are_refused():
    problems = faults(episodes(), {"whole": WHOLE, "ward": WARD}, sites=at("surgery", "whole", "ward"))
    assert [(problem.rule, problem.what) for problem in problems] == [
        (
            "lines_claimed_twice",
            "'whole' and 'ward' both price the same lines at setting 'surgery': RXX, 2 records, 2 lines, £1,500.00",
        )
    ]


def test_an_allowed_overlap_is_told_with_its_reason():
    ward = WARD | {"overlap": "allowed", "reason": "excess days are priced on purpose"}
    prices = price(episodes(), {"whole": WHOLE, "ward": ward}, sites=at("surgery", "whole", "ward"))
    assert told(prices, "pounds_in_two_prices") == [
        "RXX 2024-25: £1,500.00 stand in the prices of whole + ward (allowed: excess days are priced on purpose)"
    ]
    assert prices.backcast[
        ["priced_once", "overlap", "price_times_denominator", "price_difference"]
    ].values.tolist() == [[Decimal(9660), Decimal(1500), Decimal(11160), Decimal(0)]]


def test_two_settings_may_price_one_line():
    sites = [*at("surgery", "whole"), *at("readmission", "ward")]
    prices = price(episodes(), {"whole": WHOLE, "ward": WARD}, sites=sites)
    assert pounds(prices, "priced more than once") == Decimal(1500)
    assert pounds(prices, "priced once") == Decimal(8160)
    assert prices.backcast["overlap"].tolist() == [Decimal(1500)]


def test_rules_of_roles_that_an_organisation_does_not_play_do_not_clash():
    sites = [*at("surgery", "whole"), *at("surgery", "ward", role="community")]
    roles = {"RXX": ("acute",)}
    prices = price(episodes(), {"whole": WHOLE, "ward": WARD}, sites=sites, roles_of=roles)
    assert pounds(prices, "priced once") == Decimal(9660)
    assert value(prices, "ward") == 500.00
    both = faults(episodes(), {"whole": WHOLE, "ward": WARD}, sites=sites, roles_of={"RXX": ("acute", "community")})
    assert [problem.rule for problem in both] == ["lines_claimed_twice"]


def test_an_organisation_without_a_role_plays_every_role():
    sites = [*at("surgery", "whole"), *at("surgery", "ward", role="community")]
    problems = faults(episodes(), {"whole": WHOLE, "ward": WARD}, sites=sites, roles_of={"RYY": ("acute",)})
    assert [problem.rule for problem in problems] == ["lines_claimed_twice"]


def test_a_key_at_no_site_is_priced_but_claims_nothing():
    rules = {"whole": WHOLE, "ward": WARD, "theatre": THEATRE, "other": REST}
    sites = at("surgery", "ward", "theatre", "other")
    prices = price(episodes(), rules, keys=["whole", "nothing.prices.this"], sites=sites)
    assert value(prices, "whole") == 4830.00
    assert pounds(prices, "priced once") == Decimal(9660)
    assert pounds(prices, "priced more than once") == 0


def test_only_rules_that_are_wanted_are_priced():
    prices = price(episodes(), {"whole": WHOLE, "ward": WARD}, keys=["ward"])
    assert prices.unit_costs.keys == ("ward",)
    problems = faults(episodes(), {"whole": WHOLE}, keys=["theatre"])
    assert [problem.rule for problem in problems] == ["no_rule_used"]


def test_rest_of_settings_with_different_rules_leaves_out_what_any_claims():
    rules = {"ward": WARD, "theatre": THEATRE, "other": REST}
    sites = [*at("surgery", "ward", "theatre", "other"), *at("day_surgery", "theatre", "other")]
    prices = price(episodes(), rules, sites=sites)
    assert value(prices, "other") == 80.00
    assert len(told(prices, "rest_of_unlike_settings")) == 1
    gap = [text for text in told(prices, "unpriced_pounds") if "'day_surgery'" in text]
    assert len(gap) == 1
    assert gap[0].endswith("at 'day_surgery': £1,500.00 of £9,660.00 (15.5%): WRD001 £1,500.00")


def test_without_sites_rest_stands_apart_from_whole_records():
    rules = {"whole": WHOLE, "ward": WARD, "other": REST}
    prices = price(episodes(), rules, covers={"whole": "whole"})
    assert value(prices, "other") == 4080.00
    assert prices.backcast["overlap"].tolist() == [Decimal(9660)]


def test_a_gap_within_the_bound_is_a_note():
    rules = {"ward": WARD, "theatre": THEATRE}
    for bound, severity in ((0.02, Severity.NOTE), (0.01, Severity.WARNING)):
        prices = price(episodes(), rules, sites=at("surgery", *rules), bound=bound)
        assert [note.severity for note in prices.notes if note.rule == "unpriced_pounds"] == [severity]


def test_a_stay_of_no_days_leaves_only_the_lines_of_the_ward():
    ledger = episodes()
    ledger.record("APC", {"THR001": 1000, "WRD001": 200, "PAT001": 7}, Alos=0)
    rules = {"ward": WARD, "theatre": THEATRE, "other": REST}
    prices = price(ledger, rules, sites=at("surgery", *rules))
    assert pounds(prices, "zero-day stays") == Decimal(200)
    assert value(prices, "theatre") == 3000.00
    assert value(prices, "ward") == 500.00
    assert value(prices, "other") == round(167 / 3, 9)


def test_a_record_that_every_rule_leaves_out_stays_whole():
    ledger = episodes()
    ledger.record("APC", {"THR001": 1000, "PAT001": 7}, EpType="2")
    prices = price(ledger, {"theatre": THEATRE}, sites=at("surgery", "theatre"))
    assert pounds(prices, "work in progress") == Decimal(1007)
    assert pounds(prices, "no price carries") == Decimal(1660)


def test_each_line_is_in_one_class():
    ledger = episodes()
    ledger.record("OP", {"OUT001": 90})
    ledger.record("SI", {"DEV001": 33})
    prices = price(ledger, {"theatre": THEATRE}, sites=at("surgery", "theatre"))
    table = prices.claims[["feed", "class", "rules", "activity", "records", "lines", "gbp"]].values.tolist()
    assert table == [
        ["APC", "priced once", "theatre", "THR001", 2, 2, Decimal(8000)],
        ["APC", "no price carries", "", "PAT001", 2, 2, Decimal(160)],
        ["APC", "no price carries", "", "WRD001", 2, 2, Decimal(1500)],
        ["OP", "outside the rules", "", "OUT001", 1, 1, Decimal(90)],
        ["SI", "orphan SI/SWC", "", "DEV001", 1, 1, Decimal(33)],
    ]


def test_codes_match_with_a_star_and_several_columns_at_once():
    ledger = episodes()
    ledger.record("APC", {"WRD001": 77}, Tfc="300", HrgFce="HN22A")
    ledger.record("APC", {"WRD001": 55}, Tfc="110")
    rule = WHOLE | {"where": {"Tfc": ["110", "100"], "HrgFce": ["HN22*", "HT1*"]}}
    prices = price(ledger, {"knee": rule})
    assert value(prices, "knee") == 4830.00
    assert told(prices, "code_matches_nothing") == [
        "no APC record has Tfc '100'",
        "no APC record has HrgFce 'HT1*' (there are 'HN22B', 'HN22A')",
    ]


def test_a_code_that_no_record_has_names_the_nearest_and_n():
    prices = price(episodes(), {"knee": WHOLE | {"where": {"HrgFce": "HN22X"}}, "whole": WHOLE})
    notes = {note.rule: note for note in prices.notes}
    assert notes["code_matches_nothing"].nearest in ("HN22A", "HN22B")
    assert notes["code_matches_nothing"].where.item == "rules.knee.where.HrgFce"
    assert notes["rule_finds_nothing"].what == "no record: n = 0; no record fits `where`"
    assert notes["rule_finds_nothing"].severity is Severity.WARNING


def test_a_feed_that_is_not_there_is_told():
    prices = price(episodes(), {"op": {"feed": "OP", "per": "attendance"}, "whole": WHOLE})
    assert told(prices, "rule_finds_nothing") == ["no record: n = 0; the extract has no OP"]


def test_a_column_that_does_not_exist_is_refused_with_the_nearest():
    problems = faults(
        episodes(), {"knee": WHOLE | {"where": {"HrgFec": "HN22A"}}, "other": WHOLE | {"where": {"plemi_key": "a"}}}
    )
    assert [(problem.rule, problem.nearest) for problem in problems] == [
        ("column_unknown", "HrgFce"),
        ("column_unknown", None),
    ]


def test_unmapped_pounds_are_kept_and_told_above_one_percent():
    ledger = episodes()
    ledger.record("APC", {"ZZZ001": 1000})
    prices = price(ledger, {"whole": WHOLE})
    frame = prices.unit_costs.frame.set_index("component")["value_gbp"]
    assert frame["unmapped"] == pytest.approx(1000 / 3)
    assert told(prices, "unmapped_pounds") == ["RXX: £1,000.00 (9.4%) of priced pounds have no component"]


def test_lines_of_no_event_and_repeated_events_are_refused():
    ledger = episodes()
    ledger.lines.append(ledger.lines[0] | {"event_id": 99})
    ledger.events.append(ledger.events[0])
    assert [problem.rule for problem in faults(ledger, {"whole": WHOLE})] == ["event_repeated", "lines_without_event"]


def test_no_message_holds_an_identifier():
    ledger = episodes(patient_key="9434765919", spell_key="9434765919", plemi_key="9434765919")
    prices = price(ledger, rules_of({"whole": WHOLE | {"where": {"Tfc": "999"}}, "ward": WARD}))
    assert not any("9434765919" in str(note) for note in prices.notes)
