"""docs/commands.md, made from the help of every command: `python -m tests.cli.commands_page` writes it again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from pathway_cost.cli.main import cli

PAGE = Path(__file__).parents[2] / "docs" / "commands.md"
HEAD = """\
# Commands

What `pathway-cost COMMAND --help` prints, for every command (`python -m tests.cli.commands_page` makes this page).
Results go to stdout; progress, warnings and faults to stderr. Exit codes: 0 good, 1 our fault, 2 input or usage.
"""
WIDTH = 100


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command by its full name, groups before what they hold."""
    yield from _below("pathway-cost", cli)


def _below(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        for part, inner in sorted(command.commands.items()):
            yield from _below(f"{name} {part}", inner)


def help_of(name: str, command: click.Command) -> str:
    """The command's help as printed on a wide screen."""
    context = click.Context(command, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH)
    context.help_option_names = ["-h", "--help"]
    return command.get_help(context)


def page() -> str:
    """The whole page."""
    parts = [f"## {name}\n\n```text\n{help_of(name, command)}\n```\n" for name, command in commands()]
    return "\n".join([HEAD, *parts])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
