"""The pathways that come with the package: in a wheel inside it, in a checkout beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pathway_cost.errors import Problem, SpecFaults, Where, nearest_name
from pathway_cost.specs.reading.read_specs import load_document


@dataclass(frozen=True)
class LibraryPathway:
    """One pathway of the library: its name, title, file and scenarios."""

    name: str
    title: str
    file: Path
    scenarios: tuple[Path, ...]


def library_folder() -> Path:
    """The library's folder. The one function that knows where it is."""
    package = Path(__file__).resolve().parents[2]
    packed = package / "_library"
    return packed if packed.is_dir() else package.parent / "pathways"


def library_pathways() -> list[LibraryPathway]:
    """Every pathway of the library, by name."""
    return [_entry(folder) for folder in _topics()]


def topic_folder(name: str) -> Path:
    """The folder of a library pathway. Raises SpecFaults with the nearest name."""
    folder = library_folder() / name
    if folder in _topics():
        return folder
    near = nearest_name(name, [topic.name for topic in _topics()])
    what = f"the library has no pathway {name!r}"
    problem = Problem("not_in_library", what, Where(), near, "`pathway-cost pathways` lists the library")
    raise SpecFaults([problem], stage="meaning")


def _topics() -> list[Path]:
    return sorted(file.parent for file in library_folder().glob("*/pathway.yaml"))


def _entry(folder: Path) -> LibraryPathway:
    file = folder / "pathway.yaml"
    tree = load_document(file).tree
    title = str(tree.get("title", folder.name)) if isinstance(tree, dict) else folder.name
    return LibraryPathway(folder.name, title, file, tuple(sorted((folder / "scenarios").glob("*.yaml"))))
