"""`pathway-cost verify`: the same run again, held against what lies there."""

from __future__ import annotations

from pathlib import Path

import click

from pathway_cost.cli.shared import key_option, progress_bar, read_key, say


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--study",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="The study's file, where it is not found.",
)
@key_option
def verify(out: Path, *, study: Path | None, key_file: Path | None) -> None:
    """Run again what the folder OUT was made of, and say which files agree byte for byte and which figures moved.

    Inputs must be those of the first run, by their hashes in run.json. Nothing is changed. Exit 2 when anything moved.

    \b
    Example:
      pathway-cost verify out/
    """
    from pathway_cost.rerun import verify as run_again

    key = read_key(key_file)
    with progress_bar() as progress:
        found = run_again(out, study, key=key, progress=progress)
    say(str(found))
    if found.moved:
        raise click.exceptions.Exit(2)
