"""`pathway-cost pathways` and `new`: the library, shown and copied."""

from __future__ import annotations

from pathlib import Path

import click

from pathway_cost.cli.shared import say


@click.group(invoke_without_command=True)
@click.pass_context
def pathways(context: click.Context) -> None:
    """List the pathways of the library, or show one.

    \b
    Example:
      pathway-cost pathways
      pathway-cost pathways show elective_knee
    """
    if context.invoked_subcommand is not None:
        return
    from pathway_cost.reports.words import library_list
    from pathway_cost.specs.reading.library import library_pathways

    say(library_list(library_pathways()))


@pathways.command("show")
@click.argument("name")
def show(name: str) -> None:
    """Draw a library pathway, or a pathway file, as Mermaid text.

    \b
    Example:
      pathway-cost pathways show elective_knee
    """
    from pathway_cost.reports.flows.diagram import mermaid_text
    from pathway_cost.study.lone_specs import load_pathway

    say(mermaid_text(load_pathway(name)))


@click.command()
@click.argument("name")
@click.argument("folder", type=click.Path(path_type=Path))
def new(name: str, folder: Path) -> None:
    """Copy a library pathway into a new folder.

    Its scenarios come with it, and a study to start from.

    \b
    Example:
      pathway-cost new elective_knee my_knee/
      pathway-cost run my_knee/study.yaml --out my_knee/out/
    """
    from pathway_cost.reports.files.folder import copy_topic
    from pathway_cost.specs.reading.library import topic_folder

    copy_topic(topic_folder(name), folder)
    say(f"Written: {folder}. Next: pathway-cost run {folder / 'study.yaml'} --out {folder / 'out'}")
