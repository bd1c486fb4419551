"""`pathway-cost plics`: read extracts, or only check them."""

from __future__ import annotations

from pathlib import Path

import click

from pathway_cost.cli.shared import echo_notes, key_option, progress_bar, read_key, say


@click.group()
def plics() -> None:
    """Read and check PLICS extracts.

    \b
    Example:
      pathway-cost plics check extracts/*.xml
    """


@plics.command("read")
@click.argument("files", nargs=-1, required=True)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="Folder for events and cost lines (Parquet)."
)
@key_option
def read(files: tuple[str, ...], out: Path, key_file: Path | None) -> None:
    """Read XML or CSV extracts into events.parquet, cost_lines.parquet and controls.csv, without identifiers.

    \b
    Example:
      pathway-cost plics read examples/elective_knee/plics/*.xml --out plics_store/
    """
    from pathway_cost.reports.files.folder import new_folder, write_table
    from pathway_cost.study.prices_alone import read_plics

    key = read_key(key_file)
    with new_folder(out) as partial, progress_bar() as progress:
        extract = read_plics(files, key=key, store=partial, progress=progress)
        write_table(extract.controls, partial / "controls.csv")
    echo_notes(extract.findings)
    say(_controls(extract.controls))
    say(f"Written: {out}")


@plics.command("check")
@click.argument("files", nargs=-1, required=True)
def check(files: tuple[str, ...]) -> None:
    """Read extracts, prove their control totals, report findings, keep nothing.

    \b
    Example:
      pathway-cost plics check examples/elective_knee/plics/*.xml
    """
    from pathway_cost.study.prices_alone import read_plics

    with progress_bar() as progress:
        extract = read_plics(files, progress=progress)
    echo_notes(extract.findings)
    say(_controls(extract.controls))


def _controls(controls: object) -> str:
    from pathway_cost.reports.words import plain_table

    columns = ["file", "feed", "organisation", "fin_year", "records", "gbp", "difference_gbp"]
    return plain_table(controls, columns)
