"""What the terminal shows: the results on stdout, a list of the library, plain tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from typing import TextIO

    from rich.table import Table

    from pathway_cost.results.run_result import RunResult
    from pathway_cost.specs.library import LibraryPathway

MOST_ROWS = 500
PLAIN_SIGNS = str.maketrans("−–", "--")  # signs that every terminal has
PLAIN_WIDTH = 110  # columns where nobody watches, so that a log or a file reads the same everywhere


def print_summary(result: RunResult, *, file: TextIO | None = None) -> None:
    """Print the headline: a frame where a person watches, plain columns elsewhere."""
    from rich.console import Console

    console = Console(file=file, highlight=False)
    if not console.is_terminal:
        console = Console(file=file, highlight=False, width=PLAIN_WIDTH, no_color=True)
    console.print(results_table(result, framed=console.is_terminal))


def results_table(result: RunResult, *, framed: bool = True) -> Table:
    """A line a scenario: patients, £ a patient, modelled change, total, one-off beside; present value where it leads."""
    from rich.text import Text

    from pathway_cost.reports.shown import headlines
    from pathway_cost.reports.words import count, percent, pounds, signed_pounds

    headings = ["scenario", "patients", "£ per patient", "modelled change", "%", "total", "one-off, beside"]
    made = _table(headings, figures=set(headings[1:]), framed=framed)
    rows = headlines(result)
    leads = rows[0].is_discounted
    if leads:
        made = _table([*headings, "present value per patient"], figures={*headings[1:], "present value per patient"}, framed=framed)
    kind = "undiscounted pounds, and the present value, which is the headline:" if leads else "pounds"
    made.title = Text(f"{result.title}: {kind} of {result[result.compared[0]].price_year}")
    for row in rows:
        cells = [
            row.scenario, count(row.patients), pounds(row.per_patient_gbp), signed_pounds(row.change_per_patient_gbp),
            percent(row.change_pct / 100, signed=True), pounds(row.total_gbp, 0), pounds(row.one_off_gbp, 0),
        ]  # fmt: skip
        made.add_row(*(Text(cell.translate(PLAIN_SIGNS)) for cell in cells))
    if result.synthetic:
        made.caption = Text("synthetic data")
    return made


def plain_table(frame: Any, columns: Sequence[str] | None = None) -> str:
    """A frame as text columns, at most 500 rows; only the columns it has.

    >>> import pandas as pd
    >>> print(plain_table(pd.DataFrame({"file": ["a.xml"], "records": [3], "gbp": [1200.5]}), ["file", "gbp"]))
    file        gbp
    a.xml  1,200.50
    """
    from pathway_cost.reports.words import is_missing

    chosen = [name for name in (columns or frame.columns) if name in frame.columns]
    rows = [["" if is_missing(cell) else _cell(name, cell) for name, cell in zip(chosen, row, strict=True)]
            for row in frame[chosen].head(MOST_ROWS).itertuples(index=False)]  # fmt: skip
    figures = [all(_is_figure(cell) for cell in frame[name]) for name in chosen]
    widths = [max([len(name), *(len(row[at]) for row in rows)]) for at, name in enumerate(chosen)]
    lines = [_line(chosen, widths, figures), *(_line(row, widths, figures) for row in rows)]
    if len(frame) > MOST_ROWS:
        lines.append(f"… and {len(frame) - MOST_ROWS:,} more rows")
    return "\n".join(lines)


def library_list(pathways: Sequence[LibraryPathway]) -> str:
    """The library: a line a pathway with its title, then its scenarios."""
    width = max((len(each.name) for each in pathways), default=0)
    lines = []
    for each in pathways:
        lines.append(f"{each.name.ljust(width)}  {each.title}")
        scenarios = ", ".join(file.stem for file in each.scenarios)
        lines += [f"{' ' * width}  scenarios: {scenarios}"] if scenarios else []
    return "\n".join(lines) or "The library is empty."


def _table(headings: Sequence[str], *, figures: set[str], framed: bool) -> Table:
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD if framed else None, title_justify="left", caption_justify="left", pad_edge=False)
    for heading in headings:
        right = heading in figures
        made.add_column(heading, justify="right" if right else "left", no_wrap=right, overflow="fold")
    return made


def _is_figure(cell: object) -> bool:
    from numbers import Number

    return isinstance(cell, Number) and not isinstance(cell, bool)


def _cell(name: str, cell: object) -> str:
    from numbers import Integral

    if not _is_figure(cell):
        return " ".join(str(cell).split())
    if name.endswith("gbp"):
        return f"{cell:,.2f}"
    return f"{cell:,}" if isinstance(cell, Integral) else f"{float(str(cell)):,.6g}"


def _line(cells: Sequence[str], widths: Sequence[int], figures: Sequence[bool]) -> str:
    padded = [
        cell.rjust(width) if figure else cell.ljust(width)
        for cell, width, figure in zip(cells, widths, figures, strict=True)
    ]
    return "  ".join(padded).rstrip()
