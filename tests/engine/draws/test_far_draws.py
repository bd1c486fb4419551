"""The user's own draws that are pounds where a multiplier is due, or in another unit than what is stated."""

from __future__ import annotations

import pytest

import pathway_cost as pc
from pathway_cost.errors import TableFaults
from tests.cli.toy_study import write_study

PRICE = "unit_cost:RXX:theatre.knee"


def study(tmp_path, rows):
    path = write_study(tmp_path / "study", extracts=False)
    (path.parent / "draws.csv").write_text(rows, encoding="utf-8")
    with path.open("a", encoding="utf-8") as file:
        file.write("uncertainty: {table: draws.csv}\n")
    return path


def warnings(notes):
    return [str(note) for note in notes if note.rule == "stated_outside_draws"]


@pytest.mark.parametrize("door", [pc.run, pc.check])
@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (f"{PRICE}\n4900\n5100\n", "1 is the price as it is; found 4,900 to 5,100; write draw ÷ price, not pounds"),
        (f"{PRICE}\n0\n0\n", "found 0; write draw ÷ price"),
        (f"{PRICE}\n1.1\n-0.9\n-1\n", f"draws.csv row 2 ({PRICE}): the column is a multiplier of the price"),
        (f"{PRICE}\n1.1\n-0.9\n-1\n", "never below 0; found -0.9 (2 rows below 0); write draw ÷ price"),
    ],
)
def test_pounds_are_no_multipliers(tmp_path, door, rows, said):
    with pytest.raises(TableFaults) as raised:
        door(study(tmp_path, rows))
    (problem,) = raised.value.problems
    assert said in str(problem)


@pytest.mark.parametrize("door", [pc.run, pc.check])
@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("los\n0.5\n0.7\n", "draws.csv (los): the draws are 0.5 to 0.7 and never reach the 4 day that is stated"),
        ("los,p_return\n4,0.2\n4,0.3\n", "(p_return): the draws are 0.2 to 0.3"),
        (f"{PRICE}\n1.2\n3\n", f"({PRICE}): a multiplier of the price: 1 is the price as it is; found 1.2 to 3"),
    ],
)
def test_draws_that_never_reach_what_is_stated_are_a_warning(tmp_path, door, rows, said):
    (warning,) = warnings(door(study(tmp_path, rows)).notes)
    assert said in warning


@pytest.mark.parametrize("rows", ["los\n3.5\n4.4\n", "los\n4.000001\n4.000001\n", f"{PRICE},los\n0.9,4\n1.1,5\n"])
def test_draws_about_what_is_stated_say_nothing(tmp_path, rows):
    assert warnings(pc.check(study(tmp_path, rows)).notes) == []
