"""Whatever is done to a table that was given, or to one that was handed out, no answer changes."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

import pathway_cost as pc
from tests.engine.chance_toy import raw_of
from tests.engine.toy import TOWN, YEAR, pathway_of
from tests.reached import is_ours

STAY = {
    "attributes": {"frail": {"levels": ["no", "yes"]}, "age": {"number": "year", "low": 0, "high": 110}},
    "start": {"ward": 1},
    "settings": {
        "ward": {"role": "acute", "stay": {"by": "frail", "values": {"no": 4, "yes": {"by": "age", "steps": {0: 6, 70: 8}}}}, "uses": [{"unit_cost": "ward.day", "per": "day"}]}
    },
    "routes": {"ward": {"home": 1}},
}  # fmt: skip
GBP = (10 * 4 + 20 * 8 + 30 * 4) * 450.0
"""10, 20 and 30 patients who stay 4, 8, 4 days at £450."""


def people():
    return {"weight": np.array([10.0, 20.0, 30.0]), "age": np.array([60.0, 71.0, 80.0]), "frail": ["no", "yes", "no"]}


def prices():
    return {
        "unit_cost": ["ward.day"], "organisation": [TOWN["all"]["acute"]], "value_gbp": np.array([450.0]), "unit": ["contact"],
        "covers": ["part"], "price_year": [YEAR], "source": ["made up"], "n": np.array([100.0]), "se_total": np.array([5.0]),
    }  # fmt: skip


# --- tables given ----------------------------------------------------------------------------------------------------
def of_arrow_arrays(columns):
    """pandas over Arrow over numpy, none of which copies."""
    typed = {
        name: pd.array(pa.array(each), dtype=pd.ArrowDtype(pa.float64())) if isinstance(each, np.ndarray) else each
        for name, each in columns.items()
    }
    return pd.DataFrame(typed)


def of_masked(columns):
    typed = {
        name: pd.arrays.FloatingArray(each, np.zeros(len(each), bool)) if isinstance(each, np.ndarray) else each
        for name, each in columns.items()
    }
    return pd.DataFrame(typed, copy=False)


def of_polars(columns):
    return pytest.importorskip("polars").DataFrame(columns)


LIBRARIES = {
    "columns": dict,
    "pandas": pd.DataFrame,
    "pandas without a copy": lambda columns: pd.DataFrame(columns, copy=False),
    "pandas in categories": lambda columns: pd.DataFrame(columns).astype({list(columns)[-1]: "category"}),
    "masked": of_masked,
    "arrow in pandas": of_arrow_arrays,
    "arrow": pa.table,
    "polars": of_polars,
}


def spoil(table, columns):
    """Edit a table, and what it was made of, in every way that is open."""
    for name, each in columns.items():
        if isinstance(each, np.ndarray):
            each[:] = 77.0
        else:
            columns[name] = each[::-1]
    if isinstance(table, dict):
        table.clear()
    if isinstance(table, pd.DataFrame):
        spoil_frame(table)


def spoil_frame(frame):
    """Edit pandas in every way that is open: arrays, cells, columns, rows."""
    for name in frame.columns:
        array = frame[name].to_numpy()
        if array.flags.writeable and not isinstance(frame[name].dtype, pd.StringDtype):
            array[:] = array[::-1].copy()
    for place, name in enumerate(list(frame.columns)):
        other = frame[name].iloc[::-1].to_numpy() if frame[name].dtype.kind not in "fiu" else 77
        frame.isetitem(place, other)
        if len(frame):
            frame.iloc[0, place] = frame.iloc[-1, place]
    if len(frame.columns):
        del frame[frame.columns[0]]


def study(cohort, unit_costs):
    return {
        "study": "kept", "synthetic": True, "pathway": raw_of(pathway_of(STAY)), "footprint": TOWN, "cohort": {"file": cohort}, "price_year": YEAR,
        "unit_costs": [{"table": unit_costs}],
    }  # fmt: skip


def costed(cohort, unit_costs):
    return pc.cost_pathway(pathway_of(STAY), cohort, unit_costs, TOWN, price_year=YEAR)


@pytest.mark.parametrize("library", LIBRARIES)
def test_editing_a_table_that_was_given_changes_no_answer(library):
    make = LIBRARIES[library]
    patients, costs = people(), prices()
    cohort, unit_costs = make(patients), make(costs)
    kept = pc.Cohort.from_frame(cohort), pc.UnitCosts.from_frame(unit_costs)
    loaded = pc.load_study(study(cohort, unit_costs))
    ready = pc.prepare(study(cohort, unit_costs))
    of_frames, digest = costed(cohort, unit_costs), loaded.tables["cohort"].sha256
    assert round(of_frames.total_gbp, 2) == GBP
    spoil(cohort, patients)
    spoil(unit_costs, costs)
    assert round(costed(*kept).total_gbp, 2) == GBP
    assert [round(pc.run(each)["baseline"].total_gbp, 2) for each in (loaded, ready)] == [GBP, GBP]
    assert loaded.tables["cohort"].sha256 == digest
    assert [round(gbp, 2) for gbp in of_frames.patient_costs()["expected_cost_gbp"]] == [1_800.0, 3_600.0, 1_800.0]
    assert round(of_frames.by("frail")["gbp"].sum(), 2) == GBP


def test_texts_of_arrow_are_not_copied():
    """The ids of a million patients lie in memory once."""
    given = pd.DataFrame({"patient_id": [f"P{place}" for place in range(1000)]})
    taken = pc.Cohort.from_frame(given).frame
    buffers = [pa.array(frame["patient_id"]).chunk(0).buffers()[2].address if isinstance(pa.array(frame["patient_id"]), pa.ChunkedArray)
               else pa.array(frame["patient_id"]).buffers()[2].address for frame in (given, taken)]  # fmt: skip
    assert buffers[0] == buffers[1]


# --- tables and arrays handed out ------------------------------------------------------------------------------------
WHOLE = {"horizon": "1 year", "period": "month"}


@pytest.fixture(scope="module", params=["whole pathways", "followed through time"])
def answers(request):
    """A study, and all that it answers: everything here is asked again after what it gave was spoilt."""
    asked = study(people(), prices()) | {
        "uncertainty": {"draws": 20, "seed": 1}, "walk": {"patients": 50, "seed": 1},
    }  # fmt: skip
    ready = pc.prepare(asked | (WHOLE if request.param == "followed through time" else {}), keep_patients=True)
    return ready, pc.run(ready)


def holders(answers):
    """Public objects that hand out tables or arrays."""
    ready, result = answers
    cohort, costs = pc.Cohort.from_frame(people()), pc.UnitCosts.from_frame(prices())
    one = result["baseline"]
    return [
        result, result.tables, one, ready.cost(), one.cube, one.cube.periods, one.cohort, one.cohort.segments, one.each_patient,
        one.modelled, *one.modelled.prices.values(), *result.sampled.values(), result.drawn, result.drawn.totals, cohort, costs,
        *ready.loaded.tables.values(), ready.priced.prices,
    ]  # fmt: skip


def handed_out(holder):
    """Name → the tables and arrays that a public name gives, methods without arguments too."""
    listed = list(holder) if isinstance(holder, Mapping) else []
    for name in sorted({*dir(type(holder)), *dir(holder)} | set(listed)):
        if name.startswith("_") or name in ("plot", "compared", "percentiles"):
            continue
        found = tables_in(ask(holder, name))
        if found:
            yield name, found


def ask(holder, name):
    try:
        given = getattr(holder, name)
        if inspect.ismethod(given) and not needed(given):
            given = given()
    except (pc.PathwayCostError, ValueError, AttributeError, TypeError):
        return None
    return given


def needed(method):
    return [each for each in inspect.signature(method).parameters.values() if each.default is inspect.Parameter.empty]


def tables_in(given):
    if isinstance(given, pd.DataFrame | pd.Series | np.ndarray):
        return [given]
    if isinstance(given, Mapping) and not is_ours(given):
        return [table for each in given.values() for table in tables_in(each)]
    if type(given) in (tuple, list):
        return [table for each in given for table in tables_in(each)]
    return []


def figures(answers):
    """What is asked before and after, to the penny and the last word."""
    ready, result = answers
    one, again = result["baseline"], ready.cost()
    return [
        round(one.total_gbp, 2), round(again.total_gbp, 2), one.patients, one.by("setting", "frail").to_csv(),
        one.visits.to_csv(), one.flows.to_csv(), one.lines().to_csv(), one.unit_costs().to_csv(), one.patient_costs().to_csv(),
        result.draws.to_csv(), result.summary.to_csv(), result.sampled["baseline"].gbp.tolist(), ready.draws().to_csv(),
        round(pc.run(ready)["baseline"].total_gbp, 2), round(ready.what_if({}).cost().total_gbp, 2),
        *([one.by("period").to_csv()] if one.cube.periods is not None else []),
    ]  # fmt: skip


def test_editing_what_was_handed_out_changes_no_answer(answers):
    before, seen = figures(answers), set()
    assert before[0] == GBP
    for holder in holders(answers):
        for name, tables in handed_out(holder):
            seen.add(f"{type(holder).__name__}.{name}")
            copies = [table.copy() for table in tables]
            for table in tables:
                spoil_one(table)
            again = tables_in(ask(holder, name))
            assert all(map(same, copies, again)), f"{type(holder).__name__}.{name} was changed"
    assert figures(answers) == before
    assert {"CostedPathway.visit_rows", "Cube.frame", "Cohort.frame", "Cohort.weight", "UnitCosts.frame", "RunResult.summary",
            "CodedCohort.numbers", "Segments.labels", "Sampled.gbp", "CostedPathway.unit_costs", "FrameTable.frame"} <= seen  # fmt: skip


def spoil_one(table):
    if isinstance(table, pd.DataFrame):
        spoil_frame(table)
    elif isinstance(table, pd.Series):
        table.iloc[:1] = table.iloc[-1]
    elif table.flags.writeable and table.dtype != object:
        table[...] = 77


def same(one, other):
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
    return one.equals(other)
