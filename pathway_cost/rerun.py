"""Run a study again from the record of an earlier run, and hold every file against what lies there."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pathway_cost.costing import run
from pathway_cost.errors import OutputFaults, Problem, Where, first_few, raise_if_any
from pathway_cost.plics.reading import fingerprint_of
from pathway_cost.reports.files.folder import FILES, PATIENTS, RECORD, is_ours, run_files
from pathway_cost.reports.files.moved import Moved, moved
from pathway_cost.results.frames import FORMAT, WITHHELD, versions
from pathway_cost.specs.reading.given_specs import is_given
from pathway_cost.study.load import LoadedStudy, StudyGiven, loaded_study
from pathway_cost.study.named_files import FRAME, GIVEN, InMemory, found_again, sha256, shown_so
from pathway_cost.study.progress import Progress, silent

DEEP: Final = 4  # folders below a place that are searched for the study
MOST: Final = 20_000  # folders searched from one place


@dataclass(frozen=True)
class Verified:
    """What a second run says of the first."""

    study: Path | str
    """What was run again: the study's file, or its name where it was handed over."""
    files: tuple[str, ...]
    """Files of either run."""
    moved: tuple[Moved, ...]
    """What is not as it lies in the folder."""
    edited: tuple[str, ...]
    """Files of the folder that are not as the first run wrote them."""
    versions: Mapping[str, tuple[str, str]]
    """Package → (version then, version now), where they differ."""

    @property
    def same(self) -> tuple[str, ...]:
        """Files that agree byte for byte."""
        return tuple(sorted(set(self.files) - {each.file for each in self.moved}))

    def __str__(self) -> str:
        lines = [f"{name} was {then}, is {now}" for name, (then, now) in self.versions.items()]
        lines += [f"{name}: is not as it was written" for name in self.edited]
        lines += [str(each) for each in self.moved]
        whole = f"{len(self.same)} of {len(self.files)} files agree byte for byte with {self.study}, run again."
        return "\n".join([*lines, whole])


def verify(
    folder: str | Path,
    study: StudyGiven | None = None,
    *,
    key: bytes | None = None,
    progress: Progress = silent,
) -> Verified:
    """Run again what a folder of results was made of, and say which files agree and which figures moved.

    Args:
        folder: results that `run` wrote. Nothing in it is changed.
        study: the study's file, or what `load_study` takes or gave; where left out, its file is looked for by name and
            hash in the folder you stand in, beside the results, and some way below both. A study that was handed over as
            a dict lies nowhere, so it must be handed over again.
        key: the secret of the first run, where it had one.
        progress: called with (stage, done, total).

    Raises:
        OutputFaults: the folder is not ours, or an input is missing or has changed: every one of them.
        PathwayCostError: the study cannot be run any more.

    >>> import pathway_cost as pc
    >>> pc.verify("out").moved    # doctest: +SKIP
    ()
    """
    folder = Path(folder)
    record = _record_of(folder)
    given = _given(study, folder, record)
    raise_if_any(_changed_inputs(record, given, key), OutputFaults, stage="verify")
    result = run(given, keep_patients=PATIENTS in record["files"], key=key, progress=progress)
    progress("comparing", 0, 1)
    again = run_files(result, patients=PATIENTS in record["files"])
    there = {name: (folder / name).read_bytes() for name in sorted(FILES) if (folder / name).is_file()}
    names = sorted(there.keys() | again.keys())
    progress("comparing", 1, 1)
    edited = [name for name, digest in record["files"].items() if digest not in (WITHHELD, _digest(there.get(name)))]
    what = given if isinstance(given, Path) else given.path or given.study.study
    return Verified(what, tuple(names), tuple(moved(there, again)), tuple(edited), _other_versions(record))


def _digest(content: bytes | None) -> str:
    return "" if content is None else hashlib.sha256(content).hexdigest()


# --- the first run -------------------------------------------------------------------------------------------------
def _record_of(folder: Path) -> dict[str, Any]:
    """The run record of a folder of ours."""
    if not is_ours(folder):
        what = "holds no run record of ours" if folder.is_dir() else "is no folder"
        raise _refused("folder_not_ours", folder, what, "name the folder that `run` wrote")
    record: dict[str, Any] = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    if record.get("format") != FORMAT:
        then = record.get("versions")
        version = then.get("pathway-cost") if isinstance(then, dict) else None
        by = f"by pathway-cost {version} " if version else ""
        what = f"was written {by}in format {record.get('format')}; this version reads format {FORMAT}"
        remedy = "run the study again with this version, or verify with that one"
        raise _refused("record_of_another_version", folder / RECORD, what, remedy)
    if not _is_whole(record):
        raise _refused("record_damaged", folder / RECORD, "is not as a run writes it", "run the study anew")
    return record


def _is_whole(record: Mapping[str, Any]) -> bool:
    """Whether a record holds what a second run needs; files are those a run writes, never paths out of the folder."""
    texts = [record.get(name) for name in ("study", "study_file")]
    tables = [record.get(name) for name in ("files", "inputs", "versions")]
    return (
        all(isinstance(text, str) for text in texts)
        and all(isinstance(table, dict) and all(isinstance(each, str) for each in table.values()) for table in tables)
        and record["study_file"] in record["inputs"]
        and record["files"].keys() <= FILES
        and isinstance(record.get("key_fingerprint"), str | None)
    )


def _other_versions(record: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    then, now = record["versions"], versions()
    names = [name for name in dict.fromkeys([*then, *now]) if then.get(name) != now.get(name)]
    return {name: (then.get(name, "not there"), now.get(name, "not there")) for name in names}


def _changed_inputs(record: Mapping[str, Any], study: Path | LoadedStudy, key: bytes | None) -> Iterator[Problem]:
    """Inputs that are not what they were."""
    then, now = record.get("key_fingerprint"), fingerprint_of(key)
    if then is not None and now is None:
        yield _fault(
            "key_needed", RECORD, "the run hashed patients' identifiers with a key", "give it: --key-file FILE"
        )
    elif then != now:
        what = "the run had no key" if then is None else "the run had another key"
        yield _fault("key_differs", RECORD, what, "leave the key out" if then is None else "give that key")
    for name, digest in record["inputs"].items():
        found = _input_now(name, record, study)
        if found is None:
            yield _fault("input_missing", name, "is not there any more", "put it back, or run the study anew")
        elif digest not in (WITHHELD, sha256(found)):
            yield _fault(
                "input_changed", name, "has changed since the run", "put the old one back, or run the study anew"
            )


def _input_now(name: str, record: Mapping[str, Any], study: Path | LoadedStudy) -> Path | InMemory | None:
    """An input of a record as it is now; None where it is no more."""
    if _in_memory(name):
        return study.in_memory.get(name) if isinstance(study, LoadedStudy) else None
    path = study if isinstance(study, Path) else study.path
    folder = Path() if path is None else path.parent
    file = path if path is not None and name == record["study_file"] else found_again(name, folder)
    return file if file.is_file() else None


def _in_memory(name: str) -> bool:
    """Whether a record's input was handed over."""
    return name.startswith((FRAME, GIVEN))


# --- where the study lies -------------------------------------------------------------------------------------------
def _given(study: StudyGiven | None, folder: Path, record: Mapping[str, Any]) -> Path | LoadedStudy:
    """The study as it is now. Raises OutputFaults where it was handed over, and is not handed over again."""
    if isinstance(study, LoadedStudy | Mapping) or (study is not None and is_given(study)):
        return loaded_study(study)
    handed = [name for name in record["inputs"] if _in_memory(name)]
    if handed:
        what = f"the study was not in a file but handed over ({first_few(handed)})"
        raise _refused("study_handed_over", folder, what, "hand it over again: pc.verify(folder, study)")
    return _study_of(folder, record) if study is None else Path(study)


def _study_of(folder: Path, record: Mapping[str, Any]) -> Path:
    """The study's file: the one with the recorded hash, else one that says it is the same study."""
    name, digest = record["study_file"], record["inputs"][record["study_file"]]
    found = list(_named(name, folder))
    exact = [path for path in found if sha256(path) == digest]
    alike = [path for path in found if _says(path, record["study"])]
    if not (exact or alike):
        what = f"the study {record['study']} ({name}) lies neither where you stand nor beside the results"
        raise _refused("study_not_found", folder, what, "name it: --study FILE")
    found = exact or alike
    return found[0] if len(found) == 1 else min(found, key=lambda path: len(list(_changed_inputs(record, path, None))))


def _named(name: str, folder: Path) -> Iterator[Path]:
    """Every readable file of a name in the folder you stand in, beside the results, and some way below both."""
    for start in dict.fromkeys([Path.cwd(), folder.absolute().parent]):
        for count, (place, inside, files) in enumerate(os.walk(start)):
            here = Path(place)
            found = shown_so(name, files)
            if found is not None and (here / found).is_file() and os.access(here / found, os.R_OK):
                yield here / found
            if count > MOST or len(here.parts) - len(start.parts) >= DEEP:
                inside.clear()
            inside[:] = sorted(each for each in inside if not each.startswith("."))


def _says(path: Path, study: str) -> bool:
    """Whether a file says that it is the study of a name."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return re.search(rf"^study:\s*[\"']?{re.escape(study)}[\"']?\s*(#.*)?$", text, re.MULTILINE) is not None


def _refused(rule: str, place: Path, what: str, remedy: str) -> OutputFaults:
    return OutputFaults([_fault(rule, str(place), what, remedy)], stage="verify")


def _fault(rule: str, file: str, what: str, remedy: str) -> Problem:
    return Problem(rule, what, Where(file=file), remedy=remedy)
