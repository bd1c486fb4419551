"""A folder of results read again: its run record, where its study lies, and which of its inputs are what they were."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from pathway_cost.errors import OutputFaults, Problem, Where, first_few
from pathway_cost.plics.reading import fingerprint_of
from pathway_cost.reports.files.folder import FILES, RECORD, is_ours
from pathway_cost.results.frames import FORMAT, WITHHELD
from pathway_cost.specs.reading.given_specs import is_given
from pathway_cost.study.load import LoadedStudy, StudyGiven, loaded_study
from pathway_cost.study.named_files import FRAME, GIVEN, InMemory, found_again, sha256, shown_so

DEEP: Final = 4  # folders below a place that are searched for the study
MOST: Final = 20_000  # folders searched from one place


def record_of(folder: Path) -> dict[str, Any]:
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
        remedy = "run the study again with this version, or ask that one"
        raise _refused("record_of_another_version", folder / RECORD, what, remedy)
    if not _is_whole(record):
        raise OutputFaults([damaged(folder)], stage="verify")
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


def changed_inputs(record: Mapping[str, Any], study: Path | LoadedStudy, key: bytes | None) -> Iterator[Problem]:
    """Inputs that are not what they were."""
    then, now = record.get("key_fingerprint"), fingerprint_of(key)
    if then is not None and now is None:
        yield fault("key_needed", RECORD, "the run hashed patients' identifiers with a key", "give it: --key-file FILE")
    elif then != now:
        what = "the run had no key" if then is None else "the run had another key"
        yield fault("key_differs", RECORD, what, "leave the key out" if then is None else "give that key")
    for name, digest in record["inputs"].items():
        found = _input_now(name, record, study)
        if found is None:
            yield fault("input_missing", name, "is not there any more", "put it back, or run the study anew")
        elif digest not in (WITHHELD, sha256(found)):
            yield fault(
                "input_changed", name, "has changed since the run", "put the old one back, or run the study anew"
            )


def key_of_neither(records: Collection[Mapping[str, Any]], key: bytes | None) -> Iterator[Problem]:
    """A key that is given and is that of none of some runs: with it, no study of theirs could be run again."""
    if key is not None and fingerprint_of(key) not in {each.get("key_fingerprint") for each in records}:
        what = "neither run hashed patients' identifiers with this key"
        yield fault("key_of_neither", RECORD, what, "leave the key out, or give that of the runs")


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
def study_again(study: StudyGiven | None, folder: Path, record: Mapping[str, Any]) -> Path | LoadedStudy:
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
    return found[0] if len(found) == 1 else min(found, key=lambda path: len(list(changed_inputs(record, path, None))))


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
    return OutputFaults([fault(rule, str(place), what, remedy)], stage="verify")


def fault(rule: str, file: str, what: str, remedy: str) -> Problem:
    """A fault of a folder of results, or of an input of its run."""
    return Problem(rule, what, Where(file=file), remedy=remedy)


def damaged(folder: Path) -> Problem:
    """The fault of a folder whose record is not as a run writes it."""
    return fault("record_damaged", str(folder / RECORD), "is not as a run writes it", "run the study anew")


def lies_beside(study: Path, name: str, digest: str) -> bool:
    """Whether what a record calls so, with the content it had, lies where a study would read it."""
    file = found_again(name, study.parent)
    return file.is_file() and sha256(file) == digest
