"""`compare`: what the terminal says of two runs, the rows it writes, and what it refuses; nothing else is touched."""

from __future__ import annotations

import pytest

from tests.cli.toy_study import good, run_cli, tree
from tests.earlier.two_runs import Months

SAID = """\
toy_options: results/october → results/november, pounds of 2024-25
Each is what the new value costs more or less than the old one: the new study costed again with it put back, those below it old already.
So what two inputs do together is in the lower of them, and prices are told in the new quantities.

Total                                                        baseline     shorter_stay
old run                                                   £419,923.44      £392,535.89
1 number: p_return                                         +£3,070.66       +£2,869.24
2 price: gp.consult at RZP                                   +£200.00         +£200.00
new run                                                   £423,194.10      £395,605.13

Change from baseline                                     shorter_stay
old run                                                   −£27,387.55
1 number: p_return                                           −£201.42
2 price: gp.consult at RZP                                      £0.00
new run                                                   −£27,588.97

What differs
  1 number: p_return: 0.1 → 0.15
  2 price: gp.consult at RZP: £40.00 per contact (Made up; 2024-25) → £42.00 per contact (Made up; 2024-25)
  3 file: prices.csv: """

ROWS = """\
position,kind,input,old,new,scenario,gbp,change_gbp
0,total,old run,,,baseline,419923.44,
0,total,old run,,,shorter_stay,392535.89,-27387.55
1,number,p_return,0.1,0.15,baseline,3070.66,
1,number,p_return,0.1,0.15,shorter_stay,2869.24,-201.42
2,price,gp.consult at RZP,£40.00 per contact (Made up; 2024-25),£42.00 per contact (Made up; 2024-25),baseline,200.0,
2,price,gp.consult at RZP,£40.00 per contact (Made up; 2024-25),£42.00 per contact (Made up; 2024-25),shorter_stay,200.0,0.0
"""


@pytest.fixture
def months(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found = Months(tmp_path)
    found.edit("pathway.yaml", "p_return: {value: 0.1,", "p_return: {value: 0.15,")
    found.edit("prices.csv", "gp.consult,RZP,40", "gp.consult,RZP,42")
    found.run()
    return found


def test_what_it_says_and_writes(months, tmp_path):
    before = tree(tmp_path)
    ran = good("compare", "results/october", "results/november", "--out", "why.csv")
    assert ran.out.startswith(SAID)
    assert ran.err == ""
    written = (tmp_path / "why.csv").read_bytes()
    assert written.decode().startswith(ROWS)
    assert written.decode().splitlines()[-1] == "4,total,new run,,,shorter_stay,395605.13,-27588.97"
    (tmp_path / "why.csv").unlink()
    assert tree(tmp_path) == before
    good("compare", "results/october", "results/november", "--out", "why.csv")
    assert (tmp_path / "why.csv").read_bytes() == written


def test_nothing_differs(months):
    ran = good("compare", "results/october", "results/october")
    assert ran.out == "toy_options: results/october → results/october, pounds of 2024-25\nNothing differs.\n"


def test_a_file_that_is_there_is_not_written_over(months, tmp_path):
    (tmp_path / "why.csv").write_text("mine")
    ran = run_cli("compare", "results/october", "results/november", "--out", "why.csv")
    assert (ran.code, ran.out) == (2, "")
    assert "why.csv: exists already" in ran.err
    assert (tmp_path / "why.csv").read_text() == "mine"


def test_folders_that_cannot_be_compared(months):
    ran = run_cli("compare", "results/october", "november")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == (
        "compare: 1 fault\n  - november: holds no run record of ours; name the folder that `run` wrote\n"
    )


def test_where_neither_study_is_there_it_says_so(months):
    months.forget(months.old, months.new)
    ran = good("compare", "results/october", "results/november")
    assert (
        "Neither study can be costed again (results/november: the study toy_options (study.yaml) lies neither"
        in ran.out
    )
    assert "3 file: prices.csv" in ran.out
    assert "4 remainder: p_return\n" in ran.out


def test_a_study_that_lies_elsewhere_is_named(months, tmp_path):
    months.forget(months.old)
    months.new.rename(tmp_path / ".away")
    ran = good("compare", "results/october", "results/november", "--study", ".away/study.yaml")
    assert ran.out.startswith(SAID)
