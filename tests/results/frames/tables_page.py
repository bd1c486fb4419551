"""docs/tables.md, made from the catalogue: `python -m tests.results.frames.tables_page` writes it again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pathway_cost.results.frames.catalogue import TABLES
from pathway_cost.results.frames.declaration import EVERY_ATTRIBUTE, Column, Table

PAGE = Path(__file__).parents[3] / "docs" / "tables.md"
HEAD = """\
# Tables

Every table of a run, from the catalogue that writes them (`python -m tests.results.frames.tables_page` makes this page). The same
stands under `tables` in `run.json`, for the tables of that run. Pounds are of the study's price year, unrounded; `£, as the headline`
is the present value where the study discounts, else undiscounted. A cell without a figure is empty.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *("\n".join(_part(table)) for table in TABLES.values())])


def _part(table: Table) -> Iterator[str]:
    name = f"`{table.file}`" if table.in_file else f"`{table.name}`, of the workbook only"
    yield f"## {name}\n"
    yield f"{table.holds}.{'' if table.always else ' Written where it has rows.'}\n"
    yield "| column | what it is | unit |"
    yield "|---|---|---|"
    yield from (f"| `{_named(each)}` | {_meaning(each)} | {each.unit} |" for each in table.columns)
    yield ""


def _named(column: Column) -> str:
    return "one an attribute" if column.name == EVERY_ATTRIBUTE else column.name


def _meaning(column: Column) -> str:
    return f"{column.heading}: {column.about}" if column.about else column.heading


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
