"""`pathway-cost schema`: the JSON Schema of each file people write."""

from __future__ import annotations

import json

import click


@click.command()
@click.argument("kind", type=click.Choice(["pathway", "scenario", "study", "rules"]))
def schema(kind: str) -> None:
    """Print the JSON Schema of a pathway, scenario, study or rules file, for editors and checks.

    \b
    Example:
      pathway-cost schema pathway > pathway.schema.json
    """
    from pathway_cost.specs.schema import json_schema

    click.echo(json.dumps(json_schema(kind), indent=2, ensure_ascii=False))
