"""Why the figures of two runs differ, as it is read in the terminal: a table of pounds and a list of inputs."""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import shorten

from pathway_cost.earlier.comparing import ComparedRuns
from pathway_cost.earlier.moves_table import TOTAL, rows_of_moves, with_prices_folded
from pathway_cost.errors import first_few
from pathway_cost.reports.words import NOTHING, pounds, signed_pounds

LABEL = 52  # letters of the name of an input beside its pounds


def lines_of_moves(compared: ComparedRuns) -> str:
    """The comparison for the terminal."""
    kind = "present value, pounds" if compared.measure == "present_value_gbp" else "pounds"
    year = compared.new.year if compared.totals else f"{compared.old.year} and {compared.new.year}"
    head = f"{compared.new.record['study']}: {compared.old.folder} → {compared.new.folder}, {kind} of {year}"
    lines = [head, *(_line(each) for each in compared.told if compared.moves)]
    if not compared.moves:
        return f"{head}\nNothing differs."
    short = with_prices_folded(compared)
    if compared.totals:
        lines += ["", *_table(short, "Total", changes=False)]
        if len(compared.scenarios) > 1:
            lines += ["", *_table(short, f"Change from {compared.scenarios[0]}", changes=True)]
    return "\n".join([*lines, "", "What differs", *_listed(short)])


def _table(compared: ComparedRuns, heading: str, *, changes: bool) -> Iterator[str]:
    """A line a difference, a column a scenario; what moves no pound of its own is not in it."""
    names = compared.scenarios[1:] if changes else compared.scenarios
    wide = [max(17, len(name) + 2) for name in names]
    rows = rows_of_moves(compared).astype(object)
    rows = rows.where(rows.notna(), None)
    yield heading.ljust(LABEL) + "".join(name.rjust(width) for name, width in zip(names, wide, strict=True))
    for position, here in rows.groupby("position", sort=True):
        figures = dict(zip(here["scenario"], here["change_gbp" if changes else "gbp"], strict=True))
        kind, said = here["kind"].iloc[0], here["input"].iloc[0]
        if any(figures.get(name) is not None for name in names):
            write = pounds if kind == TOTAL and not changes else signed_pounds
            cells = [NOTHING if figures.get(name) is None else write(figures[name]) for name in names]
            label = said if kind == TOTAL else _label(int(str(position)), kind, said)
            yield label.ljust(LABEL) + "".join(cell.rjust(width) for cell, width in zip(cells, wide, strict=True))


def _label(position: int, kind: str, what: str) -> str:
    return shorten(_line(f"{position} {kind}: {what}"), LABEL - 1, placeholder="…")


def _listed(compared: ComparedRuns) -> Iterator[str]:
    """Every difference with its old and its new value."""
    for position, move in enumerate(compared.moves, start=1):
        if move.is_rest:
            yield _line(f"{position:>3} {move.called}: {move.what or 'nothing that is recorded explains it'}")
        elif move.called:
            names = first_few([each.what for each in move.differences])
            yield _line(f"{position:>3} {move.called}: {names} (`--out` writes them all)")
        else:
            yield from (
                _line(f"{position:>3} {each.kind}: {each.what}: {each.old} → {each.new}") for each in move.differences
            )
            yield from ["    (these could only be put back together)"] * (len(move.differences) > 1)


def _line(text: str) -> str:
    """Text in one line, its beginning where it stands."""
    return text[: len(text) - len(text.lstrip(" "))] + " ".join(text.split())
