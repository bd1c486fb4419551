"""`pathway-cost compare`: two folders of results of one question, and why their figures differ."""

from __future__ import annotations

from pathlib import Path

import click

from pathway_cost.cli.shared import key_option, progress_bar, read_key, say


@click.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="CSV file for the same, row by row.")
@click.option(
    "--study",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The study's file, where it is not found.",
)
@key_option
def compare(old: Path, new: Path, *, out: Path | None, study: Path | None, key_file: Path | None) -> None:
    """Say which inputs differ between two folders of results, and the pounds that each moved.

    The moves add up to that of the total, to the penny: where the study of either folder lies on disk as it was, it is costed
    again with the inputs put back one after the other; what cannot be put back is the remainder, by name. No folder is changed.

    \b
    Example:
      pathway-cost compare october/ november/ --out why.csv
    """
    from pathway_cost.earlier.comparing import compare_folders
    from pathway_cost.earlier.moves_table import rows_of_moves
    from pathway_cost.earlier.why_told import lines_of_moves
    from pathway_cost.reports.files.folder import refuse_file, write_table

    if out is not None:
        refuse_file(out)
    key = read_key(key_file)
    with progress_bar() as progress:
        found = compare_folders(old, new, study, key=key, progress=progress)
    say(lines_of_moves(found))
    if out is not None:
        write_table(rows_of_moves(found), out)
