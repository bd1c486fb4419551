"""The page's claim table where rows of it are hidden: which sums it tells, and which are stars."""

from __future__ import annotations

import re

import pytest

from pathway_cost.reports.page.coverage_section import coverage_section
from pathway_cost.reports.words import MEANING, Chance
from pathway_cost.results.frames import RunResult, StudyFacts, assemble, run_record
from tests.plics.price_extracts import Ledger, at, price
from tests.results.results_toy import Care, baseline

THEATRE = {"theatre": {"feed": "APC", "per": "episode", "activities": ["THR*"]}}


def page_of(ledger):
    """The section as rows of text, and its last paragraph."""
    made = price(ledger, THEATRE, keys=["theatre"], sites=at("surgery", "theatre"))
    care = Care({"ward": 1.0}, {("ward", "day"): ("day", "RXX", 1)}, {("RXX", "day"): {"unsplit": 450.0}})
    costed = {"baseline": baseline(care)}
    tables = assemble(costed, claims=made.claims, backcast=made.backcast)
    record = run_record(costed, StudyFacts("knees", "study.yaml", {}))
    result = RunResult("knees", "Knees", costed, tables, record)
    html = str(coverage_section(result, Chance.of(result).names))
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in rows]
    return [[re.sub(r"<[^>]*>", "", cell) for cell in row] for row in cells], html


@pytest.fixture
def ledger():
    """64 knees; 40, 3, 9 and 12 of them with imaging that no price carries."""
    made = Ledger()
    for number, code, gbp in ((40, "IMG001", 100), (3, "IMG002", 150), (9, "IMG003", 120), (12, "IMG004", 160)):
        for _ in range(number):
            made.record("APC", {"THR001": 1000, code: gbp})
    return made


def test_a_class_that_is_protected_within_itself_keeps_its_sum(ledger):
    rows, html = page_of(ledger)
    assert ["RXX", "2024-25", "Priced once", "APC", "64", "64", "£64,000.00", "89.6%"] in rows
    assert [
        "RXX", "2024-25", "These patients&#x27; pounds that no price carries", "APC", "*", "*", "£7,450.00", "10.4%",
    ] in rows  # fmt: skip
    assert f"{MEANING}." in html


def test_hidden_activities_are_stars_behind_those_that_are_told(ledger):
    rows, _ = page_of(ledger)
    listed = [row[2:] for row in rows if len(row) == 5 and row[0] == "RXX"]
    assert listed == [
        ["IMG001", "40", "£4,000.00"],
        ["(hidden together)", "*", "£3,450.00"],
        ["IMG002", "*", "*"],
        ["IMG003", "*", "*"],
        ["IMG004", "*", "*"],
    ]


def test_a_class_of_few_has_no_sum_and_what_is_hidden_stands_in_a_line_of_its_own(ledger):
    """The two unfinished need others of another class: the sums of both classes are stars."""
    for _ in range(2):
        ledger.record("APC", {"THR001": 150}, EpType="1")
    rows, _ = page_of(ledger)
    told = {row[2]: row[4:] for row in rows if len(row) == 8}
    assert told["Work in progress"] == ["*"] * 4
    assert told["These patients&#x27; pounds that no price carries"] == ["*"] * 4
    assert told["Hidden, of several classes"] == ["*", "*", "£3,750.00", "5.2%"]
    assert told["Priced once"][2] == "£64,000.00"
    assert told["Total"][2] == "£71,750.00"


def test_where_nothing_is_hidden_no_star_is_explained():
    made = Ledger()
    for _ in range(40):
        made.record("APC", {"THR001": 1000})
    rows, html = page_of(made)
    assert MEANING not in html
    assert "*" not in {cell for row in rows for cell in row}
