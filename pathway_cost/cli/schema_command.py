"""`pathway-cost schema`: the JSON Schema of each file people write."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from pathway_cost.specs.reading.schema import FileKind


@click.command()
@click.argument("kind", type=click.Choice(["pathway", "scenario", "study", "rules"]))
def schema(kind: FileKind) -> None:
    """Print the JSON Schema of a kind of file.

    Editors use it to complete and check what is typed.

    \b
    Example:
      pathway-cost schema pathway > pathway.schema.json
    """
    from pathway_cost.specs.reading.schema import json_schema

    click.echo(json.dumps(json_schema(kind), indent=2))
