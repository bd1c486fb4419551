"""R46: what a table must not show, attacked by linear programming with all that a reader has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from pathway_cost.privacy.suppression import Cell, Hidden, is_dominated, ranges, suppressed


def alike(*counts, gbp=100.0):
    """Cells of as many lines as records, every line at the same pounds."""
    return [Cell(n, n, gbp * n) for n in counts]


def records_hidden(cells):
    return sorted(cells[at].records for at in suppressed(cells).cells)


# --- by hand -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ([120, 90, 60, 40, 5], [5, 40]),  # R46's one-way table
        ([120, 90, 60, 40, 8], []),
        ([120, 90, 3, 40, 5], [3, 5, 40]),  # 3 and 5 have one another, and their sum would be of eight people
    ],
)
def test_the_smallest_cell_of_eight_is_hidden_with_a_lone_one(counts, hidden):
    assert records_hidden(alike(*counts)) == hidden
    assert not suppressed(alike(*counts)).total


@pytest.mark.parametrize(
    ("size", "largest", "second", "dominated"),
    [
        (300_000, 270_000, 12_000, True),  # R46: £18,000 of ten patients, less than £27,000
        (309_000, 270_000, 12_000, False),  # exactly a tenth is enough
        (0, 0, 0, False),
    ],
)
def test_a_patient_who_makes_nearly_all_the_pounds_hides_the_cell(size, largest, second, dominated):
    assert is_dominated(size, largest, second) is dominated


def test_a_dominated_cell_of_many_is_hidden_and_not_by_itself():
    dear = Cell(12, 12, 300_000.0, 270_000.0, dominated=True)
    hidden = suppressed([dear, *(Cell(n, n, 25_000.0 * n) for n in (30, 40, 50))])
    assert hidden == Hidden(frozenset({0, 1}))


def test_counts_and_pounds_are_two_equations_so_two_cells_of_unlike_pounds_are_not_enough():
    """5 at £100 and 40 at £300: 45 lines and £12,500 have one solution. The 60 at £200 gives room."""
    cells = [Cell(5, 5, 500.0), Cell(40, 40, 12_000.0), Cell(60, 60, 12_000.0), Cell(90, 90, 9_000.0)]
    assert ranges([5, 40], [500.0, 12_000.0]).tolist() == [0, 0]
    assert 40 not in records_hidden(cells)  # 90 at the same £100 does it alone
    assert records_hidden(cells[:3]) == [5, 40, 60]


@pytest.mark.parametrize(
    "cells",
    [
        alike(5),
        alike(5, 3),  # eight people, all of them in cells of few
        [Cell(5, 5, 500.0), Cell(40, 40, 12_000.0)],  # nothing takes the 5 from its place
    ],
)
def test_where_no_pattern_does_all_rows_are_hidden_and_the_total(cells):
    assert suppressed(cells) == Hidden(frozenset(range(len(cells))), frozenset({""}), total=True)


def test_a_part_that_protects_itself_keeps_its_sum_and_another_opens_the_nearest():
    """The 3 of `open` has nobody beside it, so that its class's sum is hidden, and one more class's with it."""
    closed = [Cell(n, n, 100.0 * n, part="priced") for n in (5, 40, 90)]
    hidden = suppressed(
        [*closed, Cell(3, 3, 300.0, part="open"), *(Cell(n, n, 100.0 * n, part="other") for n in (9, 50))]
    )
    assert hidden.cells == {0, 1, 3}
    assert hidden.parts == {"open", "priced"}  # 5 and 40 are hidden already: it costs no further cell
    assert not hidden.total


# --- the attack ----------------------------------------------------------------------------------------------------
COUNTS = st.integers(1, 150)
CELLS = st.lists(
    st.builds(
        lambda records, lines, gbp, dominated, part: Cell(
            records, records * lines, float(gbp * records), gbp * records * 0.95, dominated, part
        ),
        COUNTS,
        st.integers(1, 4),
        st.sampled_from([0, 35, 35, 80, 120, 450, 450, 2_700, 61_234]),
        st.sampled_from([False, False, False, True]),
        st.sampled_from(["priced", "outside", "open"]),
    ),
    min_size=1,
    max_size=9,
)


def equations(cells, hidden):
    """What is known of the hidden cells: of which of them the lines and the pounds sum to what is shown less the rest."""
    known = [set(hidden.cells)] if not hidden.total else []
    parts = {cell.part for cell in cells} - hidden.parts
    return known + [{at for at in hidden.cells if cells[at].part == part} for part in sorted(parts)]


def width(cells, hidden, at):
    """Between how many lines a hidden cell may lie, by linear programming over all that is known."""
    places = sorted(hidden.cells)
    a_line = np.array([cells[each].gbp / cells[each].lines for each in places])
    lines = np.array([cells[each].lines for each in places], float)
    rows = [np.isin(places, list(some)).astype(float) for some in equations(cells, hidden) if some]
    if not rows:
        return np.inf
    scale = np.abs(a_line).max() or 1.0
    left = np.array([row * weight for row in rows for weight in (1.0, a_line / scale)])
    found = []
    for sign in (1, -1):
        goal = np.where(np.array(places) == at, float(sign), 0.0)
        solved = linprog(goal, A_eq=left, b_eq=left @ lines, bounds=(0, None), method="highs")
        assert solved.status in (0, 3), solved.message
        found.append(solved.fun if solved.status == 0 else -np.inf)
    return -found[1] - found[0]


@given(CELLS)
def test_no_hidden_cell_is_known_within_eight_records(cells):
    hidden = suppressed(cells)
    alone = {at for at, cell in enumerate(cells) if cell.alone}
    assert alone <= hidden.cells
    for at in alone:
        assert width(cells, hidden, at) >= 8 * cells[at].lines / cells[at].records * (1 - 1e-6)


@given(CELLS)
def test_a_sum_that_is_known_is_never_of_cells_that_are_hidden_by_themselves_alone(cells):
    hidden = suppressed(cells)
    for some in equations(cells, hidden):
        assert not some or any(not cells[at].alone for at in some)


@given(CELLS)
def test_what_needs_no_hiding_hides_nothing_and_a_total_only_with_all_its_rows(cells):
    hidden = suppressed(cells)
    if not any(cell.alone for cell in cells):
        assert hidden == Hidden()
    if hidden.total:
        assert hidden.cells == set(range(len(cells)))


@given(
    st.lists(
        st.tuples(st.integers(1, 60), st.sampled_from([0.0, 10.0, 55.0, 55.0, 300.0, 9_000.5])), min_size=1, max_size=6
    )
)
def test_ranges_are_those_of_linear_programming(lines):
    cells = [Cell(50, count, count * a_line) for count, a_line in lines]
    hidden = Hidden(frozenset(range(len(cells))))
    found = ranges([cell.lines for cell in cells], [cell.gbp for cell in cells])
    for at in range(len(cells)):
        assert found[at] == pytest.approx(width(cells, hidden, at), abs=1e-5)
