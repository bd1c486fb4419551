"""Records that are in twice, in one file or in two: by their identifier, else by all that they say.

R16: parts of one episode in two years are legal, the same episode complete in both is not; two extracts of one feed,
organisation and period are not, whether a header says the period or the records' dates do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost.errors import PLACES_SHOWN, Problem, Severity, Where
from pathway_cost.plics.reading.closed_lists import COMPLETE
from pathway_cost.plics.reading.database import Database
from pathway_cost.plics.reading.fingerprints import Bits, Keys
from pathway_cost.plics.reading.quality import ALL, Counts
from pathway_cost.plics.reading.repeated_lines import severity
from pathway_cost.plics.reading.told_figures import Told, bracketed, either, verb

RULE: Final = "repeated_record"
_PLACE: Final = ["feed", "organisation"]
_RECORD: Final = [*_PLACE, "key"]
_MOST_OF: Final = 0.5
"""Share of a file's records without identifier which, found in another file too, makes them extracts of the same."""


@dataclass(frozen=True, repr=False)
class FileRecords:
    """What tells the records of one file from others, its feed, the event_id of its first record, and the days it is of."""

    file: str
    feed: str
    first_event: int
    keys: Keys
    first_day: dt.date | None
    last_day: dt.date | None

    def overlaps(self, other: FileRecords) -> bool:
        """Whether both are of one feed and of days in common, as far as that is known."""
        starts = [day for day in (self.first_day, other.first_day) if day is not None]
        ends = [day for day in (self.last_day, other.last_day) if day is not None]
        return self.feed == other.feed and (len(starts) < 2 or len(ends) < 2 or max(starts) <= min(ends))


def repeated(files: Sequence[FileRecords], events: Path, cost_lines: Path, counts: Counts) -> Iterator[Problem]:
    """Findings and faults of records that are in twice; records are looked at only where fingerprints say there may be any.

    `counts` say how many records and pounds each feed and organisation has in all.
    """
    found = _candidates(files)
    if found.empty:
        return
    records = found.merge(_details(found["event_id"].tolist(), events, cost_lines), on="event_id")
    records = records.sort_values("event_id", ignore_index=True)
    twice = _in_two_files(records, files)
    yield from (_two_extracts(row, files) for row in twice.itertuples(index=False))
    records = _without_second(records, twice)
    yield from _complete_twice(records, files)
    yield from _in_one_year(records, files, counts)


def _candidates(files: Sequence[FileRecords]) -> pd.DataFrame:
    """Records that may be in twice: event_id, file (number), feed, identified, key, whole."""
    frames = [_that_matter(_of_feed(feed, files)) for feed in sorted({each.feed for each in files})]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()


def _that_matter(found: pd.DataFrame) -> pd.DataFrame:
    """Without the records of no identifier that say the same as others of their own file, at other costs."""
    if found.empty:
        return found
    elsewhere = found.groupby("key")["file"].transform("nunique") > 1
    return found[found["identified"] | elsewhere | found.duplicated(["key", "whole"], keep=False)]


def _of_feed(feed: str, files: Sequence[FileRecords]) -> pd.DataFrame:
    here = [(number, each) for number, each in enumerate(files) if each.feed == feed]
    keys = Keys.together([each.keys for _, each in here])
    identified = keys.identifier != 0
    key = np.where(identified, keys.identifier, keys.said)
    rows = np.flatnonzero(_is_repeated(key))
    sizes = [len(each.keys.said) for _, each in here]
    place = np.repeat(np.arange(len(here)), sizes)[rows]
    before = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
    firsts = np.array([each.first_event for _, each in here], np.int64)
    columns = {
        "event_id": rows - before[place] + firsts[place],
        "file": np.array([number for number, _ in here])[place],
        "feed": feed,
        "identified": identified[rows],
        "key": key[rows],
        "whole": keys.whole[rows],
    }
    return pd.DataFrame(columns)


def _is_repeated(keys: Bits) -> NDArray[np.bool_]:
    order = np.argsort(keys, kind="stable")
    in_order = keys[order]
    same = in_order[1:] == in_order[:-1]
    repeats = np.zeros(len(keys), bool)
    repeats[order[1:]] |= same
    repeats[order[:-1]] |= same
    return repeats


def _details(ids: Sequence[int], events: Path, cost_lines: Path) -> pd.DataFrame:
    """event_id, organisation, fin_year, record, EpType, gbp (exact) of some records."""
    with Database(events.parent) as database:
        some = database.small("some", {"event_id": "int64"}, [(number,) for number in ids])
        lines = database.parquet("lines", cost_lines).semi_join(some, "event_id")
        costs = lines.group_by("event_id").agg(gbp=lines.TotCst.sum())
        records = database.parquet("records", events).semi_join(some, "event_id").left_join(costs, "event_id")
        columns = ("event_id", "organisation", "fin_year", "record", "EpType", "gbp")
        frame = database.frame(records.select(*columns))
    frame["gbp"] = frame["gbp"].where(frame["gbp"].notna(), Decimal(0))
    return frame


def _in_two_files(records: pd.DataFrame, files: Sequence[FileRecords]) -> pd.DataFrame:
    """feed, organisation, file, other, records, gbp: extracts of one period that hold the same records."""
    once = records.groupby([*_RECORD, "file", "identified"], as_index=False)["gbp"].sum()
    pairs = once.merge(once.drop(columns="identified"), on=_RECORD, suffixes=("", "_other"))
    pairs = pairs[pairs["file"] < pairs["file_other"]]
    sums = pairs.groupby([*_PLACE, "file", "file_other"], as_index=False).agg(
        records=("key", "size"), named=("identified", "sum"), gbp=("gbp_other", "sum")
    )
    sizes = [len(each.keys.said) for each in files]
    same = [
        files[row.file].overlaps(files[row.file_other])
        and (row.named > 0 or row.records >= _MOST_OF * min(sizes[row.file], sizes[row.file_other]))
        for row in sums.itertuples(index=False)
    ]
    found: pd.DataFrame = sums[np.array(same, dtype=bool)]
    return found


def _two_extracts(row: Any, files: Sequence[FileRecords]) -> Problem:
    one, other = files[row.file].file, files[row.file_other].file
    what = (
        f"{one} and {other} are both {row.feed} of {row.organisation} and hold the same "
        f"{bracketed(row.records, 'record', row.gbp).what}: their pounds would count twice"
    )
    return Problem("same_period_twice", what, Where(file=other), remedy="leave one of them out")


def _without_second(records: pd.DataFrame, twice: pd.DataFrame) -> pd.DataFrame:
    """The records without those of the later of two extracts that were named already."""
    later = set(zip(twice["feed"], twice["organisation"], twice["file_other"], strict=True))
    places = zip(records["feed"], records["organisation"], records["file"], strict=True)
    return records[[place not in later for place in places]]


def _complete_twice(records: pd.DataFrame, files: Sequence[FileRecords]) -> Iterator[Problem]:
    """Episodes that are complete in two years."""
    complete = records[records["identified"] & (records["EpType"] == COMPLETE)]
    first = complete.groupby(_RECORD)["fin_year"].transform("first")
    for (feed, organisation), later in _by_place(complete[complete["fin_year"] != first]):
        years = ", ".join(sorted({*first[later.index], *later["fin_year"]}))
        what = f"{_many(later)} complete (EpType {COMPLETE}) in several years ({years}){_places(later, files).what}"
        remedy = "leave it out of one of the years"
        yield Problem("complete_in_two_years", what, _where(later, files, feed, organisation), remedy=remedy)


def _in_one_year(records: pd.DataFrame, files: Sequence[FileRecords], counts: Counts) -> Iterator[Problem]:
    year = [*_RECORD, "fin_year"]
    again = records.duplicated([*year, "whole"])
    for (feed, organisation), some in _by_place(records):
        same, costs = again[some.index], some["gbp"] != 0
        named, unnamed = some[same & some["identified"]], some[same & ~some["identified"] & costs]
        others = some[some["identified"] & ~some["key"].isin(named["key"])]
        others = others[others.duplicated(year, keep=False) | _undated(others)]
        where = Where(item=f"{feed} of {organisation}")
        everything = counts[feed, organisation, ALL]
        if len(named):
            yield _identical(named, files, feed, organisation)
        if len(others):
            said = bracketed(len(others), "record", sum(others["gbp"], Decimal(0))) + " share "
            said += either(len(others), f"{others['key'].nunique():,} identifiers", "identifiers")
            said += ": the same activity may be in twice" + _places(others, files)
            what, shared = said.both
            yield Problem(RULE, what, where, severity=Severity.WARNING, shared=shared)
        if len(unnamed):
            gbp = sum(unnamed["gbp"], Decimal(0))
            said = bracketed(len(unnamed), "record", gbp, everything.gbp) + " without an identifier "
            said += verb(len(unnamed), "says", "say") + " the same as another in everything, costs too"
            what, shared = (said + _places(unnamed, files)).both
            remedy = "where they are in twice, take the second ones out"
            how_much = severity(gbp, everything.gbp)
            yield Problem(RULE, what, where, remedy=remedy, severity=how_much, shared=shared)


def _by_place(records: pd.DataFrame) -> Iterator[tuple[tuple[str, str], pd.DataFrame]]:
    for (feed, organisation), some in records.groupby(_PLACE):
        yield (str(feed), str(organisation)), some


def _undated(records: pd.DataFrame) -> pd.Series[bool]:
    """Records of feeds without a completion, whose identifier comes back in another year."""
    years = records.groupby("key")["fin_year"].transform("nunique")
    return (years > 1) & records["EpType"].isna()


def _identical(records: pd.DataFrame, files: Sequence[FileRecords], feed: str, organisation: str) -> Problem:
    what = f"{_many(records)} in twice, the same in everything, identifier and costs too{_places(records, files).what}"
    where = _where(records, files, feed, organisation)
    return Problem(RULE, what, where, remedy="take the second ones out, or have the extract made again")


def _many(records: pd.DataFrame) -> str:
    return (
        bracketed(len(records), "record", sum(records["gbp"], Decimal(0))) + " " + verb(len(records), "is", "are")
    ).what


def _where(records: pd.DataFrame, files: Sequence[FileRecords], feed: str, organisation: str) -> Where:
    first = records.iloc[0]
    return Where(file=files[first["file"]].file, row=int(first["record"]), item=f"{feed} of {organisation}")


def _places(records: pd.DataFrame, files: Sequence[FileRecords]) -> Told:
    """The first few records by file and number, which is not for others to know."""
    some = records.head(PLACES_SHOWN)
    named = [
        f"record {record:,} of {files[file].file}" for file, record in zip(some["file"], some["record"], strict=True)
    ]
    more = f" and {len(records) - PLACES_SHOWN:,} more" if len(records) > PLACES_SHOWN else ""
    return Told(f": {', '.join(named)}{more}", "")
