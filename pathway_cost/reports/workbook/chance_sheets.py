"""The workbook's sheets of time, chance and uncertainty: unrounded figures, each sheet only where it has rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from pathway_cost.reports.words import Chance, changes_of, is_discounted, is_missing, named, parameter_names, title
from pathway_cost.reports.workbook.sheet_grid import HEADER_ROW, Book, Field

OF_SHEET: Final = {
    "Draws": "Pounds are present values, those of organisations undiscounted.",
    "Profile": "Pounds undiscounted and as present values; the change so far is of present values.",
    "Distribution": "Their pounds are undiscounted.",
}
PAID: Final = {"gbp": "undiscounted", "present_value_gbp": "present value"}
ACCEPTABLE: Final = "How often a scenario costs at most so much more a patient"
MEASURES: Final = {
    "cost_per_patient_gbp": "Cost per patient",
    "total_gbp": "Total cost",
    "change_per_patient_gbp": "Modelled change per patient",
    "change_total_gbp": "Modelled change, total",
    "change_gbp": "Modelled change at the organisation",
}
SCENARIO: Final = Field("scenario", "Scenario", width=36)
PERIOD: Final = (
    SCENARIO,
    Field("called", "Period", width=18),
    Field("from_day", "From day", "whole"),
    Field("to_day", "To day", "whole"),
)
QUANTILES: Final = (
    Field("p2_5", "2.5% of draws below", "pounds"), Field("p25", "25% below", "pounds"), Field("p50", "Median", "pounds"),
    Field("p75", "75% below", "pounds"), Field("p97_5", "97.5% below", "pounds"),
)  # fmt: skip
DRAWS: Final = (
    SCENARIO, Field("measure", "Measure", width=36), Field("of", "Of", width=24), Field("mean", "Mean", "pounds"),
    Field("sd", "Standard deviation", "pounds"), *QUANTILES, Field("probability_less", "Draws below £0", "share", 12),
    Field("se_mean", "Error of the mean from drawing", "pounds"), Field("draws", "Draws", "whole"), Field("basis", "Pounds", width=14),
)  # fmt: skip
COUNTS: Final = tuple(
    replace(field, kind="count") if field.kind == "pounds" else field
    for field in DRAWS
    if field.name not in {"measure", "basis"}
)
ACCEPTABILITY: Final = (
    SCENARIO, Field("threshold_gbp", "At most so much more a patient", "change"), Field("probability", "Share of draws", "share"),
)  # fmt: skip
INFORMATION: Final = (
    Field("group", "Knowing for certain", width=36), Field("parameters", "Numbers", "long"), Field("count", "How many", "whole"),
    Field("evppi_per_patient_gbp", "Worth at most, per patient", "pounds"), Field("evppi_total_gbp", "Worth at most, all patients", "pounds"),
    Field("share_of_evpi", "Share of knowing everything", "share"),
)  # fmt: skip
TORNADO: Final = (
    SCENARIO, Field("parameter", "Name", width=24), Field("title", "Number", width=36), Field("unit", "Unit", width=12),
    Field("low", "Low", "number", 14), Field("value", "As stated", "number", 14), Field("high", "High", "number", 14),
    Field("change_at_low_gbp", "Modelled change at low", "change"), Field("change_at_high_gbp", "Modelled change at high", "change"),
    Field("change_gbp", "Modelled change as stated", "change"), Field("swing_gbp", "Swing", "pounds"),
)  # fmt: skip
EXTREMES: Final = (SCENARIO, Field("case", "Every number at its"), Field("change_gbp", "Modelled change", "change"))
GRID: Final = (
    SCENARIO, Field("parameter_1", "One number"), Field("parameter_2", "The other"),
    Field("value_1", "One at", "number"), Field("value_2", "The other at", "number"),
    Field("change_gbp", "Modelled change", "change"),
)  # fmt: skip
SETS: Final = (
    SCENARIO, Field("set", "Evidence"), Field("cost_per_patient_gbp", "Cost per patient", "pounds"),
       Field("total_gbp", "Total cost", "pounds"),
    Field("change_total_gbp", "Modelled change, total", "change"),
)  # fmt: skip
PROFILE: Final = (
    *PERIOD, Field("setting", "Setting", width=34), Field("visits", "Expected visits", "count", 17),
    Field("patients_present", "Patients present", "count", 17), Field("gbp", "Pounds", "pounds"),
    Field("present_value_gbp", "Present value", "pounds"),
)  # fmt: skip
BOOKS: Final = (
    *PERIOD, Field("organisation", "Organisation"), Field("gbp", "Pounds", "pounds"), Field("present_value_gbp", "Present value", "pounds"),
)  # fmt: skip
FAN: Final = (*PERIOD, Field("mean", "Mean", "change"), *(replace(field, kind="change") for field in QUANTILES))
BREAK_EVEN: Final = (
    SCENARIO, Field("lever", "Name", width=24), Field("title", "Number", width=36), Field("unit", "Unit", width=12),
    Field("stated", "As stated", "number", 14), Field("break_even", "Break-even", "number", 16), Field("move_pct", "Move needed", "percent", 12),
    Field("plausible_low", "Plausible from", "number", 14), Field("plausible_high", "Plausible to", "number", 14),
    Field("within_plausible", "Is it plausible?", width=12), Field("best_value", "Best value within bounds", "number", 14),
    Field("best_change_gbp", "Modelled change there", "change"), Field("crossings", "Break-evens found", "whole", 12),
)  # fmt: skip
ATTRIBUTION: Final = (
    SCENARIO, Field("position", "Order", "whole", 8), Field("change", "Change", width=46), Field("grade", "Evidence", width=13),
    Field("ordered_gbp", "In the order written", "change"), Field("shapley_gbp", "Whatever the order", "change"),
    Field("standard_error_gbp", "Standard error of that", "pounds"), Field("factor", "Factor of the evidence (assumed)", "ratio", 14),
    Field("weighted_gbp", "Weighed by evidence", "change"),
)  # fmt: skip
SPREAD: Final = (
    SCENARIO, Field("mean", "Mean", "pounds"), Field("sd", "Standard deviation", "pounds"), Field("p5", "5% of patients below", "pounds"),
    Field("p10", "10%", "pounds"), Field("p25", "25%", "pounds"), Field("p50", "Median", "pounds"), Field("p75", "75%", "pounds"),
    Field("p90", "90%", "pounds"), Field("p95", "95%", "pounds"), Field("p99", "99%", "pounds"),
    Field("share_of_cost_of_dearest_5pct", "Share of cost of the dearest 5%", "share", 14),
    Field("se_mean", "Error of the mean from sampling", "pounds"), Field("walkers", "Sampled patients", "whole"),
    Field("exact_mean", "Expected, without sampling", "pounds"),
    Field("exact_sd", "Standard deviation, without sampling", "pounds"),
    Field("change_mean", "Modelled change, same patients", "change"), Field("change_se", "Error of it from sampling", "pounds"),
)  # fmt: skip
BINS: Final = (
    SCENARIO, Field("from_gbp", "Cost from", "pounds"), Field("to_gbp", "To below (empty: no end)", "pounds"), Field("patients", "Patients", "count"),
    Field("share", "Share of patients", "share"),
)  # fmt: skip


@dataclass(frozen=True)
class Block:
    """A table of a sheet: its heading, rows and columns."""

    heading: str
    rows: pd.DataFrame
    fields: Sequence[Field]
    mark: str | None = None

    @property
    def whole(self) -> pd.DataFrame:
        """The rows with every column; one that the run did not work out is empty."""
        return self.rows.reindex(columns=[field.name for field in self.fields])


def write_chance(book: Book) -> None:
    """Write the sheets Draws, Tornado, Profile, Break-even, Attribution and Distribution, where they have rows."""
    chance = Chance.of(book.result)
    for name, note, blocks_of in SHEETS:
        _sheet(book, name, note, [block for block in blocks_of(chance) if len(block.rows)])


def _sheet(book: Book, name: str, note: str, blocks: Sequence[Block]) -> None:
    """Blocks one under another, in columns as wide as any of them needs; no sheet without blocks."""
    if not blocks:
        return
    first, *others = blocks
    widths = _widths(blocks)
    sheet = book.sheet(name, f"{first.heading}. {note} {book.price_year}{_kind(book, name)}")
    end = book.table(sheet, first.whole, _fitted(first.fields, widths), mark=first.mark)
    if others:  # the first table's headings must not hang over the tables below it, on screen or in print
        sheet.freeze_panes(HEADER_ROW, 1)
        sheet.repeat_rows(0)
    for block in others:
        book.heading(sheet, end + 1, block.heading)
        end = book.table(sheet, block.whole, _fitted(block.fields, widths), row=end + 2, mark=block.mark)


def _kind(book: Book, name: str) -> str:
    """The words that say which pounds a sheet is of, where the study discounts."""
    if not is_discounted(book.result):
        return ""
    return f" {OF_SHEET.get(name, 'Pounds are present values.')}"


def _widths(blocks: Sequence[Block]) -> list[float]:
    """The width of each column: the widest that any of these tables wants."""
    most = max(len(block.fields) for block in blocks)
    return [max((block.fields[at].width or 17.0) for block in blocks if at < len(block.fields)) for at in range(most)]


def _fitted(fields: Sequence[Field], widths: Sequence[float]) -> list[Field]:
    return [replace(field, width=width) for field, width in zip(fields, widths, strict=False)]


def _titled(chance: Chance, frame: pd.DataFrame, **columns: Sequence[object]) -> pd.DataFrame:
    """The rows with scenarios by their titles and these columns in words."""
    if "scenario" in frame:
        columns["scenario"] = [chance.names.scenario(str(name)) for name in frame["scenario"]]
    made = frame.copy()
    for name, words in columns.items():
        made[name] = pd.Series(list(words), index=made.index, dtype=object)
    return made


def _draws(chance: Chance) -> list[Block]:
    return [
        Block("Cost and modelled change over the draws", _money(chance), DRAWS),
        Block("Modelled change of what is counted over the draws", _counts(chance), COUNTS),
        Block("Expected value of perfect information; groups do not add", _known(chance), INFORMATION),
        Block(ACCEPTABLE, _titled(chance, chance.tables.acceptability), ACCEPTABILITY),
    ]


def _money(chance: Chance) -> pd.DataFrame:
    rows = chance.drawn(counted=False)
    if rows.empty:
        return rows
    of = [None if is_missing(code) else chance.names.organisation(str(code)) for code in rows["of"]]
    bases = {"basis": [PAID.get(str(basis)) for basis in rows["basis"]]} if "basis" in rows else {}
    return _titled(chance, rows, of=of, measure=[named(name, MEASURES) for name in rows["measure"]], **bases)


def _counts(chance: Chance) -> pd.DataFrame:
    rows = chance.drawn(counted=True)
    return _titled(chance, rows, of=[title(str(name)) for name in rows["of"]]) if len(rows) else rows


def _known(chance: Chance) -> pd.DataFrame:
    rows = chance.tables.information
    if rows.empty:
        return rows
    names = [parameter_names(given) for given in rows["parameters"]]
    groups = [
        chance.called(group) if each == [group] else title(group)
        for group, each in zip(rows["group"].astype(str), names, strict=True)
    ]
    counts = [len(each) or None for each in names]
    return _titled(chance, rows, group=groups, parameters=[", ".join(each) for each in names], count=counts)


def _what_if(chance: Chance) -> list[Block]:
    grid, sets = chance.tables.grid, chance.tables.evidence_sets
    if len(grid):
        pair = ("parameter_1", "parameter_2")
        grid = grid.assign(**{name: grid[name].map(str).map(chance.called) for name in pair})
    if len(sets):
        sets = sets.assign(set=sets["set"].map(str).map(title))
    return [
        Block("Each number low and high, all else as stated", _titled(chance, chance.tables.tornado), TORNADO),
        Block(
            "Every number at once at its best or worst end for the scenario",
            _titled(chance, chance.tables.extremes),
            EXTREMES,
        ),
        Block("Two numbers at once", _titled(chance, grid), GRID),
        Block("Sets of evidence side by side, never averaged", _titled(chance, sets), SETS),
    ]


def _profile(chance: Chance) -> list[Block]:
    spent, books, fan = (
        _periods(chance, frame)
        for frame in (chance.tables.profile, chance.tables.profile_by_organisation, chance.tables.fan)
    )
    if len(spent):
        spent = spent.assign(setting=[chance.names.setting(str(name)) for name in spent["setting"]])
    if len(books):
        books = books.assign(organisation=[chance.names.organisation(str(code)) for code in books["organisation"]])
    whose = ", of these starters only: no organisation's period" if chance.of_starters else ""
    return [
        Block(f"By period and setting{whose}", spent, PROFILE),
        Block(f"By period and organisation{whose}", books, BOOKS),
        Block(f"Modelled change so far{whose}", fan, FAN),
    ]


def _periods(chance: Chance, frame: pd.DataFrame) -> pd.DataFrame:
    if frame.empty:
        return frame
    spans = frame[["period", "from_day", "to_day"]].itertuples(index=False)
    return _titled(chance, frame, called=[chance.period(*span) for span in spans])


def _break_even(chance: Chance) -> list[Block]:
    rows = chance.tables.break_even
    if len(rows):
        verdicts = [None if is_missing(given) else bool(given) for given in rows["within_plausible"]]
        rows = _titled(chance, rows, within_plausible=verdicts)
    return [Block("The value of each number at which the modelled change is nothing", rows, BREAK_EVEN)]


def _attribution(chance: Chance) -> list[Block]:
    rows = changes_of(chance.tables.attribution) if len(chance.tables.attribution) else chance.tables.attribution
    return [
        Block("Each change in the order written and whatever the order", _titled(chance, rows), ATTRIBUTION, "grade")
    ]


def _distribution(chance: Chance) -> list[Block]:
    bins = chance.tables.distribution
    if len(bins):
        ends = [None if is_missing(end) or math.isinf(float(end)) else end for end in bins["to_gbp"]]
        bins = _titled(chance, bins, to_gbp=ends)
    return [
        Block("What sampled patients cost", _titled(chance, chance.tables.distribution_summary), SPREAD),
        Block("Patients by cost", bins, BINS),
    ]


SHEETS: Final[tuple[tuple[str, str, Callable[[Chance], list[Block]]], ...]] = (
    ("Draws", "Draws of the parameters' stated uncertainty only, the same for every scenario.", _draws),
    (
        "Tornado",
        "Numbers read at the ends of their 95% intervals or stated ranges; those without are held still.",
        _what_if,
    ),
    ("Profile", "Pounds of the patients who start, by the period in which they fall.", _profile),
    ("Break-even", "Where a plausible range is an assumption, so is the verdict.", _break_even),
    ("Attribution", "The factors of the evidence are assumptions; what they weigh is no forecast.", _attribution),
    ("Distribution", "Sampled patients differ in who they are and by chance; that is not uncertainty.", _distribution),
)
