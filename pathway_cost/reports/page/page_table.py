"""Tables of the page: a caption, headings with scope, figures to the right, a footer that sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pathway_cost.reports.words import Html, joined, tag


@dataclass(frozen=True)
class Column:
    """One column: its heading, and whether it holds figures."""

    heading: str
    figures: bool = True
    strong: bool = False
    long: bool = False


def table(
    caption: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    *,
    total: Sequence[object] | None = None,
    class_: str | None = None,
) -> Html:
    """A table whose first cell of each row is its heading; cells are text (escaped) or markup."""
    head = tag("thead", tag("tr", *(_heading(column) for column in columns)))
    body = tag("tbody", *(_row(columns, row) for row in rows))
    foot = tag("tfoot", _row(columns, total)) if total is not None else Html("")
    made = tag("table", tag("caption", caption), head, body, foot, class_=class_)
    return tag("div", made, class_="wide", role="group", tabindex=0, aria_label=caption)


def _heading(column: Column) -> Html:
    return tag("th", column.heading, scope="col", class_="n" if column.figures else None)


def _row(columns: Sequence[Column], row: Sequence[object]) -> Html:
    cells = [tag("th", row[0], scope="row", class_="n" if columns[0].figures else "text")]
    cells += [tag("td", cell, class_=_class(column)) for column, cell in zip(columns[1:], row[1:], strict=True)]
    return tag("tr", joined(cells))


def _class(column: Column) -> str:
    kind = "n" if column.figures else "text long" if column.long else "text"
    return f"{kind} strong" if column.strong else kind


def grade_tag(words: str, grade: str) -> Html:
    """An evidence grade; an assumption stands out."""
    return tag("span", words, class_="tag assumption" if grade == "assumption" else "tag")


def named_cell(words: str, name: str) -> Html:
    """A title with the name of the files under it, where the two differ."""
    if words.casefold().replace(" ", "_") == name.casefold():
        return joined([words])
    return joined([words, tag("br"), tag("span", name, class_="code")])


def fold(heading: str, *inner: object) -> Html:
    """What is there when it is asked for: a heading that opens it."""
    return tag("details", tag("summary", heading), *inner)


def legend(items: Iterable[tuple[str, str]]) -> Html:
    """Names with their colours."""
    return tag(
        "ul",
        *(tag("li", tag("span", style=f"background:{colour}", aria_hidden="true"), name) for name, colour in items),
        class_="legend",
    )
