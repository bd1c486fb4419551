"""`pathway-cost run` and `check`: the main job."""

from __future__ import annotations

from pathlib import Path

import click

from pathway_cost.cli.shared import echo_notes, key_option, progress_bar, read_key


@click.command()
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the results.")
@click.option("--replace", is_flag=True, help="Replace the folder if it holds results of ours.")
@click.option("--patients", is_flag=True, help="Also write patients_local.parquet, one row a patient and scenario.")
@click.option("--dry-run", is_flag=True, help="Check every file and table; cost nothing, write nothing.")
@click.option("--strict", is_flag=True, help="Treat warnings as faults.")
@key_option
def run(
    study: Path, out: Path | None, *, replace: bool, patients: bool, dry_run: bool, strict: bool, key_file: Path | None
) -> None:
    """Cost a study and write its results.

    Every scenario is costed on the same patients; the folder holds tables (CSV), workbook.xlsx and report.html.

    \b
    Example:
      pathway-cost run examples/elective_knee/study.yaml --out out/
    """
    if out is None and not dry_run:
        raise click.UsageError("say where the results go: --out FOLDER (or --dry-run to check only)")
    from pathway_cost import costing

    key = read_key(key_file)
    loaded = costing.load_study(study)
    if dry_run:
        with progress_bar() as progress:
            notes = costing.check(loaded, key=key, strict=strict, progress=progress)
        echo_notes(notes)
        click.echo(f"{study}: no fault; nothing costed, nothing written.")
        return
    assert out is not None
    from pathway_cost.reports.folder import refuse_folder, write

    refuse_folder(out, replace=replace)
    with progress_bar() as progress:
        result = costing.run(loaded, keep_patients=patients, key=key, strict=strict, progress=progress)
        progress("writing", 0, 1)
        write(result, out, replace=replace, patients=patients)
        progress("writing", 1, 1)
    from pathway_cost.reports.terminal import print_summary

    echo_notes(result.notes)
    print_summary(result)
    click.echo(f"Written: {out / 'workbook.xlsx'} and {out / 'report.html'}")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Check pathway, scenario, study and rules files.

    No table is read: `run --dry-run` checks those too.

    \b
    Example:
      pathway-cost check pathways/elective_knee/pathway.yaml examples/elective_knee/study.yaml
    """
    from pathway_cost import costing
    from pathway_cost.errors import PathwayCostError

    failed = False
    for path in files:
        try:
            notes = costing.check_file(path)
        except PathwayCostError as error:
            failed = True
            click.echo(str(error), err=True)
        else:
            echo_notes(notes)
            click.echo(f"{path}: no fault")
    if failed:
        raise click.exceptions.Exit(2)
