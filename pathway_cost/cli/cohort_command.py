"""`pathway-cost cohort`: synthetic patients."""

from __future__ import annotations

from pathlib import Path

import click

from pathway_cost.cli.shared import echo_notes, say


@click.group()
def cohort() -> None:
    """Make cohorts.

    \b
    Example:
      pathway-cost cohort make segments.csv --patients 50000 --seed 7 --out cohort.parquet
    """


@cohort.command("make")
@click.argument("segments", type=click.Path(path_type=Path))
@click.option("--patients", required=True, type=click.IntRange(min=1), help="How many patients to draw.")
@click.option("--seed", required=True, type=int, help="The same seed draws the same patients.")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="CSV or Parquet file.")
def make(segments: Path, patients: int, seed: int, out: Path) -> None:
    """Draw a synthetic cohort from a table of segments (level columns and `share`).

    \b
    Example:
      pathway-cost cohort make segments.csv --patients 50000 --seed 7 --out cohort.parquet
    """
    from pathway_cost.reports.files.folder import refuse_file, write_table
    from pathway_cost.tables.cohort.cohort_make import make_cohort
    from pathway_cost.tables.reading import read_noted

    refuse_file(out)
    found = read_noted(segments)
    drawn = make_cohort(found.table, patients=patients, seed=seed, where=segments.name)
    write_table(drawn, out)
    echo_notes(found.notes)
    say(f"Written: {out} ({len(drawn):,} synthetic patients)")
