"""Names, words and rows of a valid study spoilt at random: the figures stay, or the user is told."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings

import pathway_cost as pc
from pathway_cost.errors import PathwayCostError
from tests.cli.spoilt_study import TOTAL_GBP, spoils, spoilt_specs, write_spoilt

KINDS = ["csv", "xlsx", "parquet"]


def total_of(result) -> float:
    return float(result.summary["total_gbp"].iloc[0])


@pytest.mark.parametrize("kind", KINDS)
def test_the_study_unspoilt_costs_what_it_costs_by_hand(tmp_path, kind):
    result = pc.run(write_spoilt(tmp_path, kind=kind))
    assert total_of(result) == pytest.approx(TOTAL_GBP, rel=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=15)
@given(spoils())
def test_a_spoilt_word_or_row_changes_nothing_or_is_told(kind, spoilt):
    table, spoil = spoilt
    with tempfile.TemporaryDirectory() as folder:
        said, total = said_and_total(write_spoilt(Path(folder), table, spoil, kind=kind))
    named = [f"{table}.{kind}"]
    named += ["APC"] if table.startswith("plics/") else []  # the feed, where records are told together
    named += ["price_index.rates.town"] if table == "index" else []  # the index that then has no rates
    assert total == pytest.approx(TOTAL_GBP, rel=1e-12) or any(name in said for name in named)


@settings(max_examples=25)
@given(spoilt_specs())
def test_a_spoilt_word_of_a_spec_changes_nothing_or_is_told(specs):
    with tempfile.TemporaryDirectory() as folder:
        said, total = said_and_total(write_spoilt(Path(folder), specs=specs))
    assert total == pytest.approx(TOTAL_GBP, rel=1e-12) or said


def said_and_total(study) -> tuple[str, float]:
    """What is said of a study that is not said of the unspoilt one, and its total; not a number where it is refused."""
    try:
        result = pc.run(study)
    except PathwayCostError as error:
        return str(error), float("nan")
    return "\n".join({str(note) for note in result.notes} - said_of_the_unspoilt()), total_of(result)


@cache
def said_of_the_unspoilt():
    with tempfile.TemporaryDirectory() as folder:
        return {str(note) for note in pc.run(write_spoilt(Path(folder))).notes}
