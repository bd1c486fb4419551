"""What findings say of few records where they are handed on: no count, no pounds, no place of one of them."""

from __future__ import annotations

import pytest

from pathway_cost.plics.reading.read_extracts import read_plics
from tests.plics.extract_files import apc, extract_xml, write

FREE = (("WRD001", 1, (("CPF001", "0"),)),)
TWICE = (("THR001", 1, (("CPF002", "617"),)), ("THR001", 1, (("CPF002", "617"),)))


def finding(folder, records, rule):
    """The one finding of a rule: as it is, and as it is handed on."""
    # every made-up patient once, so that no record is in twice
    own = [record | {"CDSID": f"CDS{number}", "PLEMI": f"PLEMI{number}"} for number, record in enumerate(records)]
    path = write(folder, "APC_FY2020-21_M12_RXX_01.xml", extract_xml(own))
    [found] = [problem for problem in read_plics(path).findings if problem.rule == rule]
    return found, found.to_share()


@pytest.mark.parametrize(
    ("free", "paid", "shared"),
    [
        (2, 10, "fewer than 8 records cost nothing"),
        (9, 2, "all but fewer than 8 records cost nothing"),
        (9, 0, "all records cost nothing"),
        (9, 10, "9 of 19 records (47.4%, together £0.00) cost nothing"),
    ],
)
def test_a_finding_of_few_records_or_of_all_but_few(tmp_path, free, paid, shared):
    exact, handed_on = finding(tmp_path, [apc(lines=FREE)] * free + [apc()] * paid, "zero_cost")
    assert exact.what == f"{free} of {free + paid} records ({free / (free + paid):.1%}, together £0.00) cost nothing"
    assert handed_on.what == shared


def test_a_line_pasted_in_twice(tmp_path):
    exact, handed_on = finding(tmp_path, [apc(lines=TWICE), *[apc()] * 9], "repeated_line")
    assert exact.what.startswith("1 cost line (£617.00 of £57,488.50")
    assert handed_on.what.startswith("fewer than 8 cost lines are the same as another of the same record")
    assert "617" not in str(handed_on)


def test_a_code_written_two_ways_is_named_without_its_few_records(tmp_path):
    exact, handed_on = finding(tmp_path, [apc(Tfc="110"), *[apc(Tfc="0110")] * 9], "code_written_two_ways")
    assert "'110' (1 record, £6,250.50)" in exact.what
    assert "'110' (fewer than 8 records)" in handed_on.what
    assert "'0110' (9 records, £56,254.50)" in handed_on.what


def test_a_record_that_is_the_sum_of_the_others_is_not_placed(tmp_path):
    lines = (("THR001", 1, (("CPF002", "56254.50000009"),)),)
    exact, handed_on = finding(tmp_path, [*[apc()] * 9, apc(lines=lines)], "total_row")
    assert exact.where.row == 10
    assert exact.what == "record 10 is the sum of all the others (£56,254.50): a total row counts everything twice"
    assert handed_on.where.row is None
    assert handed_on.what == "a record is the sum of all the others: a total row counts everything twice"
