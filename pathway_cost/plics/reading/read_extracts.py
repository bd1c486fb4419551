"""Read PLICS extracts: files in, events and cost lines out, every control proved, nothing that identifies a patient kept."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import reduce
from pathlib import Path

from pathway_cost.errors import PlicsFaults, Problem, raise_if_any
from pathway_cost.plics.reading.codes import written_in_two_ways
from pathway_cost.plics.reading.controls import checked_controls, control_frame
from pathway_cost.plics.reading.csv_join import read_tables
from pathway_cost.plics.reading.csv_records import Tables, tables_of
from pathway_cost.plics.reading.expected_totals import with_totals
from pathway_cost.plics.reading.file_tally import Tally
from pathway_cost.plics.reading.header import Header
from pathway_cost.plics.reading.identifiers import Privacy, none_matches
from pathway_cost.plics.reading.quality import Counts, added, findings
from pathway_cost.plics.reading.repeated_lines import repeated_lines
from pathway_cost.plics.reading.repeated_records import repeated
from pathway_cost.plics.reading.sources import Source, sources_of, without_copies
from pathway_cost.plics.reading.store import Extract, StoreWriter
from pathway_cost.plics.reading.typed import Batch, Faults
from pathway_cost.plics.reading.xml_records import Again, Part, Reached, Step, in_one_piece, steps
from pathway_cost.specs.format import Accept, Expect

__all__ = ["Dialect", "Extract", "Privacy", "read_plics"]

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Dialect:
    """What files that do not speak the National Cost Collection's words call its elements, feeds and layouts."""

    columns: Mapping[str, str] = field(default_factory=dict)
    """Our element name → the table's column, for CSV."""
    feed: str | None = None
    """The feed of a wide table whose name does not say."""
    layouts: Mapping[str, str] = field(default_factory=dict)
    """Foreign namespace → known layout."""


def read_plics(
    files: str | Path | Iterable[str | Path],
    *,
    dialect: Dialect | None = None,
    folder: Path | None = None,
    accept: Iterable[Accept | Mapping[str, object]] = (),
    expect: Iterable[Expect | Mapping[str, object]] | Expect | Mapping[str, object] = (),
    privacy: Privacy | None = None,
    store: Path | None = None,
    progress: Progress | None = None,
) -> Extract:
    """Read extracts of the National Cost Collection (XML), or the same records as tables (CSV).

    Args:
        files: paths or patterns; XML extracts, `Activity_{FEED}*.csv` with `Cost_{FEED}*.csv`, or wide CSV tables.
        dialect: what the files call things, where they do not use the collection's own words.
        folder: where relative paths start: files of one name are told apart from there on.
        accept: control differences accepted by name (file, difference_gbp, difference_records, reason).
        expect: control totals that somebody typed (gbp, records): of all files, or a list with one for each `file`.
        privacy: the key that NHS numbers are hashed with, and the areas of postcodes; without it both are dropped.
        store: folder for the Parquet files; a temporary one, gone with the extract, when left out.
        progress: called with bytes done and bytes in all.

    Returns:
        The extract: two Parquet files, control totals a file, and findings.

    Raises:
        PlicsFaults: every fault of every file together: unreadable, not well-formed, another feed, a cost that is
            missing or no number, a record count or total that is not the header's or the one typed, records that are
            in twice.

    >>> import tempfile
    >>> rows = ["id,OrgId,FinYr,AppDate,HRG,ActCstID,ActCnt,ResCstID,TotCst",
    ...         "1,RXX,2024/25,2024-06-03,WF01B,OUT001,1,CPF001,180.25",
    ...         "1,RXX,2024/25,2024-06-03,WF01B,PAT001,2,CPF011,34.75"]
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     table = Path(folder, "op.csv")
    ...     _ = table.write_text("\\n".join(rows))
    ...     extract = read_plics(table, dialect=Dialect(columns={"ActivityRowID": "id"}))
    >>> extract.controls[["feed", "organisation", "fin_year", "records", "gbp"]].to_numpy().tolist()
    [['OP', 'RXX', '2024-25', 1, Decimal('215.00000000')]]
    """
    named, problems = sources_of(files, folder)
    sources, copied = without_copies(named)
    dialect, privacy = dialect or Dialect(), privacy or Privacy.of()
    csv_files = [source for source in sources if source.form == "csv"]
    tables, table_problems = tables_of(csv_files, dialect.columns, dialect.feed)
    documents = [source for source in sources if source.form == "xml"]
    watch = _Watch(sources, progress)
    with StoreWriter(store) as writer:
        tallies = [
            *_read_documents(documents, dialect.layouts, privacy, writer, watch),
            *_read_tables(tables, privacy, writer, watch),
        ]
        controls, control_problems = checked_controls([tally.control() for tally in tallies if tally.whole], accept)
        faults = [fault for tally in tallies for fault in tally.faults()]
        if all(tally.whole for tally in tallies) and not (problems or table_problems):
            controls, total_problems = with_totals(controls, expect)
            control_problems += total_problems
        notes = raise_if_any([*problems, *copied, *table_problems, *faults, *control_problems], PlicsFaults)
        notes += raise_if_any(_findings(tallies, writer, privacy), PlicsFaults)
    return Extract(
        writer.events,
        writer.cost_lines,
        control_frame(controls),
        notes,
        privacy.fingerprint,
        writer.folder,
        writer.temporary,
    )


def _findings(tallies: Sequence[Tally], writer: StoreWriter, privacy: Privacy) -> Iterator[Problem]:
    for tally in tallies:
        yield from tally.layout_findings()
        yield from tally.total_row()
    yield from none_matches(sum(tally.placed for tally in tallies), sum(tally.records for tally in tallies), privacy)
    counts: Counts = reduce(added, (tally.counts for tally in tallies), {})
    yield from findings(counts)
    yield from repeated_lines(counts)
    yield from written_in_two_ways(_codes(tallies), *writer.finished())
    yield from repeated([tally.told_apart() for tally in tallies], *writer.finished(), counts)


def _codes(tallies: Iterable[Tally]) -> dict[tuple[str, str], set[str]]:
    """(feed, column) → the codes there are in all files."""
    codes: dict[tuple[str, str], set[str]] = {}
    for tally in tallies:
        feed = tally.control().feed
        for column, values in tally.codes.items():
            codes.setdefault((feed, column), set()).update(values)
    return codes


class _Watch:
    """Tells how far the reading is."""

    def __init__(self, sources: Iterable[Source], progress: Progress | None) -> None:
        self.sizes = {source.file: source.size for source in sources}
        self.done = dict.fromkeys(self.sizes, 0)
        self.progress = progress

    def reached(self, file: str, read: int) -> None:
        self.done[file] = min(read, self.sizes[file])
        if self.progress is not None:
            self.progress(sum(self.done.values()), sum(self.sizes.values()))

    def finished(self, file: str) -> None:
        self.reached(file, self.sizes[file])


def _read_documents(
    sources: Iterable[Source], layouts: Mapping[str, str], privacy: Privacy, writer: StoreWriter, watch: _Watch
) -> list[Tally]:
    """Every document's records into the store, in the order of the files, chunks side by side on the cores."""
    tallies: dict[str, Tally] = {}
    broken: set[str] = set()
    for source, part in _in_order(_all_steps(sources, layouts, privacy)):
        tally = tallies.setdefault(source.file, Tally(source.file))
        if source.file in broken:
            continue
        if isinstance(part, Again):
            broken.add(source.file)
            for other in in_one_piece(source.path, source.file, layouts, privacy, skip=tally.records):
                _take(other, tally, writer, watch)
            watch.finished(source.file)
        else:
            _take(part, tally, writer, watch)
    return list(tallies.values())


def _all_steps(
    sources: Iterable[Source], layouts: Mapping[str, str], privacy: Privacy
) -> Iterator[tuple[Source, Step]]:
    for source in sources:
        for step in steps(source.path, source.file, layouts, privacy):
            yield source, step


def _in_order(work: Iterator[tuple[Source, Step]]) -> Iterator[tuple[Source, Part]]:
    """Results in the order of the steps, a few of which are under way at any time."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    under_way: deque[tuple[Source, Future[Part]]] = deque()
    with ThreadPoolExecutor(cores, thread_name_prefix="plics") as pool:
        for source, step in work:
            under_way.append((source, pool.submit(step)))
            while len(under_way) > 3 * cores:
                first, future = under_way.popleft()
                yield first, future.result()
        while under_way:
            first, future = under_way.popleft()
            yield first, future.result()


def _take(part: Part, tally: Tally, writer: StoreWriter, watch: _Watch) -> None:
    match part:
        case Header():
            tally.header = part
        case Batch():
            writer.write(*tally.add(part, writer.events_written))
        case Faults():
            tally.problems += part.problems
        case Reached():
            watch.reached(tally.file, part.read)
        case Again():
            raise AssertionError("a document read in one piece is not read again")


def _read_tables(tables: Iterable[Tables], privacy: Privacy, writer: StoreWriter, watch: _Watch) -> list[Tally]:
    tallies = []
    for table in tables:
        tally = Tally(table.file, feed=table.layout.feed)
        for part in read_tables(table, privacy, writer.scratch):
            _take(part, tally, writer, watch)
        for file in table.files:
            watch.finished(file)
        tallies.append(tally)
    return tallies
