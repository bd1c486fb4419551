"""Pairs of runs of the toy study, hand-made: the same question a month later, with other inputs."""

from __future__ import annotations

import shutil
from decimal import Decimal

import pathway_cost as pc
from pathway_cost.earlier.comparing import compare_folders
from pathway_cost.earlier.moves_table import rows_of_moves
from tests.cli.toy_study import edit, write_study


def run_into(study, out):
    """A run of a study, written; its result."""
    result = pc.run(study)
    pc.write(result, out)
    return result


class Months:
    """October's study and results, and November's."""

    def __init__(self, folder):
        self.folder = folder
        self.old, self.new = folder / "october", folder / "november"
        self.out_old, self.out_new = folder / "results" / "october", folder / "results" / "november"
        write_study(self.old, extracts=False)
        write_study(self.new, extracts=False)

    def edit(self, file, old, new):
        """Change a text of November's study."""
        edit(self.new, file, old, new)
        return self

    def both(self, file, old, new):
        """Change a text of both."""
        edit(self.old, file, old, new)
        return self.edit(file, old, new)

    def run(self):
        """Run both; October's and November's results."""
        return run_into(self.old / "study.yaml", self.out_old), run_into(self.new / "study.yaml", self.out_new)

    def forget(self, *months):
        """Take away the studies of some months."""
        for month in months:
            shutil.rmtree(month)

    def compared(self):
        return compare_folders(self.out_old, self.out_new)

    def rows(self):
        return rows_of_moves(self.compared())


def moved(rows, scenario="baseline", column="gbp"):
    """(kind, input) → what it moved in a scenario, totals aside; those without pounds are None."""
    here = rows[(rows["scenario"].isin([scenario, ""])) & (rows["kind"] != "total")]
    return {
        (row.kind, row.input): None if (cell := getattr(row, column)) is None or cell != cell else cell
        for row in here.itertuples()
    }


def adds_up(rows):
    """Whether what each moved adds up to the penny, from the old total of every scenario to its new one, and of changes."""
    for _, here in rows[rows["scenario"] != ""].groupby("scenario"):
        for column in ("gbp", "change_gbp"):
            cells = [Decimal(str(cell)) for cell in here.sort_values("position")[column] if cell == cell]
            if cells and sum(cells[:-1]) != cells[-1]:
                return False
    return True
