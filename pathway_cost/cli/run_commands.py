"""`pathway-cost run` and `check`: the main job."""

from __future__ import annotations

from pathlib import Path

import click

from pathway_cost.cli.shared import echo_notes, key_option, progress_bar, read_key, say


@click.command()
@click.argument("study", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the results.")
@click.option("--replace", is_flag=True, help="Replace the folder if it holds results of ours.")
@click.option("--patients", is_flag=True, help="Also write the files that stay here: patients, exact cuts.")
@click.option("--dry-run", is_flag=True, help="Only check, as `check STUDY` does; write nothing.")
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
    from pathway_cost.study.load import load_study

    key = read_key(key_file)
    if dry_run:
        _check_study(study, key=key, strict=strict)
        return
    loaded = load_study(study)
    assert out is not None
    from pathway_cost.reports.files.folder import refuse_folder, write

    refuse_folder(out, replace=replace)
    with progress_bar() as progress:
        result = costing.run(loaded, keep_patients=patients, key=key, strict=strict, progress=progress)
        progress("writing", 0, 1)
        write(result, out, replace=replace, patients=patients)
        progress("writing", 1, 1)
    from pathway_cost.reports.words import print_summary

    echo_notes(result.notes)
    print_summary(result)
    say(f"Written: {out / 'workbook.xlsx'} and {out / 'report.html'}")


@click.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--strict", is_flag=True, help="Treat warnings as faults.")
@key_option
def check(files: tuple[Path, ...], *, strict: bool, key_file: Path | None) -> None:
    """Check studies with all they read, or single pathway, scenario and rules files.

    A study's tables and extracts are read, its prices found and its pathways compiled; nothing is costed, and what
    only costing can tell is named. Of a single file, only what it says itself is looked at.

    \b
    Example:
      pathway-cost check pathways/elective_knee/pathway.yaml examples/elective_knee/study.yaml
    """
    from pathway_cost.errors import PathwayCostError
    from pathway_cost.study import lone_specs

    key = read_key(key_file)
    failed = False
    for path in files:
        try:
            if lone_specs.is_study(path):
                _check_study(path, key=key, strict=strict)
            else:
                _check_spec(path, strict=strict)
        except PathwayCostError as error:
            failed = True
            say(str(error), err=True)
    if failed:
        raise click.exceptions.Exit(2)


def _check_study(path: Path, *, key: bytes | None, strict: bool) -> None:
    from pathway_cost import costing

    with progress_bar() as progress:
        checked = costing.check(path, key=key, strict=strict, progress=progress)
    echo_notes(checked.notes)
    say(f"{path}: {checked}")


def _check_spec(path: Path, *, strict: bool) -> None:
    from pathway_cost.errors import refuse_warnings
    from pathway_cost.study import lone_specs

    notes = lone_specs.check_file(path)
    if strict:
        refuse_warnings(notes)
    echo_notes(notes)
    say(f"{path}: no fault in the file itself")
