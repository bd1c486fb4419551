"""Where a read extract rests: events and cost lines in two Parquet files, their schemas, and `Extract`."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pathway_cost.errors import PlicsFaults, Problem, header_said, raise_if_any
from pathway_cost.plics.reading.closed_lists import CLOSED, without_zeros
from pathway_cost.plics.reading.code_forms import no_codes_in
from pathway_cost.privacy.leftovers import OwnFolder, sweep

MONEY: Final = pa.decimal128(18, 8)
_ROW_GROUP: Final = 100_000

CODE_COLUMNS: Final = (
    "Pod", "EpType", "EpiNo", "Tfc", "CFBand", "HrgFce", "HrgSpl", "HRG", "DepTyp", "CCPerType", "UnAct", "CCUF",
    "OrgsSupp", "UnHRG", "CSIU", "UnCur", "ConsultType", "CCSubject", "CMedium", "TeamType", "LocCode",
    "GPTherapyInd", "ChsCcy", "EpGro", "PartCost", "WhActTyp",
)  # fmt: skip
"""Code columns of an event under their PLICS names: always text, empty or nil is null."""

EVENTS_SCHEMA: Final = pa.schema(
    [
        pa.field("event_id", pa.int64(), nullable=False),
        pa.field("feed", pa.string(), nullable=False),
        pa.field("fin_year", pa.string(), nullable=False),
        pa.field("file", pa.string(), nullable=False),
        pa.field("record", pa.int64(), nullable=False),
        pa.field("organisation", pa.string(), nullable=False),
        pa.field("start_date", pa.date32()),
        pa.field("end_date", pa.date32()),
        pa.field("age", pa.int16()),
        pa.field("sex", pa.string()),
        pa.field("lsoa", pa.string()),
        pa.field("deprivation_fifth", pa.string()),
        pa.field("patient_key", pa.string()),
        pa.field("patient_class", pa.string(), nullable=False),
        pa.field("plemi_key", pa.string()),
        pa.field("spell_key", pa.string()),
        pa.field("record_key", pa.string()),
        *(pa.field(name, pa.string()) for name in CODE_COLUMNS),
        pa.field("Alos", pa.int16()),
        pa.field("ClinDuration", pa.int32()),
    ]
)
"""One row an activity record. `record` is its position in the file, from 1; `record_key` is the hashed CDSID."""

COST_LINES_SCHEMA: Final = pa.schema(
    [
        pa.field("event_id", pa.int64(), nullable=False),
        pa.field("activity_no", pa.int32(), nullable=False),
        pa.field("ActCstID", pa.string(), nullable=False),
        pa.field("ActCnt", pa.int64(), nullable=False),
        pa.field("ResCstID", pa.string(), nullable=False),
        pa.field("TotCst", MONEY, nullable=False),
    ]
)
"""One row a resource of an activity. ActCnt belongs to (event_id, activity_no): never sum it over these rows."""

CONTROL_COLUMNS: Final = (
    "file", "feed", "organisation", "fin_year", "period_start", "period_end", "records_header", "records",
    "difference_records", "header_gbp", "gbp", "difference_gbp", "accepted_reason",
)  # fmt: skip
"""One row a file. Pounds are exact decimals; header columns are empty where the form carries no control total."""


@dataclass(frozen=True, repr=False)
class Extract:
    """PLICS records as read: events and their cost lines in Parquet, with the proof that the pounds are whole.

    `events` and `cost_lines` are paths to Parquet files (EVENTS_SCHEMA, COST_LINES_SCHEMA); `controls` holds one
    row a file (CONTROL_COLUMNS); `fingerprint` names the key that hashed the identifiers, None without a user's key.
    An extract made without a store rests in a temporary folder that goes when the extract does.

    >>> from decimal import Decimal
    >>> events = pd.DataFrame({"event_id": [0], "feed": ["EC"], "fin_year": ["2024-25"], "organisation": ["RXX"]})
    >>> lines = pd.DataFrame({"event_id": [0], "ActCstID": ["EMC001"], "ActCnt": [1], "ResCstID": ["CPF001"],
    ...                       "TotCst": [Decimal("127.00")]})
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     extract = Extract.from_frames(events, lines, Path(folder))
    ...     pq.read_table(extract.cost_lines)["TotCst"][0].as_py()
    Decimal('127.00000000')
    """

    events: Path
    cost_lines: Path
    controls: pd.DataFrame
    findings: tuple[Problem, ...]
    fingerprint: str | None
    folder: Path
    _temporary: OwnFolder | None = field(default=None, compare=False)

    def room(self) -> OwnFolder:
        """A folder beside the records for what finds no room in memory while they are asked."""
        return OwnFolder(self.folder, "questions")

    def __repr__(self) -> str:
        """How many files were read; their records rest in Parquet."""
        return f"Extract of {len(self.controls):,} files"

    @classmethod
    def from_frames(cls, events: pd.DataFrame, cost_lines: pd.DataFrame, folder: Path) -> Extract:
        """An extract from two frames: columns of the two schemas, those left out are null.

        `event_id`, `feed`, `fin_year` and `organisation` are needed in `events`, all but `activity_no` in
        `cost_lines`. Left out, `file` is "frame", `record` counts from 1, `patient_class` is "none" and
        `activity_no` counts an event's activities in order. `TotCst` may hold Decimals, whole numbers or text.

        Raises:
            PlicsFaults: a cell of a code column that is no code, by its row.
        """
        events = _filled(events, {"file": "frame", "record": range(1, len(events) + 1), "patient_class": "none"})
        lines = cost_lines if "activity_no" in cost_lines else cost_lines.assign(activity_no=_activity_no(cost_lines))
        faults = [
            *no_codes_in(events, ("organisation", "sex", *CODE_COLUMNS)),
            *no_codes_in(lines, ("ActCstID", "ResCstID")),
        ]
        raise_if_any(faults, PlicsFaults)
        money = pa.array([str(amount) for amount in lines["TotCst"]], pa.string()).cast(MONEY)
        with StoreWriter(folder) as writer:
            line_table = _conform(lines.drop(columns="TotCst"), COST_LINES_SCHEMA, {"TotCst": money})
            given = {name: without_zeros(_text(events[name])) for name in CLOSED if name in events}
            writer.write(_conform(events, EVENTS_SCHEMA, given), line_table)
        controls = pd.DataFrame(columns=list(CONTROL_COLUMNS))
        return cls(writer.events, writer.cost_lines, controls, (), None, writer.folder, writer.temporary)


class StoreWriter:
    """Writes the two Parquet files; they appear under their names together, when all went well.

    `scratch` is a folder for intermediate files; it goes at the end, whatever happened.
    """

    def __init__(self, folder: Path | None) -> None:
        place = Path(tempfile.gettempdir() if folder is None else folder)
        sweep(place)  # of runs that were killed
        self.temporary = OwnFolder(place, "pathway_cost") if folder is None else None
        self.folder = place if self.temporary is None else self.temporary.path
        self._made = not self.folder.exists()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.events = self.folder / "events.parquet"
        self.cost_lines = self.folder / "cost_lines.parquet"
        self._own = OwnFolder(self.folder, "store")
        self.scratch = self._own.path
        self._events = _GroupedWriter(self.scratch / self.events.name, EVENTS_SCHEMA)
        self._lines = _GroupedWriter(self.scratch / self.cost_lines.name, COST_LINES_SCHEMA)

    @property
    def events_written(self) -> int:
        """Events so far: the next one's event_id."""
        return self._events.rows

    def write(self, events: pa.Table, cost_lines: pa.Table) -> None:
        """Append rows of both tables."""
        self._events.write(events)
        self._lines.write(cost_lines)

    def finished(self) -> tuple[Path, Path]:
        """Both files as written, all rows in them, before they appear under their names."""
        self._events.close()
        self._lines.close()
        return self.scratch / self.events.name, self.scratch / self.cost_lines.name

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        written = self.finished()
        if kind is None:
            for path, name in zip(written, (self.events, self.cost_lines), strict=True):
                path.replace(name)
        self._own.remove()
        if kind is not None and self.temporary is not None:
            self.temporary.remove()
        elif kind is not None and self._made:
            self.folder.rmdir()


class _GroupedWriter:
    """A Parquet file whose rows are written in groups of a useful size."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.rows = 0
        self._waiting: list[pa.Table] = []
        self._waiting_rows = 0
        few = [column.name for column in schema if column.type == pa.string() and not column.name.endswith("_key")]
        self._writer = pq.ParquetWriter(path, schema, compression="zstd", use_dictionary=few)

    def write(self, table: pa.Table) -> None:
        self.rows += len(table)
        self._waiting.append(table)
        self._waiting_rows += len(table)
        if self._waiting_rows >= _ROW_GROUP:
            self._flush()

    def close(self) -> None:
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._waiting:
            self._writer.write_table(pa.concat_tables(self._waiting), row_group_size=2 * _ROW_GROUP)
        self._waiting, self._waiting_rows = [], 0


def _filled(frame: pd.DataFrame, defaults: dict[str, str | range]) -> pd.DataFrame:
    return frame.assign(**{name: value for name, value in defaults.items() if name not in frame})


def _activity_no(lines: pd.DataFrame) -> pd.Series[int]:
    """Position of each line's activity within its event, from 1, in order of first appearance."""
    return lines.groupby("event_id", sort=False)["ActCstID"].transform(lambda codes: pd.factorize(codes)[0] + 1)


def _text(column: pd.Series[str]) -> pa.Array:
    return pa.array(column, type=pa.string(), from_pandas=True)


def _conform(frame: pd.DataFrame, schema: pa.Schema, given: dict[str, pa.Array]) -> pa.Table:
    unknown = [header_said(str(name), place) for place, name in enumerate(frame.columns) if name not in schema.names]
    if unknown:
        raise ValueError(f"not columns of the store: {', '.join(sorted(unknown))}; it holds {schema.names}")
    arrays = [
        given[column.name]
        if column.name in given
        else pa.array(frame[column.name], type=column.type, from_pandas=True)
        if column.name in frame
        else pa.nulls(len(frame), column.type)
        for column in schema
    ]
    return pa.Table.from_arrays(arrays, schema=schema)
