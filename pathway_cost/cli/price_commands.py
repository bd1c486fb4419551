"""`pathway-cost unit-costs` and `national`: prices made, shown, imported."""

from __future__ import annotations

from pathlib import Path

import click

from pathway_cost.cli.shared import echo_notes, key_option, progress_bar, read_key, say

NO_RECORDS = "Nothing is written: no PLICS record of the study stands behind this price"


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
@click.option("--records", "followed", metavar="KEY", help="Follow the price of one unit cost into its PLICS records.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File for the records, named …_local.csv or …_local.parquet; records_KEY_local.csv when left out.",
)
@click.option("--replace", is_flag=True, help="Put it in the place of an older file.")
@key_option
def show(study: Path, followed: str | None, out: Path | None, *, replace: bool, key_file: Path | None) -> None:
    """Show every price a study would use: pounds a unit, basis, price year, records, source, fallback.

    With --records KEY one price is followed instead: every PLICS record that its rule picks is written to a local file, a row
    each, with its place in the extract, codes, dates, activity and pounds. The sum of `gbp` over the sum of `activity` is the
    price; records that are left out have theirs in columns of their own. The file is for who holds the extract and is
    not to be handed on. The terminal shows sums alone, and of real patients none of fewer than eight records.

    \b
    Example:
      pathway-cost unit-costs show examples/elective_knee/study.yaml
      pathway-cost unit-costs show examples/elective_knee/study.yaml --records theatre.knee
    """
    if followed is not None:
        return _follow(
            study, followed, out or Path(f"records_{followed}_local.csv"), replace=replace, key_file=key_file
        )
    if out is not None or replace:
        raise click.UsageError("--out and --replace are for the records of one price: add --records KEY")
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
    return None


def _follow(study: Path, unit_cost: str, out: Path, *, replace: bool, key_file: Path | None) -> None:
    """Write the records behind one price, and show that they add up to it."""
    from pathway_cost.reports.files.folder import LOCAL_TABLES, refuse_file, write_table
    from pathway_cost.reports.words import followed_heading, followed_lines, followed_table, plain_table
    from pathway_cost.study.followed_price import follow_price
    from pathway_cost.study.load import load_study

    refuse_file(out, LOCAL_TABLES, replace=replace)
    with progress_bar() as progress:
        found = follow_price(load_study(study), unit_cost, key=read_key(key_file), progress=progress)
    if len(found.records):
        write_table(found.records, out, LOCAL_TABLES, replace=replace)
    echo_notes(found.notes)
    say(followed_heading(unit_cost, found.unit, found.reconciled))
    say(plain_table(followed_table(found.reconciled)))
    for line in followed_lines(found.reconciled):
        say(line)
    say(f"Written: {out}, which stays with you: each row is a patient's record" if len(found.records) else NO_RECORDS)


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
