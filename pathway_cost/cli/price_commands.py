"""`pathway-cost unit-costs` and `national`: prices made, shown, imported."""

from __future__ import annotations

from pathlib import Path

import click

from pathway_cost.cli.shared import echo_notes, progress_bar, say


@click.group("unit-costs")
def unit_costs() -> None:
    """Make unit costs from PLICS, or show those a study uses.

    \b
    Example:
      pathway-cost unit-costs show examples/elective_knee/study.yaml
    """


@unit_costs.command("make")
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="CSV or Parquet file.")
def make(study: Path, out: Path) -> None:
    """Price a study's PLICS extracts by its rules and keep the table (a `table:` set reads it).

    The table may be handed on: unless the study says that its patients are made up, a price of few records is two
    figures, and how many they are is left out, as is its standard error.

    \b
    Example:
      pathway-cost unit-costs make examples/elective_knee/study.yaml --out unit_costs.csv
    """
    from pathway_cost.reports.files.folder import refuse_file, write_table
    from pathway_cost.study.load import load_study
    from pathway_cost.study.prices_alone import unit_costs_and_notes

    refuse_file(out)
    with progress_bar() as progress:
        prices, notes = unit_costs_and_notes(load_study(study), progress=progress)
    write_table(prices.frame, out)
    echo_notes(notes)
    say(f"Written: {out} ({len(prices.frame):,} rows)")


@unit_costs.command("show")
@click.argument("study", type=click.Path(path_type=Path))
def show(study: Path) -> None:
    """Show every price a study would use: pounds a unit, basis, price year, records, source, fallback.

    \b
    Example:
      pathway-cost unit-costs show examples/elective_knee/study.yaml
    """
    from pathway_cost.reports.words import plain_table
    from pathway_cost.study.load import load_study
    from pathway_cost.study.prices_alone import prices_of

    with progress_bar() as progress:
        prices = prices_of(load_study(study), progress=progress)
    echo_notes(prices.notes)
    columns = [
        "organisation",
        "unit_cost",
        "level",
        "value_gbp",
        "unit",
        "price_year",
        "basis",
        "n",
        "source",
        "fallback",
    ]
    say(plain_table(prices.totals(), columns))


@click.group()
def national() -> None:
    """Bring in the National Schedule of NHS Costs.

    \b
    Example:
      pathway-cost national import schedule.xlsx --year 2024-25 --out ncc_2024_25.csv
    """


@national.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--year", required=True, help="Price year of the schedule, such as 2024-25.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="CSV or Parquet file.")
def import_schedule(file: Path, year: str, out: Path) -> None:
    """Turn the published schedule (xlsx, or tidy CSV) into a table that a `national:` set reads.

    \b
    Example:
      pathway-cost national import schedule.xlsx --year 2024-25 --out ncc_2024_25.csv
    """
    from pathway_cost.reports.files.folder import refuse_file, write_table
    from pathway_cost.tables.prices.national_import import read_published

    refuse_file(out)
    schedule = read_published(file, price_year=year)
    write_table(schedule, out)
    say(f"Written: {out} ({len(schedule):,} lines)")
