"""The tables that a study names, wherever they are: in a file, or in a frame that stands where a file is named."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from pathway_cost.specs.format import Spec
from pathway_cost.study.named_files import FRAME, Inputs, table_file
from pathway_cost.tables.prices.unit_costs import UnitCosts
from pathway_cost.tables.reading import Noted, content_hash, hands_out, noted_frame, read_noted, without_unread


@dataclass(frozen=True, repr=False)
class SpecGiven:
    """A spec that was handed over in memory, as an input."""

    spec: Spec

    @property
    def sha256(self) -> str:
        """SHA-256 of what it states, whether it came as a spec, a dict or text."""
        return hashlib.sha256(json.dumps(self.spec.short(), default=str).encode()).hexdigest()


class NamedTable(Protocol):
    """A table that a study names."""

    @property
    def name(self) -> str:
        """What messages call it."""

    @property
    def costs(self) -> UnitCosts | None:
        """The set of unit costs that it is, where one was handed over."""

    @property
    def inputs(self) -> Inputs:
        """What a run record calls it, and where it was read."""

    def read(
        self,
        *,
        columns: Mapping[str, str] | None = None,
        codes: Collection[str] = (),
        reads: Collection[str] | None = None,
    ) -> Noted:
        """The table and what its reader has to say of it: see `read_noted`."""


@dataclass(frozen=True)
class FileTable:
    """A table in a file (`file.xlsx#sheet` too), its path from a folder."""

    name: str
    folder: Path
    costs: None = None

    @property
    def inputs(self) -> Inputs:
        """The file, by its path from the study."""
        return table_file(self.name, self.folder)

    def read(self, **asked: Any) -> Noted:
        """The table and the notes of its reader."""
        return read_noted(self.folder / self.name, **asked)


@hands_out("frame")
@dataclass(frozen=True, repr=False, eq=False)
class FrameTable:
    """A frame that stands where a study names a file, known by its key in the study."""

    name: str
    frame: pd.DataFrame
    """Its own copy, so that nothing done to the frame handed over reaches the study."""
    costs: UnitCosts | None = None
    """The set of unit costs that it was, where it was one."""
    whole: str = ""
    """The hash of the frame handed over, where columns were emptied since."""

    @property
    def inputs(self) -> Inputs:
        """The frame, by its key."""
        return {f"{FRAME}{self.name}": self}

    @property
    def sha256(self) -> str:
        """The hash of the content of the whole frame that was handed over: see `content_hash`."""
        return self.whole or content_hash(self.frame)

    def reading(self, columns: Collection[str]) -> FrameTable:
        """The same, without what stands in any other column."""
        frame = self.frame
        kept = without_unread(frame, columns)
        return self if kept is frame else replace(self, frame=kept, whole=self.sha256)

    def read(
        self,
        *,
        columns: Mapping[str, str] | None = None,
        codes: Collection[str] = (),
        reads: Collection[str] | None = None,  # noqa: ARG002 - a frame has no cells that cannot be read
    ) -> Noted:
        """The table, its columns by our names."""
        return noted_frame(self.frame, self.name, columns=columns, codes=codes)
