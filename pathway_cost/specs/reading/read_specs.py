"""Files in: YAML 1.2 to a checked spec, with every fault of the stage at its line.

Three stages, each complete before the next begins: syntax (this file), shape (`shape.py`), meaning (`checks_*.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from pathway_cost.errors import Problem, SpecFaults, Where, nearest_name
from pathway_cost.specs.format import Pathway, Scenario, Spec, Study, UnitCostRules
from pathway_cost.specs.reading.document import Document, Source
from pathway_cost.specs.reading.document import Path as EntryPath
from pathway_cost.specs.reading.scalars import plain_scalar
from pathway_cost.specs.reading.shape import shape_problems

LARGEST_BYTES = 5_000_000
DEEPEST = 50
Model = TypeVar("Model", bound=Spec)


@dataclass(frozen=True, repr=False)
class Loaded(Generic[Model]):
    """A spec and the file it came from."""

    spec: Model
    source: Source


def load_pathway(path: str | Path) -> Loaded[Pathway]:
    """Read a pathway file. Raises SpecFaults (syntax or shape) with every fault of the stage."""
    return load_spec(path, Pathway)


def load_scenario(path: str | Path) -> Loaded[Scenario]:
    """Read a scenario file. Raises SpecFaults (syntax or shape) with every fault of the stage."""
    return load_spec(path, Scenario)


def load_study_file(path: str | Path) -> Loaded[Study]:
    """Read a study file. Raises SpecFaults (syntax or shape) with every fault of the stage."""
    return load_spec(path, Study)


def load_rules(path: str | Path) -> Loaded[UnitCostRules]:
    """Read a file of unit cost rules. Raises SpecFaults (syntax or shape) with every fault of the stage."""
    return load_spec(path, UnitCostRules)


def load_spec(path: str | Path, model: type[Model]) -> Loaded[Model]:
    """Read one file as one kind of spec. Raises SpecFaults (syntax or shape)."""
    return read_spec(load_document(path), model)


def read_spec(document: Document, model: type[Model]) -> Loaded[Model]:
    """Check the shape of a document. Raises SpecFaults (shape)."""
    return Loaded(_validated(document, model), Source(document))


def from_mapping(given: Mapping[str, Any], model: type[Model]) -> Model:
    """The same from a plain mapping, for Python users. Raises SpecFaults (shape).

    >>> from_mapping({"scenario": "nothing", "amends": "knee"}, Scenario).changes
    ()
    """
    return _validated(Document(file="", tree=dict(given)), model)


def _validated(document: Document, model: type[Model]) -> Model:
    try:
        return model.model_validate(document.tree)
    except ValidationError as error:
        raise SpecFaults(shape_problems(error, model, document), stage="shape") from None


def load_document(path: str | Path) -> Document:
    """Read a YAML file into plain Python with positions. Raises SpecFaults (syntax)."""
    return parse_document(_text(Path(path)), file=str(path))


def parse_document(text: str, *, file: str) -> Document:
    """Read YAML text. Raises SpecFaults (syntax) with every fault found before the text became unreadable.

    >>> parse_document("only: [no, 1:30, 60_69, 0100]", file="x.yaml").tree
    {'only': ['no', '1:30', '60_69', 100]}
    """
    reading = _Reading(file)
    tree = reading.read(text)
    if reading.problems:
        raise SpecFaults(reading.problems, stage="syntax")
    return Document(file=file, tree=tree, positions=reading.positions, written=reading.written)


def _text(path: Path) -> str:
    def stop(rule: str, what: str, *, nearest: str | None = None, remedy: str | None = None) -> SpecFaults:
        return SpecFaults([Problem(rule, what, Where(file=str(path)), nearest, remedy)], stage="syntax")

    if path.is_dir():
        inside = sorted(entry.name for entry in path.glob("*.yaml"))
        remedy = f"name the file in it: {', '.join(inside[:4])}" if inside else "name a YAML file"
        raise stop("not_a_file", "this is a folder, not a file", remedy=remedy)
    if not path.is_file():
        beside = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
        raise stop("missing_file", "there is no such file", nearest=nearest_name(path.name, beside))
    size = path.stat().st_size
    if size > LARGEST_BYTES:
        raise stop("too_large", f"the file has {size:,} bytes; a spec has at most {LARGEST_BYTES:,}")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise stop("unreadable_file", f"the file cannot be read: {error.strerror}") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise stop("not_utf8", f"line {line} holds bytes that are not UTF-8", remedy="save the file as UTF-8") from None


class _Reading:
    """One pass over the events of a document: the tree, and every fault on the way."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.positions: dict[EntryPath, tuple[int, int]] = {}
        self.written: dict[EntryPath, str] = {}
        self.documents = 0

    def read(self, text: str) -> Any:
        events = self._checked(YAML(typ="safe", pure=True).parse(text))
        tree: Any = None
        try:
            for event in events:
                if isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent | AliasEvent):
                    self.positions.setdefault((), _position(event))
                    tree = self._node(event, events, ()) if tree is None else tree
        except (YAMLError, _TooDeepError) as error:
            self.problems.append(_unreadable(error, text, self.file))
        if tree is None and not self.problems:
            self._fault("empty_file", "the file is empty", (1, 1))
        return tree

    def _checked(self, events: Iterator[Event]) -> Iterator[Event]:
        """The events, with what we refuse noted on the way."""
        depth = 0
        for event in events:
            depth += isinstance(event, SequenceStartEvent | MappingStartEvent)
            depth -= isinstance(event, SequenceEndEvent | MappingEndEvent)
            if depth > DEEPEST:
                raise _TooDeepError(_position(event))
            self._refuse(event)
            yield event

    def _refuse(self, event: Event) -> None:
        plain = "write the entry out where it is used"
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                self._fault("several_documents", "a file holds one document", _position(event), remedy="split the file")
            if event.version or event.tags:
                self._fault("directive", "YAML directives (%) are not used", _position(event), remedy="remove it")
        elif isinstance(event, AliasEvent):
            self._fault("alias", f"alias *{event.anchor} is not used in specs", _position(event), remedy=plain)
        elif isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent):
            if event.anchor:
                self._fault("anchor", f"anchor &{event.anchor} is not used in specs", _position(event), remedy=plain)
            if event.tag:
                self._fault("tag", f"tag {event.tag} is not used in specs", _position(event), remedy="remove the tag")

    def _node(self, event: Event, events: Iterator[Event], here: EntryPath) -> Any:
        if isinstance(event, MappingStartEvent):
            return self._mapping(events, here)
        if isinstance(event, SequenceStartEvent):
            return self._sequence(events, here)
        return self._scalar(event, here) if isinstance(event, ScalarEvent) else None

    def _sequence(self, events: Iterator[Event], here: EntryPath) -> list[Any]:
        entries: list[Any] = []
        for event in events:
            if isinstance(event, SequenceEndEvent):
                break
            path = (*here, len(entries))
            self.positions[path] = _position(event)
            entries.append(self._node(event, events, path))
        return entries

    def _mapping(self, events: Iterator[Event], here: EntryPath) -> dict[Any, Any]:
        entries: dict[Any, Any] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                break
            key = self._key(event, events, here)
            known = key in entries
            if known:
                first = self.positions[(*here, key)][0]
                remedy = f"remove one, or rename it; the first is on line {first}"
                self._fault("duplicate_key", f"{key!r} is given twice", _position(event), item=here, remedy=remedy)
            else:
                self.positions[(*here, key)] = _position(event)
            value = self._node(next(events), events, (*here, key))
            entries.setdefault(key, value)
        return entries

    def _key(self, event: Event, events: Iterator[Event], here: EntryPath) -> Any:
        if not isinstance(event, ScalarEvent):
            self._fault("key_not_text", "a key is one word, not a list or mapping", _position(event), item=here)
            self._node(event, events, here)
            return f"({_position(event)})"
        if event.value == "<<" and event.style is None:
            remedy = "write the entries out"
            self._fault("merge_key", "merge key << is not used in specs", _position(event), item=here, remedy=remedy)
        key = plain_scalar(event.value, quoted=event.style is not None)
        if isinstance(key, int | float) and not isinstance(key, bool):
            self.written[(*here, key, "[key]")] = event.value
            return key
        if not isinstance(key, str):
            what = f"a key is text; unquoted, {event.value or 'nothing'} is not"
            remedy = f'quote it: "{event.value}"'
            self._fault("unquoted_text", what, _position(event), item=here, remedy=remedy)
        return str(event.value)

    def _scalar(self, event: ScalarEvent, here: EntryPath) -> Any:
        value = plain_scalar(event.value, quoted=event.style is not None)
        if not isinstance(value, str):
            self.written[here] = event.value
        return value

    def _fault(
        self, rule: str, what: str, position: tuple[int, int], *, item: EntryPath = (), remedy: str | None = None
    ) -> None:
        line, column = position
        name = ".".join(str(part) for part in item) or None
        self.problems.append(Problem(rule, what, Where(self.file, line, column, item=name), remedy=remedy))


class _TooDeepError(Exception):
    """More levels than a spec has."""


def _position(event: Event) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _unreadable(error: Exception, text: str, file: str) -> Problem:
    if isinstance(error, _TooDeepError):
        line, column = error.args[0]
        return Problem("too_deep", f"more than {DEEPEST} levels", Where(file, line, column), remedy="write it flatter")
    if isinstance(error, MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        where = Where(file, mark.line + 1, mark.column + 1) if mark else Where(file)
        words = "; ".join(part for part in (error.context, error.problem) if part)
        tab = "\\t" in words
        return Problem("not_yaml", f"not YAML: {words}", where, remedy="indent with spaces, not tabs" if tab else None)
    if isinstance(error, ReaderError):
        before = text[: error.position]
        where = Where(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
        return Problem("not_yaml", "a control character stands here", where, remedy="remove it")
    return Problem("not_yaml", f"not YAML: {error}", Where(file))
