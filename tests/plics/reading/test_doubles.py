"""The same pounds twice: records, cost lines and files that are in twice, by one rule for every form of an extract."""

from __future__ import annotations

import shutil
from decimal import Decimal

import pytest

from pathway_cost.errors import PlicsFaults, Severity
from tests.plics.extract_files import write
from tests.plics.three_forms import FORMS, KNEES, episode, knee_gbp, read, table, written

forms = pytest.mark.parametrize("form", FORMS)
WITHOUT = {"CDSID": None, "HSpellNo": None, "EpiNo": None}


def faults(*paths, **how):
    with pytest.raises(PlicsFaults) as raised:
        read(*paths, **how)
    return [(problem.rule, str(problem)) for problem in raised.value.problems]


def told(extract, rule):
    return [(finding.severity, finding.what) for finding in extract.findings if finding.rule == rule]


@forms
def test_what_is_once_is_read_and_priced_without_a_word(tmp_path, form):
    extract = read(written(tmp_path, form, KNEES, cost_rows=True))
    assert extract.findings == ()
    assert sum(extract.controls["gbp"]) == Decimal(20_400)
    assert knee_gbp(extract)[0] == 6_800.00


@forms
def test_a_record_in_twice_is_refused_by_its_identifier(tmp_path, form):
    ((rule, text),) = faults(written(tmp_path, form, [*KNEES, KNEES[1]]))
    assert rule == "repeated_record"
    assert "1 record (£6,100.00) is in twice" in text
    assert "record 4 of" in text
    assert "CD1" not in text


@forms
def test_an_episode_without_a_cdsid_is_known_by_spell_number_and_start(tmp_path, form):
    knees = [knee | {"CDSID": None} for knee in KNEES]
    ((rule, text),) = faults(written(tmp_path, form, [*knees, knees[1]]))
    assert (rule, "(£6,100.00)" in text) == ("repeated_record", True)


@forms
def test_a_record_in_twice_without_an_identifier_is_a_finding_in_pounds(tmp_path, form):
    knees = [knee | WITHOUT for knee in KNEES]
    extract = read(written(tmp_path, form, [*knees, knees[1]]))
    ((severity, what),) = told(extract, "repeated_record")
    assert severity is Severity.WARNING
    assert what.startswith("1 record (£6,100.00 of £26,500.00) without an identifier says the same as another")


@forms
def test_records_that_differ_in_what_is_not_kept_are_two(tmp_path, form):
    patients = [KNEES[1] | WITHOUT | {"PLEMI": None, "NHSNo": number} for number in ("9434765919", "9434765870")]
    assert told(read(written(tmp_path, form, [KNEES[0], *patients])), "repeated_record") == []


@forms
def test_one_identifier_on_unlike_records_is_a_warning(tmp_path, form):
    other = episode(7, CDSID="CD1")
    ((severity, what),) = told(read(written(tmp_path, form, [*KNEES, other])), "repeated_record")
    assert severity is Severity.WARNING
    assert what.startswith("2 records (£12,900.00) share 1 identifiers")


@forms
def test_a_pasted_cost_line_is_a_finding_in_pounds(tmp_path, form):
    first = KNEES[0]
    activity, count, resources = first["lines"][1]
    pasted = first | {"lines": (first["lines"][0], (activity, count, resources * 2))}
    extract = read(written(tmp_path, form, [pasted, *KNEES[1:]]))
    ((severity, what),) = told(extract, "repeated_line")
    assert severity is Severity.WARNING
    assert what.startswith("1 cost line (£1,800.00 of £22,200.00) is the same as another of the same record")
    assert knee_gbp(extract)[0] == 5_000 + 4 * 600  # as read, and told


@forms
def test_few_equal_costs_are_a_note_and_costs_of_nothing_none(tmp_path, form):
    pennies = ("PAT001", 1, (("CPF001", "0.01"), ("CPF001", "0.01"), ("CPF002", "0"), ("CPF002", "0")))
    first = KNEES[0] | {"lines": (*KNEES[0]["lines"], pennies)}
    ((severity, what),) = told(read(written(tmp_path, form, [first, *KNEES[1:]])), "repeated_line")
    assert severity is Severity.NOTE
    assert what.startswith("1 cost line (£0.01 of £20,400.02)")


@pytest.mark.parametrize("form", FORMS[1:])
def test_a_cost_row_identifier_twice_is_refused(tmp_path, form):
    paths = written(tmp_path, form, KNEES, cost_rows=True)
    rows = paths[-1].read_text().splitlines()
    paths[-1].write_text("\n".join([*rows, rows[2], rows[4]]))
    ((rule, text),) = faults(paths)
    assert rule == "cost_row_repeated"
    assert "2 cost rows (£2,700.00) have the CostRowID of an earlier row of the same record: row 8, row 9" in text


@pytest.mark.parametrize("form", FORMS[1:])
def test_a_cost_row_identifier_on_another_record_is_a_warning(tmp_path, form):
    paths = written(tmp_path, form, KNEES, cost_rows=True)
    rows = paths[-1].read_text().splitlines()
    paths[-1].write_text("\n".join([*rows[:5], rows[5].removesuffix(",5") + ",1", rows[6]]))
    ((severity, what),) = told(read(paths), "cost_row_repeated")
    assert severity is Severity.WARNING
    assert what == "1 cost row (£4,800.00) has the CostRowID of an earlier row, of another record: row 6"


@forms
def test_one_file_under_two_names_is_refused_by_both_names(tmp_path, form):
    paths = written(tmp_path, form, KNEES)
    copies = [path.with_name(path.name.replace("_1", "_copy")) for path in paths]
    for path, copy in zip(paths, copies, strict=True):
        shutil.copy(path, copy)
    found = faults(paths, copies)
    assert {rule for rule, _ in found} == {"file_given_twice"}
    assert paths[0].name in found[0][1]
    assert copies[0].name in found[0][1]


def test_a_link_to_a_file_is_that_file(tmp_path):
    (path,) = written(tmp_path, "xml", KNEES)
    (tmp_path / "z.xml").symlink_to(path)
    assert knee_gbp(read([path, tmp_path / "z.xml"]))[0] == 6_800.00


def test_months_in_which_nothing_was_done_are_alike(tmp_path):
    paths = [path for month in ("M01", "M02") for path in written(tmp_path, "two tables", KNEES[:1], month)]
    for path in paths:
        path.write_text(path.read_text().splitlines()[0] + "\n")
    extract = read(written(tmp_path, "two tables", KNEES), paths)
    assert sorted(extract.controls["records"]) == [0, 0, 3]
    assert sum(extract.controls["gbp"]) == Decimal(20_400)


@forms
@pytest.mark.parametrize("changes", [{}, {"CDSID": None}, WITHOUT], ids=["CDSID", "episode", "all it says"])
def test_a_cumulative_extract_beside_an_earlier_one_is_refused(tmp_path, form, changes):
    knees = [knee | changes for knee in KNEES]
    early = written(tmp_path, form, knees[:2], "M11", PeriodEndDate="2025-02-28")
    late = written(tmp_path, form, knees, "M12")
    ((rule, text),) = faults(early, late)
    assert rule == "same_period_twice"
    assert early[0].name in text
    assert late[0].name in text
    if form != "xml":  # a header says the period, records say which they are
        assert "hold the same 2 records (£12,900.00): their pounds would count twice" in text


@forms
def test_a_cumulative_extract_costed_anew_is_refused(tmp_path, form):
    anew = [episode(0, "5100"), episode(1, "5300", "900", 2), KNEES[2]]
    ((rule, _),) = faults(written(tmp_path, form, KNEES[:2], "M11"), written(tmp_path, form, anew, "M12"))
    assert rule == "same_period_twice"


@pytest.mark.parametrize("form", FORMS[1:])
def test_xml_and_tables_of_the_same_records_are_refused(tmp_path, form):
    ((rule, text),) = faults(written(tmp_path, "xml", KNEES), written(tmp_path, form, KNEES, "2"))
    assert rule == "same_period_twice"
    assert "hold the same 3 records (£20,400.00)" in text


@pytest.mark.parametrize("form", FORMS[1:])
def test_parts_of_one_extract_stand_together(tmp_path, form):
    extract = read(written(tmp_path, form, [KNEES[0], KNEES[2]], "a"), written(tmp_path, form, [KNEES[1]], "b"))
    assert extract.findings == ()
    assert knee_gbp(extract)[0] == 6_800.00


@forms
def test_one_episode_in_two_years_adds_up_unless_it_is_complete_in_both(tmp_path, form):
    def in_years(first, second):
        early = KNEES[0] | {"EpEnDte": "2024-07-01", "EpType": first}
        late = KNEES[0] | {"EpEnDte": "2025-07-01", "EpType": second}
        header = {"FinYr": "FY2025-26", "PeriodStartDate": "2025-04-01", "PeriodEndDate": "2026-03-31"}
        paths = written(tmp_path, form, [early, *KNEES[1:]], "2024"), written(tmp_path, form, [late], "2025", **header)
        if form != "xml":
            paths[1][0].write_text(paths[1][0].read_text().replace("2024/25", "2025/26"))
        return paths

    assert told(read(*in_years("2", "1")), "repeated_record") == []
    ((rule, text),) = faults(*in_years("3", "3"))
    assert rule == "complete_in_two_years"
    assert "1 record (£6,800.00) is complete (EpType 3) in several years (2024-25, 2025-26)" in text


def days(number, folder, name):
    """So many days of critical care that say the same; SWC holds no identifier."""
    day = {"ActivityRowID": "1", "FinYr": "2024/25", "OrgId": "RXX", "PLEMI": "P1", "UnActDate": "2024-06-15"}
    rows = [day | {"ActivityRowID": str(at)} for at in range(number)]
    costs = [
        {"ActivityRowID": str(at), "ActCstID": "WRD001", "ActCnt": "1", "ResCstID": "CPF001", "TotCst": "2400"}
        for at in range(number)
    ]
    return [
        write(folder, f"Activity_SWC_{name}.csv", table(rows)),
        write(folder, f"Cost_SWC_{name}.csv", table(costs)),
    ]


def test_a_feed_without_identifiers_is_told_in_one_file_and_refused_in_two(tmp_path):
    ((_, what),) = told(read(days(2, tmp_path, "a")), "repeated_record")
    assert what.startswith("1 record (£2,400.00 of £4,800.00)")
    ((rule, text),) = faults(days(1, tmp_path, "b"), days(2, tmp_path, "c"))
    assert (rule, "£" in text) == ("same_period_twice", True)


@forms
def test_a_total_row_that_is_filled_in_is_named(tmp_path, form):
    others = [episode(number, "100", f"{number}.17") for number in range(5)]
    total = episode(9, "500", "10.85", days=9)
    extract = read(written(tmp_path, form, [*others, total]))
    ((severity, what),) = told(extract, "total_row")
    assert severity is Severity.WARNING
    assert what == "record 6 is the sum of all the others (£510.85): a total row counts everything twice"


@pytest.mark.parametrize("column", ["ActivityRowID", "ActCstID", "ResCstID", "OrgId"])
def test_a_row_that_reads_total_is_a_fault(tmp_path, column):
    (path,) = written(tmp_path, "wide table", KNEES)
    rows = path.read_text().splitlines()
    header = rows[0].split(",")
    last = dict(zip(header, rows[-1].split(","), strict=True)) | {"ActivityRowID": "9", column: "Total"}
    path.write_text("\n".join([*rows, ",".join(last[name] for name in header)]))
    found = dict(faults([path]))
    assert "row 8" in found["total_row"]
    assert "reads Total" in found["total_row"]
