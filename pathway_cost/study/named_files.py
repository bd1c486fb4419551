"""Where the files lie that a study names (paths relative to it, or names of the library), and what a record calls them."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final, Protocol

from pathway_cost.errors import Problem, SpecFaults, Where, nearest_name
from pathway_cost.privacy.legible import legible
from pathway_cost.specs.format import Pathway, PlicsSet, Study
from pathway_cost.specs.reading import read_specs
from pathway_cost.specs.reading.library import library_folder
from pathway_cost.specs.reading.read_specs import Loaded
from pathway_cost.tables.reading import shipped_file

LIBRARY: Final = "library:"
FRAME: Final = "frame: "
GIVEN: Final = "given: "
"""How a run record begins the name of a table, and of a spec, that was handed over in memory."""


class InMemory(Protocol):
    """What a run read without a file."""

    @property
    def sha256(self) -> str:
        """The hash of its content, by which it is known again."""


Inputs = Mapping[str, Path | InMemory]
"""What a run record calls an input → its file, or what was handed over."""


def sha256(given: Path | InMemory) -> str:
    """SHA-256 of an input: of a file's bytes, read in pieces."""
    if not isinstance(given, Path):
        return given.sha256
    with given.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def rules_files(study: Study) -> dict[str, str]:
    """Rules file as the study writes it → where it is written."""
    sets = enumerate(study.unit_costs)
    return {given.plics.rules: f"unit_costs.{at}.plics.rules" for at, given in sets if isinstance(given, PlicsSet)}


def pathway_file(given: str, folder: Path, study: Loaded[Study] | None) -> Path:
    """The file of a pathway named by path or by library name."""
    candidates = [folder / given, library_folder() / given / "pathway.yaml"]
    for candidate in candidates:
        if candidate.is_file():
            return candidate
    topics = [topic.name for topic in library_folder().iterdir() if (topic / "pathway.yaml").is_file()]
    problem = Problem(
        rule="pathway_not_found",
        where=Where(item="pathway"),
        what=f"no pathway {given!r}: neither a file nor in the library",
        nearest=nearest_name(given, topics),
        remedy="`pathway-cost pathways` lists the library",
    )
    raise SpecFaults([study.source.place(problem) if study is not None else problem], stage="meaning")


def scenario_file(number: int, folder: Path, beside: Path, study: Loaded[Study]) -> Path:
    """The file of a scenario: relative to the study, else in the folder of the pathway's scenarios."""
    given = study.spec.scenarios[number]
    for candidate in (folder / given, beside / given, beside / f"{given}.yaml"):
        if candidate.is_file():
            return candidate
    return existing_file(f"scenarios.{number}", given, folder, study, [path.stem for path in beside.glob("*.yaml")])


def existing_file(item: str, given: str, folder: Path, study: Loaded[Study], others: Iterable[str] = ()) -> Path:
    """The file that an item of the study names."""
    file = folder / given
    if file.is_file():
        return file
    names = [*(path.name for path in file.parent.glob("*.yaml") if file.parent.is_dir()), *others]
    problem = Problem(
        rule="file_not_found",
        where=Where(item=item),
        what=f"there is no file {given!r}",
        nearest=nearest_name(file.name, names),
        remedy="paths are relative to the study's folder",
    )
    raise SpecFaults([study.source.place(problem)], stage="meaning")


def as_written(given: str) -> str:
    """What a run record calls a file that a study names by a path: the path as written, from the study's folder.

    >>> as_written("./tables/../cohort.csv")
    'cohort.csv'
    """
    return posixpath.normpath(Path(given).as_posix())


def pathway_name(given: str, folder: Path) -> str:
    """What a run record calls a study's pathway: a path as written, else the library's.

    >>> pathway_name("elective_knee", Path("examples/elective_knee"))
    'library:elective_knee/pathway.yaml'
    """
    return as_written(given) if (folder / given).is_file() else library_home(given)[0]


def library_home(name: str) -> tuple[str, Path]:
    """What a run record calls the library's pathway of a name, and its file."""
    inside = f"{name}/pathway.yaml"
    return f"{LIBRARY}{inside}", library_folder() / inside


def scenario_name(given: str, file: Path, folder: Path, pathway: str) -> str:
    """What a run record calls a scenario: a path as written, else beside its pathway, whose name in the record is given."""
    if (folder / given).is_file():
        return as_written(given)
    return posixpath.normpath(posixpath.join(posixpath.dirname(pathway), "scenarios", file.name))


def table_file(given: str, folder: Path) -> dict[str, Path]:
    """A table that a study names (`file.xlsx#sheet` too) as an input."""
    path = given if (folder / given).exists() else given.partition("#")[0]
    return {as_written(path): folder / path}


def shipped(name: str) -> dict[str, Path]:
    """A table of the package's own data as an input."""
    return {LIBRARY + name: shipped_file(name)}


def found_again(name: str, folder: Path) -> Path:
    """The file that a run record calls so, of a study in a folder."""
    if not name.startswith(LIBRARY):
        return _shown_as(folder / name)
    inside = name.removeprefix(LIBRARY)
    return library_folder() / inside if "/" in inside else shipped_file(inside)


def _shown_as(file: Path) -> Path:
    """The file of a name, or the one whose name is shown so: records hold no sign that nobody sees."""
    if file.is_file() or not file.parent.is_dir():
        return file
    found = shown_so(file.name, (each.name for each in file.parent.iterdir()))
    return file if found is None else file.with_name(found)


def shown_so(name: str, names: Iterable[str]) -> str | None:
    """The name itself where it is among some, else the first of them that is shown so.

    >>> shown_so("cohort.csv", ["prices.csv", "co\\u200bhort.csv"])
    'co\\u200bhort.csv'
    """
    alike = sorted(each for each in names if legible(each) == name)
    return name if name in alike else next(iter(alike), None)


def pathway_beside(scenario: Path) -> Pathway | None:
    """The pathway in the scenario's folder, or in the one above."""
    found = (folder / "pathway.yaml" for folder in (scenario.parent, scenario.parent.parent))
    return next((read_specs.load_pathway(file).spec for file in found if file.is_file()), None)


def library_pathway(name: str) -> Pathway | None:
    """The pathway of a library name, or None."""
    file = library_folder() / name / "pathway.yaml"
    return read_specs.load_pathway(file).spec if file.is_file() else None
