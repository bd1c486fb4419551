"""A synthetic cohort from a table of segments: seeded, one row a patient, nobody real."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.errors import Form, Problem, TableFaults, Where, raise_if_any, shown, told
from pathway_cost.tables.reading import as_pandas, cells_wrong, columns_missing, not_text, numbers_of, parted, text_of

SHARE: Final = "share"
LOW: Final = "_low"
HIGH: Final = "_high"
SHARES_CLOSE: Final = 1e-6  # shares are written by hand


def make_cohort(segments: Any, *, patients: int, seed: int, where: str = "segments") -> pd.DataFrame:
    """Draw so many patients: a segment by its share, then each number evenly between its low and high.

    Args:
        segments: one row a segment: text columns (place, levels), `share` (they sum to 1), and for a numeric attribute
            such as age the columns `age_low` and `age_high`, whole years, both included.
        patients: how many.
        seed: the same seed draws the same cohort.
        where: the table's name, for messages.

    Returns:
        patient_id (S000001 …), the text columns as they are, and one column a numeric attribute.

    Raises:
        TableFaults: every fault of the table: no share, shares that do not sum to 1, a blank level, a low above its
            high, or patients below 1.

    >>> make_cohort({"frail": ["no", "yes"], "share": [0.7, 0.3], "age_low": [60, 75], "age_high": [74, 95]},
    ...             patients=3, seed=7).columns.tolist()
    ['patient_id', 'frail', 'age']
    """
    table = as_pandas(segments)
    raise_if_any(_shape_wrong(table, patients, where), TableFaults)
    share, problems = _shares(table, where)
    numeric = [str(name)[: -len(LOW)] for name in table.columns if str(name).endswith(LOW)]
    spans, in_spans = parted({name: _span(table, name, where) for name in numeric})
    apart = {SHARE, *(f"{name}{end}" for name in numeric for end in (LOW, HIGH))}
    texts = [str(name) for name in table.columns if name not in apart]
    levels, in_levels = parted({name: _levels(table[name], name, where) for name in texts})
    raise_if_any([*problems, *in_spans, *in_levels], TableFaults)
    random = np.random.default_rng(seed)
    segment = random.choice(len(table), size=patients, p=share / share.sum())
    width = max(6, len(str(patients)))
    ids = pd.Series([f"S{number:0{width}d}" for number in range(1, patients + 1)], dtype="str")
    drawn = {name: random.integers(low[segment], high[segment], endpoint=True) for name, (low, high) in spans.items()}
    return pd.DataFrame(
        {terms.PATIENT_ID: ids, **{name: text.take(segment).array for name, text in levels.items()}, **drawn}
    )


def _shape_wrong(table: pd.DataFrame, patients: int, file: str) -> list[Problem]:
    """No share, no segments, no patients, or a low without its high."""
    names = [str(name) for name in table.columns]
    problems = columns_missing(table, [SHARE], file)
    if patients < 1:
        problems.append(Problem("cohort_is_empty", f"a cohort of {patients} patients is none", Where(file=file)))
    for name in names:
        for end, other in ((LOW, HIGH), (HIGH, LOW)):
            twin = f"{name.removesuffix(end)}{other}"
            if name.endswith(end) and twin not in names:
                problems.append(
                    Problem(
                        "column_missing",
                        f"{shown(name, Form.HEADER)} has no {shown(twin, Form.HEADER)} beside it",
                        Where(file=file, item=told(name, Form.HEADER)),
                    )
                )
    return problems


def _shares(table: pd.DataFrame, file: str) -> tuple[NDArray[np.float64], list[Problem]]:
    share, bad = numbers_of(table[SHARE])
    bad |= (share < 0) | (share > 1)
    problems = cells_wrong(bad, "share_is_not_a_share", "the share is not a number from 0 to 1", SHARE, file)
    if not bad.any() and abs(share.sum() - 1) > SHARES_CLOSE:
        what = f"the shares sum to {share.sum():.10g}, not 1"
        problems.append(Problem("shares_do_not_sum", what, Where(file=file, item=SHARE)))
    return share, problems


def _span(
    table: pd.DataFrame, name: str, file: str
) -> tuple[tuple[NDArray[np.int64], NDArray[np.int64]], list[Problem]]:
    """(S,) low and (S,) high of a number, a segment each."""
    ends, problems, said = [], [], told(name, Form.HEADER)
    for end in (LOW, HIGH):
        values, bad = numbers_of(table[f"{name}{end}"])
        bad |= ~np.equal(values, np.floor(values))
        problems += cells_wrong(bad, "number_is_not_whole", "the value is not a whole number", f"{said}{end}", file)
        ends.append(np.where(bad, 0, values).astype(np.int64))
    low, high = ends
    problems += cells_wrong(low > high, "low_above_high", f"{said}{LOW} is above {said}{HIGH}", f"{said}{LOW}", file)
    return (low, high), problems


def _levels(column: pd.Series, name: str, file: str) -> tuple[pd.Series, list[Problem]]:
    text, said = text_of(column), told(name, Form.HEADER)
    if text is None:
        return column, [not_text(said, file)]
    return text, cells_wrong(text.isna().to_numpy(), "level_missing", f"{said!r} is blank", said, file)
