"""Records that are in twice: the same identifier (CDSID, CareId) within a feed, in whatever file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pathway_cost.errors import Problem, Severity, Where
from pathway_cost.plics.wording import pounds

Short = NDArray[np.uint64]

_ODD: Final = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93], np.uint64)


def short_keys(keys: pa.ChunkedArray) -> Short:
    """64 bits of each key that is there: equal keys give equal numbers, so where no two are equal no key is."""
    text = "".join(pc.drop_null(keys).to_pylist()).encode()
    words = np.frombuffer(text, np.uint64).reshape(-1, 4)
    short: Short = (words * _ODD).sum(axis=1, dtype=np.uint64)
    return short


def repeated(seen: Mapping[str, Sequence[Short]], events: Path, cost_lines: Path) -> Iterator[Problem]:
    """A finding a feed and organisation with records in twice; the files are looked at only where there may be any."""
    feeds = [feed for feed, parts in seen.items() if _any_twice(parts)]
    if feeds:
        yield from _counted(feeds, events, cost_lines)


def _any_twice(parts: Sequence[Short]) -> bool:
    every = np.sort(np.concatenate([np.zeros(0, np.uint64), *parts]))
    return bool((every[1:] == every[:-1]).any())


def _counted(feeds: Sequence[str], events: Path, cost_lines: Path) -> Iterator[Problem]:
    import ibis

    connection = ibis.duckdb.connect(temp_directory=str(events.parent))
    try:
        lines = connection.read_parquet(str(cost_lines))
        records = connection.read_parquet(str(events))
        named = records.filter(records.record_key.notnull() & records.feed.isin(feeds))
        keys = named.group_by("feed", "organisation", "record_key").agg(n=named.count())
        twice = keys.filter(keys.n > 1)
        concerned = named.semi_join(twice, ["feed", "organisation", "record_key"]).select(
            "event_id", "feed", "organisation"
        )
        costs = (
            lines.inner_join(concerned, "event_id")
            .group_by("feed", "organisation")
            .agg(gbp=lambda cost: cost.TotCst.sum())
        )
        groups = twice.group_by("feed", "organisation").agg(n=twice.n.sum(), keys=twice.count())
        found = groups.left_join(costs, ["feed", "organisation"]).order_by("feed", "organisation")
        for group in found.to_pyarrow().to_pylist():
            what = (
                f"{group['n']:,} records ({pounds(group['gbp'])}) share {group['keys']:,} identifiers:"
                " the same activity may be in twice"
            )
            where = Where(item=f"{group['feed']} of {group['organisation']}")
            yield Problem("repeated_record", what, where, severity=Severity.WARNING)
    finally:
        connection.disconnect()
