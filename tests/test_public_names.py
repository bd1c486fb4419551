"""What `import pathway_cost` offers: names that come when they are asked for, and errors that travel whole."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys

import pytest

import pathway_cost as pc
from pathway_cost.errors import Severity, Where

ERRORS = [
    pc.PathwayCostError, pc.SpecFaults, pc.TableFaults, pc.PriceFaults, pc.PlicsFaults, pc.EngineFaults,
    pc.ComparisonFaults, pc.OutputFaults,
]  # fmt: skip
PROBLEMS = [
    pc.Problem("share_too_high", "1.2 is above 1", Where("study.yaml", 3, 5, item="routes"), "0.2", "lower it"),
    pc.Problem("row_odd", "hardly meant", Where("cohort.csv", row=7), severity=Severity.WARNING),
]


@pytest.mark.parametrize("name", pc.__all__)
def test_every_public_name_is_there(name):
    assert getattr(pc, name) is getattr(pc, name)
    assert name in dir(pc)


def test_importing_the_package_imports_nothing_heavy():
    code = "import sys, pathway_cost; print(sorted({'numpy', 'pandas', 'pydantic', 'networkx'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_every_kind_of_error_is_public():
    kinds = {each for each in pc.PathwayCostError.__subclasses__() if each.__module__.startswith("pathway_cost")}
    assert {each.__name__ for each in (*kinds, pc.PathwayCostError)} <= set(pc.__all__)


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("stage", [None, "syntax"])
@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda each: pickle.loads(pickle.dumps(each))])
def test_an_error_passes_between_processes_whole(error, stage, again):
    raised = error(iter(PROBLEMS), stage=stage)
    raised.add_note("while costing")
    other = again(raised)
    assert type(other) is error
    assert other.problems == raised.problems == tuple(PROBLEMS)
    assert (other.stage, str(other), other.__notes__) == (raised.stage, str(raised), ["while costing"])
    assert str(other).startswith(f"{stage or error.stage}: 2 faults")


def test_an_error_raised_in_another_process_is_told_in_this_one():
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool, pytest.raises(pc.SpecFaults) as raised:
        pool.submit(pc.load_pathway, {"pathway": "x"}).result()
    assert "`roles` is missing" in str(raised.value)
    assert raised.value.stage == "shape"


@pytest.mark.parametrize("wrong", [None, {}, "study.yaml", 3])
def test_what_cannot_be_written_is_said_with_the_remedy(wrong, tmp_path):
    with pytest.raises(TypeError, match=r"write takes a RunResult, what `run` returns, not a \w+; put it in a study"):
        pc.write(wrong, tmp_path / "out")
    assert not (tmp_path / "out").exists()
