"""What the terminal shows: the results on stdout, a list of the library, plain tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pathway_cost.privacy.legible import legible, one_line
from pathway_cost.reports.words.hidden_figures import STAR

if TYPE_CHECKING:
    from typing import TextIO

    from rich.table import Table
    from rich.text import Text

    from pathway_cost.reports.words.shown import Headline
    from pathway_cost.results.frames import RunResult
    from pathway_cost.specs.reading.library import LibraryPathway

MOST_ROWS = 500
PLAIN_SIGNS = str.maketrans("−–“”", '--""')  # signs that every terminal has
PLAIN_WIDTH = 110  # columns where nobody watches, so that a log or a file reads the same everywhere


def print_summary(result: RunResult, *, file: TextIO | None = None) -> None:
    """Print the headline, then the answer in sentences: a frame where a person watches, plain columns elsewhere."""
    from rich.console import Console

    from pathway_cost.reports.words.findings import FULL_COST, Findings

    console = Console(file=file, highlight=False)
    if not console.is_terminal:
        console = Console(file=file, highlight=False, width=PLAIN_WIDTH, no_color=True)
    console.print(results_table(result, framed=console.is_terminal))
    found = Findings.of(result)
    for line in (found.question, *(f"{each.called}: {' '.join(each.sentences)}" for each in found.each), FULL_COST):
        console.print(_words(line.translate(PLAIN_SIGNS)))


def results_table(result: RunResult, *, framed: bool = True) -> Table:
    """A line a scenario in the headline's pounds: the present value where the study discounts."""
    from pathway_cost.reports.words.shown import change_words, headlines

    rows = headlines(result)
    made_of = _present_value_columns if rows[0].is_discounted else _plain_columns
    columns = [made_of(row, rows[0], change_words(result).lower()) for row in rows]
    headings = list(columns[0])
    made = _table(headings, figures=set(headings[1:]), framed=framed)
    kind = "present value, pounds" if rows[0].is_discounted else "pounds"
    made.title = _words(f"{result.title}: {kind} of {result[result.compared[0]].price_year}")
    for each in columns:
        made.add_row(*(_words(cell.translate(PLAIN_SIGNS)) for cell in each.values()))
    if result.synthetic:
        made.caption = _words("synthetic data")
    return made


def _plain_columns(row: Headline, _first: Headline, called: str) -> dict[str, str]:
    """Patients, £ a patient, its change, total, one-off beside."""
    from pathway_cost.reports.words.words import count, percent, pounds, signed_pounds

    return {
        "scenario": row.scenario,
        "patients": count(row.patients),
        "£ per patient": pounds(row.per_patient_gbp),
        called: signed_pounds(row.change_per_patient_gbp),
        "%": percent(row.change_pct / 100, signed=True),
        "total": pounds(row.total_gbp, 0),
        "one-off, beside": pounds(row.one_off_gbp, 0),
    }


def _present_value_columns(row: Headline, first: Headline, called: str) -> dict[str, str]:
    """Patients, £ a patient, its change and total in present value, with the undiscounted total beside."""
    from pathway_cost.reports.words.words import NOTHING, count, pounds, signed_pounds

    change = row.present_value_per_patient_gbp - first.present_value_per_patient_gbp
    return {
        "scenario": row.scenario,
        "patients": count(row.patients),
        "£ per patient": pounds(row.present_value_per_patient_gbp),
        called: NOTHING if row is first else signed_pounds(change),
        "total": pounds(row.present_value_gbp, 0),
        "undiscounted": pounds(row.total_gbp, 0),
        "one-off, beside": pounds(row.one_off_gbp, 0),
    }


def plain_table(frame: Any, columns: Sequence[str] | None = None) -> str:
    """A frame as text columns, at most 500 rows; only the columns it has. A column of figures, hidden or not, stands to the right.

    >>> import pandas as pd
    >>> print(plain_table(pd.DataFrame({"file": ["a.xml"], "records": [3], "gbp": [1200.5]}), ["file", "gbp"]))
    file        gbp
    a.xml  1,200.50
    """
    from pathway_cost.reports.words.words import is_missing

    chosen = [name for name in (columns or frame.columns) if name in frame.columns]
    rows = [["" if is_missing(cell) else _cell(name, cell) for name, cell in zip(chosen, row, strict=True)]
            for row in frame[chosen].head(MOST_ROWS).itertuples(index=False)]  # fmt: skip
    figures = [all(_is_figure(cell) or cell == STAR for cell in frame[name]) for name in chosen]
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
        lines.append(one_line(f"{each.name.ljust(width)}  {each.title}"))
        scenarios = ", ".join(file.stem for file in each.scenarios)
        lines += [f"{' ' * width}  scenarios: {scenarios}"] if scenarios else []
    return "\n".join(lines) or "The library is empty."


def _table(headings: Sequence[str], *, figures: set[str], framed: bool) -> Table:
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD if framed else None, title_justify="left", caption_justify="left", pad_edge=False)
    for heading in headings:
        right = heading in figures
        made.add_column(_words(heading), justify="right" if right else "left", no_wrap=right, overflow="fold")
    return made


def _words(text: str) -> Text:
    """Words as they are: nothing in them is a command, to the terminal or to what draws the table."""
    from rich.text import Text

    return Text(one_line(text))


def _is_figure(cell: object) -> bool:
    from numbers import Number

    return isinstance(cell, Number) and not isinstance(cell, bool)


def _cell(name: str, cell: object) -> str:
    from numbers import Integral

    if not _is_figure(cell):
        return " ".join(legible(str(cell)).split())
    if name.endswith("gbp"):
        return f"{cell:,.2f}"
    return f"{cell:,}" if isinstance(cell, Integral) else f"{float(str(cell)):,.6g}"


def _line(cells: Sequence[str], widths: Sequence[int], figures: Sequence[bool]) -> str:
    padded = [
        cell.rjust(width) if figure else cell.ljust(width)
        for cell, width, figure in zip(cells, widths, figures, strict=True)
    ]
    return "  ".join(padded).rstrip()
