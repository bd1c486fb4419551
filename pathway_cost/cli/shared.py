"""What commands share: the key, the progress bar, warnings on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pathway_cost.privacy.legible import legible
from pathway_cost.study.progress import Progress, silent

if TYPE_CHECKING:
    from pathway_cost.errors import Problem

KEY_VARIABLE = "PATHWAY_COST_KEY_FILE"
SHORTEST_KEY = 32

_key_option = click.option(
    "--key-file",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    envvar=KEY_VARIABLE,
    help=f"File with the secret (32 bytes or more) that turns NHS numbers into pseudonyms; or set {KEY_VARIABLE}. "
    "Without it they are dropped.",
)


def key_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--key-file`."""
    return _key_option(command)


def read_key(path: Path | None) -> bytes | None:
    """The secret, or None; a short one is refused."""
    if path is None:
        return None
    key = path.read_bytes().strip()
    if len(key) < SHORTEST_KEY:
        raise click.UsageError(
            f"the key in {path} has {len(key)} bytes; {SHORTEST_KEY} are needed: "
            f"python -c 'import secrets; print(secrets.token_hex(32))' > {path}"
        )
    return key


def say(text: str, *, err: bool = False) -> None:
    """Lines on stdout or stderr, without anything that a terminal would obey."""
    click.echo(legible(text), err=err)


def echo_notes(notes: Iterable[Problem]) -> None:
    """Warnings and notes, one line each, on stderr."""
    for note in notes:
        say(f"{note.severity}: {note}", err=True)


@contextmanager
def progress_bar() -> Iterator[Progress]:
    """A progress bar on stderr that appears only where somebody watches and the work is long."""
    if not sys.stderr.isatty() or os.environ.get("CI"):
        yield silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as RichProgress

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    with RichProgress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def advance(stage: str, done: float, total: float) -> None:
            if stage not in tasks:
                tasks[stage] = bar.add_task(stage, total=total)
            bar.update(tasks[stage], completed=done, total=total)

        yield advance
