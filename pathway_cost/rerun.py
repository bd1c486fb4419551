"""Run a study again from the record of an earlier run, and hold every file against what lies there."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pathway_cost.costing import run
from pathway_cost.earlier.results_folder import changed_inputs, record_of, study_again
from pathway_cost.errors import OutputFaults, raise_if_any
from pathway_cost.reports.files.folder import FILES, PATIENTS, run_files
from pathway_cost.reports.files.moved import Moved, moved
from pathway_cost.results.frames import WITHHELD, versions
from pathway_cost.study.load import StudyGiven
from pathway_cost.study.progress import Progress, silent


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
    record = record_of(folder)
    given = study_again(study, folder, record)
    raise_if_any(changed_inputs(record, given, key), OutputFaults, stage="verify")
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


def _other_versions(record: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    then, now = record["versions"], versions()
    names = [name for name in dict.fromkeys([*then, *now]) if then.get(name) != now.get(name)]
    return {name: (then.get(name, "not there"), now.get(name, "not there")) for name in names}
