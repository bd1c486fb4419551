"""One cause is one fault that says how many places it concerns; and the remedy is the one that works."""

from __future__ import annotations

import pytest

from pathway_cost.errors import SHOWN_OF_A_RULE, PathwayCostError, Problem
from tests.cli.refusals import refused
from tests.cli.toy_study import edit, run_cli, write_study

PHYSIO = "physio.contact,RYY,80,contact,whole,2024-25"
SHORTEN = "{scale_stay: surgery, by: 0.75}"


def message_of(folder, *edits):
    study = write_study(folder, extracts=False)
    for name, old, new in edits:
        edit(folder, name, old, new)
    return refused(run_cli("run", study, "--out", folder / "out"))


def test_a_year_that_no_price_could_be_of(tmp_path):
    message = message_of(tmp_path, ("prices.csv", PHYSIO, PHYSIO.replace("2024-25", "9999-00")))
    assert message.startswith("table: 1 fault\n")
    assert "prices.csv row 4 (price_year): '9999-00' is no year that a price could be of" in message


def test_many_years_without_growth_are_one_fault(tmp_path):
    message = message_of(tmp_path, ("prices.csv", PHYSIO, PHYSIO.replace("2024-25", "1950-51")))
    assert message.startswith("unit costs: 1 fault\n")
    assert "no growth into 1951-52 and 64 more years up to 2024-25" in message
    assert "wanted for physio.contact of RYY" in message


def many_trusts(folder, *edits):
    """The toy study in twelve towns, each with a trust of its own."""
    study = write_study(folder, extracts=False)
    towns = {f"town{at}": f"R{at:02}" for at in range(12)}
    roles = "\n".join(
        f'  {town}: {{primary_care: "RZP", acute: "{code}", community: "RYY"}}' for town, code in towns.items()
    )
    edit(folder, "study.yaml", '  all: {primary_care: "RZP", acute: "RXX", community: "RYY"}', roles)
    people = "".join(f"P{at},no,{town},1\n" for at, town in enumerate(towns))
    (folder / "cohort.csv").write_text("patient_id,frail,place,weight\n" + people, encoding="utf-8")
    for name, old, new in edits:
        edit(folder, name, old, new)
    return refused(run_cli("run", study, "--out", folder / "out"))


def test_one_key_without_a_price_at_many_organisations(tmp_path):
    message = many_trusts(tmp_path)
    assert message.startswith("unit costs: 2 faults\n")
    assert "no set prices theatre.knee (per episode, part) for R00, R01, R02, R03 and 8 more" in message
    assert "`borrow: {R00: RXX}`" in message


def test_one_kind_without_an_index_at_many_organisations(tmp_path):
    prices = (("prices.csv", f"{key},RXX,{gbp},{unit},part,2024-25", f"{key},*,{gbp},{unit},part,2023-24")
              for key, gbp, unit in (("theatre.knee", 5000, "episode"), ("ward.bed_day", 450, "bed_day")))  # fmt: skip
    message = many_trusts(tmp_path, ("pathway.yaml", "acute: {kind: acute}", "acute: {kind: police}"), *prices)
    assert message.startswith("unit costs: 1 fault\n")
    assert "a price is of 2023-24, and no price index is named for its kind (police)" in message
    assert "wanted for theatre.knee of R00 (prices.csv)" in message
    assert "and 20 more" in message


def test_a_price_set_in_a_year_that_is_none(tmp_path):
    change = '{set_price: physio.contact, to: {gbp: 50, price_year: "%s"}}'
    for year, words in (("abc", "'abc' is not a financial year"), ("9999-00", "'9999-00' is no year of the NHS")):
        folder = tmp_path / year
        folder.mkdir()
        message = message_of(folder, ("shorter_stay.yaml", SHORTEN, change % year))
        assert "(changes.0.to.price_year)" in message
        assert words in message


def test_limits_beyond_numbers(tmp_path):
    message = message_of(tmp_path, ("pathway.yaml", "los: {value: 4,", "los: {value: 4, low: 1, high: 1.0e+308,"))
    assert "(parameters.los.low): 'los': limits from 1 to 1e+308 cannot be" in message


@pytest.mark.parametrize("verb", ["set_parameter: after.op, to: 0.5", "scale_parameter: after.op, by: 0.5"])
def test_one_share_of_a_row_of_counts(tmp_path, verb):
    message = message_of(tmp_path, ("shorter_stay.yaml", SHORTEN, f"{{{verb}}}"))
    assert "'op' is one destination of the row of counts 'after', and moves with the others" in message
    assert "set the whole row: `set_parameter: after, to: {counts: {op: …, …}}`" in message
    assert "after_op" not in message


def test_of_many_faults_of_a_kind_the_first_are_printed():
    some, many = Problem("few", "one of a few"), [Problem("many", f"fault {at}") for at in range(7000)]
    report = str(PathwayCostError([*many, some]))
    assert report.startswith("input: 7,001 faults\n  - fault 0\n")
    assert report.count("  - fault ") == SHOWN_OF_A_RULE
    assert f"{7000 - SHOWN_OF_A_RULE:,} more of this kind (many)" in report
    assert report.endswith("  - one of a few")
