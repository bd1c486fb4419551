"""`pathway-cost clean`: what runs that were killed have left behind, removed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pathway_cost.cli.shared import say
from pathway_cost.privacy.legible import one_line

if TYPE_CHECKING:
    from pathway_cost.privacy.leftovers import Leftover


@click.command()
@click.argument("folder", default=".", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--dry-run", is_flag=True, help="Only list them; remove nothing.")
def clean(folder: Path, *, dry_run: bool) -> None:
    """Remove what killed runs have left in FOLDER and below it.

    Temporary files are searched, too, and without FOLDER the folder you stand in. Only hidden folders with a marker of ours
    go, in which no run works any more. Results that had stepped aside for new ones that never came are put back.

    \b
    Example:
      pathway-cost clean results/
    """
    import tempfile

    from pathway_cost.privacy.leftovers import sweep, sweep_below

    found = [
        *sweep_below(folder, look_only=dry_run),
        *sweep(Path(tempfile.gettempdir()), look_only=dry_run),
    ]
    for each in found:
        say(_told(each, "Would remove" if dry_run else "Removed"))
    if not found:
        say("Nothing to remove.")


def _told(leftover: Leftover, verb: str) -> str:
    files = "1 file" if leftover.files == 1 else f"{leftover.files:,} files"
    back = f"; the older results in it go back to {leftover.put_back}" if leftover.put_back is not None else ""
    return one_line(f"{verb}: {leftover.folder} ({files}, {leftover.size:,} bytes){back}")
