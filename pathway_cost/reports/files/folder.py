"""The only writer of files: everything a run leaves appears together, or not at all.

A folder is made beside its place, in a hidden folder of its own, and renamed in when it is whole. Only a folder of ours is
ever replaced, and the old one goes only after the new one stands. What a run that was killed left beside a place is swept
by the next one.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pathway_cost.errors import OutputFaults, Problem, Where, raise_if_any
from pathway_cost.privacy.leftovers import OwnFolder, sweep
from pathway_cost.reports.files.run_json import LOCAL, MADE_BY, record_bytes, tables_told
from pathway_cost.results.frames import TABLES, RunResult

if TYPE_CHECKING:
    import pandas as pd

RECORD: Final = "run.json"
PATIENTS: Final = f"patients{LOCAL}parquet"
EXACT: Final = {
    name: f"{name}{LOCAL}csv"
    for name in ("summary", "by_organisation", "by_setting", "by_component", "by_segment", "by_attribute")
}
"""Cuts of the patients as they are → their files, where those of small groups are costed as others."""
TABLE_ENDINGS: Final = (".csv", ".parquet")
LOCAL_TABLES: Final = tuple(f"{LOCAL.removesuffix('.')}{ending}" for ending in TABLE_ENDINGS)
"""Ends of the names of tables that stay where they are written."""
FILES: Final = frozenset(
    {
        *(table.file for table in TABLES.values() if table.in_file),
        RECORD,
        "workbook.xlsx",
        "report.html",
        PATIENTS,
        *EXACT.values(),
    }
)
"""Every file that a run may leave."""
_NO_PLACE: Final = (errno.EEXIST, errno.ENOTDIR, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG)
OF_THE_SYSTEM: Final = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})  # what file managers leave behind


def write(result: RunResult, folder: str | Path, *, replace: bool = False, patients: bool = False) -> Path:
    """Write a run into a folder: CSV tables, run.json, workbook.xlsx, report.html.

    Tables of time, chance and alternatives are written where the study asked for them.

    Args:
        result: the RunResult that `run` returned; what `cost_pathway` and `compare` return is no run, and has no report.
        folder: a new folder; its parents are made.
        replace: put it in the place of an older folder of ours.
        patients: also write `patients_local.parquet`, one row a patient and scenario, and where patients of small groups are
            costed as others, `by_segment_local.csv` and the other cuts as they are: they hold identifiers and small
            numbers, and stay where they are written.

    Returns:
        The folder.

    Raises:
        TypeError: something else than a RunResult.
        OutputFaults: the folder must not be written; nothing has been touched.

    >>> import pathway_cost as pc
    >>> pc.write(pc.run("examples/elective_knee/study.yaml"), "out")    # doctest: +SKIP
    PosixPath('/home/costing/out')
    """
    _refuse_no_run(result)
    place = refuse_folder(folder, replace=replace)
    files = run_files(result, patients=patients)
    with new_folder(place, replace=replace) as partial:
        for name, content in files.items():
            _fill(partial / name, content)
    return place


def _refuse_no_run(result: object) -> None:
    """Say what can be written, and what to do with what cannot."""
    if not isinstance(result, RunResult):
        what = f"write takes a RunResult, what `run` returns, not a {type(result).__name__}"
        remedy = "put it in a study (`load_study` takes a dict with frames) and run that, or write its frames yourself"
        raise TypeError(f"{what}; {remedy}")


def run_files(result: RunResult, *, patients: bool = False) -> dict[str, bytes]:
    """Every file of a run by name, made in memory: nothing is written before all are whole."""
    from pathway_cost.reports.page.page import page_text
    from pathway_cost.reports.words import MEANING, csv_bytes, hidden_columns, is_discounted, starred
    from pathway_cost.reports.workbook.workbook import workbook_bytes

    made = result.tables.written()
    frames, stars = (
        {name: starred(frame) for name, frame in made.items()},
        {name: dict.fromkeys(hidden_columns(frame), MEANING) for name, frame in made.items()},
    )
    files = {TABLES[name].file: csv_bytes(frame) for name, frame in frames.items()}
    files["workbook.xlsx"] = workbook_bytes(result)
    files["report.html"] = page_text(result).encode()
    if patients:
        files[PATIENTS] = _parquet(result.patients_frame())
        exact = result.exact_tables()
        files |= {file: csv_bytes(exact[name]) for name, file in EXACT.items() if len(exact[name])}
    told = {"tables": tables_told(frames, discounted=is_discounted(result), stars=stars)}
    return {**files, RECORD: record_bytes({**result.record, **told}, files)}


def refuse_folder(folder: str | Path, *, replace: bool = False) -> Path:
    """The absolute place of a folder that may be written, where nothing lies beside it that a killed run has left.

    Raises:
        OutputFaults: with the reason why not.

    >>> refuse_folder("/")
    Traceback (most recent call last):
    ...
    pathway_cost.errors.OutputFaults: output: 1 fault
      - /: is, or holds, the folder you stand in or your home; name a new folder inside it
    """
    place = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would follow the link that must be refused
    sweep(place.parent)
    raise_if_any(_faults(place, replace=replace), OutputFaults)
    return place


def _faults(place: Path, *, replace: bool) -> Iterator[Problem]:
    """Why a folder must not be written: the first reason is enough."""
    if place.is_symlink():
        yield _fault("folder_is_a_link", place, "is a link to another place", "name the folder itself")
    elif {place, place.resolve()} & {Path(place.anchor), Path.home(), Path.cwd(), *Path.cwd().parents}:
        yield _fault(
            "folder_holds_us",
            place,
            "is, or holds, the folder you stand in or your home",
            "name a new folder inside it",
        )
    elif place.exists() and not place.is_dir():
        yield _fault("folder_is_a_file", place, "is a file", "name a folder")
    elif place.exists():
        yield from _faults_of_existing(place, replace=replace)
    else:
        above = next(parent for parent in place.parents if parent.exists())
        if not above.is_dir():
            yield _fault("parent_is_a_file", place, f"cannot be made: {above} is a file", "name a folder elsewhere")
        elif not os.access(above, os.W_OK):
            yield _fault(
                "parent_not_writable",
                place,
                f"cannot be made: {above} is not yours to write in",
                "name a folder elsewhere",
            )


def _faults_of_existing(place: Path, *, replace: bool) -> Iterator[Problem]:
    if not replace:
        yield _fault(
            "folder_exists",
            place,
            "exists already",
            "name a new folder (`run --replace` replaces an older one of ours)",
        )
    elif not is_ours(place):
        yield _fault(
            "folder_not_ours",
            place,
            f"holds no {RECORD} of ours, so it is not replaced",
            "name a new folder, or remove this one yourself",
        )
    else:
        strangers = sorted(path.name for path in place.iterdir() if path.name not in FILES | OF_THE_SYSTEM)
        if strangers:
            names = ", ".join(strangers[:3]) + (" …" if len(strangers) > 3 else "")
            yield _fault("folder_holds_others", place, f"holds files that are not ours: {names}", "move them out first")


def _fault(rule: str, place: Path, what: str, remedy: str) -> Problem:
    return Problem(rule, what, Where(file=str(place)), remedy=remedy)


def is_ours(folder: Path) -> bool:
    """Whether a folder holds a run record that this package wrote."""
    record = folder / RECORD
    if record.is_symlink() or not record.is_file():
        return False
    try:
        content = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(content, dict) and content.get("made_by") == MADE_BY


@contextmanager
def new_folder(folder: str | Path, *, replace: bool = False) -> Iterator[Path]:
    """A folder to fill, hidden from others; renamed to its place at the end, removed on any failure.

    Raises:
        OutputFaults: the place must not be written.
    """
    place = refuse_folder(folder, replace=replace)
    place.parent.mkdir(parents=True, exist_ok=True)
    with OwnFolder(place.parent, place.name) as own:
        own.new.mkdir()
        yield own.new
        refuse_folder(place, replace=replace)
        if place.exists():
            place.rename(own.old)  # put back by its own folder unless the new one comes
        own.new.rename(place)


def refuse_file(path: str | Path, endings: Sequence[str] = TABLE_ENDINGS, *, replace: bool | None = None) -> Path:
    """The place of a file that may be written.

    Args:
        path: the place.
        endings: those that its name may have.
        replace: put it in the place of an older file; None where nobody can ask for that.

    Raises:
        OutputFaults: the file exists already and is not to be replaced, its ending is none of these, or no file can be there.
    """
    place = Path(path)
    with _file_system_told(place):
        sweep(place.parent)
        raise_if_any(_file_faults(place, endings, replace=replace), OutputFaults)
    return place


def write_table(
    frame: pd.DataFrame, path: str | Path, endings: Sequence[str] = TABLE_ENDINGS, *, replace: bool | None = None
) -> Path:
    """Write one table as CSV or Parquet, by the file's ending; it appears whole.

    Raises:
        OutputFaults: the file exists already and is not to be replaced, or its name has none of the endings.
    """
    place = refuse_file(path, endings, replace=replace)
    from pathway_cost.reports.words import csv_bytes

    made: Mapping[str, Callable[[pd.DataFrame], bytes]] = {".csv": csv_bytes, ".parquet": _parquet}
    return write_whole(place, made[place.suffix.lower()](frame))


def write_whole(place: Path, content: bytes) -> Path:
    """Write one file so that it appears whole or not at all; its folder is made.

    Raises:
        OutputFaults: no file can be there.
    """
    with _file_system_told(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        with OwnFolder(place.parent, place.name) as own:
            _fill(own.new, content, of=place.name)
            own.new.replace(place)
    return place


def _fill(path: Path, content: bytes, *, of: str | None = None) -> None:
    """Write a new file; one that is to have a local name can be read by its owner alone, where the system knows of owners."""
    path.touch(0o600 if LOCAL in (of or path.name) else 0o666)
    path.write_bytes(content)


@contextmanager
def _file_system_told(place: Path) -> Iterator[None]:
    """A place at which no file can be, such as one below another file, is a fault."""
    try:
        yield
    except (OSError, ValueError) as error:
        if isinstance(error, OSError) and error.errno not in _NO_PLACE:
            raise
        why = error.strerror if isinstance(error, OSError) else str(error)
        what = f"cannot be written: {why}"
        raise OutputFaults([_fault("file_unwritten", place, what, "name another place")]) from None


def _file_faults(place: Path, endings: Sequence[str], *, replace: bool | None) -> Iterator[Problem]:
    name = place.name.lower()
    if not any(name.endswith(ending) and name != ending for ending in endings):
        known = " or ".join(endings)
        yield _fault("file_ending", place, f"does not end in {known}", f"end the name in {known}")
    is_plain = place.is_file() and not place.is_symlink()
    if (place.exists() or place.is_symlink()) and not (replace and is_plain):
        other = (
            "say replace=True (`--replace` of a command)"
            if replace is False and is_plain
            else "remove this one yourself"
        )
        yield _fault("file_exists", place, "exists already", f"name a new file, or {other}")


def copy_topic(source: str | Path, folder: str | Path) -> Path:
    """Copy a topic of the library (pathway, scenarios, study) into a new folder.

    Raises:
        OutputFaults: the folder exists already or must not be written.
    """
    with new_folder(folder) as partial:
        shutil.copytree(source, partial, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    return Path(folder)


def _parquet(frame: pd.DataFrame) -> bytes:
    """A frame as Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    held = BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), held, compression="zstd")
    return held.getvalue()
