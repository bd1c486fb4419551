"""Runs that are stopped at any moment, in processes of their own: what they leave, and who tidies up after them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys

import pytest

from pathway_cost.results.frames import MADE_BY
from tests.cli.toy_study import write_study

RUN = """
import os, signal, sys, time
from pathlib import Path
for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(each, signal.default_int_handler if each == signal.SIGINT else signal.{otherwise})
from pathway_cost.cli.main import main
{doing}
main()
"""
HELD = """
from pathway_cost.privacy.leftovers import OwnFolder
made = OwnFolder.__init__
def held(own, parent, place):
    made(own, parent, place)
    if place == "{place}":
        print("held", flush=True)
        while not Path("{go}").exists():
            time.sleep(0.001)
OwnFolder.__init__ = held
"""
ASKED_WHILE_FILLING = """
written = Path.write_bytes
def asked(path, content):
    written(path, content)
    if path.name == "patients_local.parquet":
        os.kill(os.getpid(), {asked})
Path.write_bytes = asked
"""
ASKED_WITH_OLDER_RESULTS_ASIDE = """
renamed = Path.rename
def asked(path, to):
    renamed(path, to)
    if Path(to).name == "old":
        os.kill(os.getpid(), {asked})
Path.rename = asked
"""
CODES = {signal.SIGTERM: 143, signal.SIGHUP: 129, signal.SIGINT: 130}
LONGEST = 60.0  # seconds, on a machine with much else to do

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="processes here are not stopped by signals")


class Run:
    """A run of the toy study in a process of its own: where it writes, and where its temporary files go.

    It may be held once it has made a folder to work in, until it is told to go on, and may do something of its own first.
    """

    def __init__(self, folder, *arguments, held_at=None, doing="", otherwise="SIG_DFL"):
        self.folder = folder
        self.scratch, self.results = folder / "scratch", folder / "results"
        self.scratch.mkdir(exist_ok=True, parents=True)
        self.results.mkdir(exist_ok=True)
        study = folder / "town" / "study.yaml"
        study = study if study.exists() else write_study(study.parent)
        doing = HELD.format(place=held_at, go=folder / "go") if held_at else doing
        command = ["run", str(study), "--out", str(self.results / "out"), "--patients", *arguments]
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN.format(otherwise=otherwise, doing=doing), *command],
            env=os.environ | {"TMPDIR": str(self.scratch)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        if held_at:
            assert self.process.stdout.readline() == "held\n", self.process.communicate()

    def asked(self, *signals):
        """What the run says of signals: its exit code and its words."""
        for each in signals:
            self.process.send_signal(each)
        return self.ended()

    def ended(self):
        _, said = self.process.communicate(timeout=LONGEST)
        return self.process.returncode, said

    def left(self):
        places = (self.scratch, self.results)
        return sorted(str(path.relative_to(self.folder)) for place in places for path in place.iterdir())


MOMENTS = {"extracts are read": "store", "extracts are asked for prices": "questions"}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("asked", CODES, ids=lambda asked: asked.name)
def test_a_run_that_is_asked_to_stop_leaves_nothing(tmp_path, moment, asked):
    run = Run(tmp_path, held_at=MOMENTS[moment])
    assert len(run.left()) == 1
    assert run.asked(asked) == (CODES[asked], "Stopped.\n")
    assert run.left() == []


def older_results(folder):
    out = folder / "results" / "out"
    out.mkdir(parents=True)
    (out / "run.json").write_text(json.dumps({"made_by": MADE_BY, "of": "an older run"}))
    return (out / "run.json").read_bytes()


@pytest.mark.parametrize("doing", [ASKED_WHILE_FILLING, ASKED_WITH_OLDER_RESULTS_ASIDE], ids=["filling", "aside"])
@pytest.mark.parametrize("asked", CODES, ids=lambda asked: asked.name)
def test_a_run_that_is_asked_to_stop_while_it_writes_leaves_the_older_results(tmp_path, doing, asked):
    older = older_results(tmp_path)
    run = Run(tmp_path, "--replace", doing=doing.format(asked=int(asked)))
    code, said = run.ended()
    assert (code, said.splitlines()[-1]) == (CODES[asked], "Stopped.")
    assert "Traceback" not in said
    assert run.left() == ["results/out"]
    assert [path.name for path in (run.results / "out").iterdir()] == ["run.json"]
    assert (run.results / "out" / "run.json").read_bytes() == older


def test_asking_again_and_again_breaks_no_tidying_off(tmp_path):
    run = Run(tmp_path, held_at="questions")
    assert run.asked(*[signal.SIGTERM] * 20) == (143, "Stopped.\n")
    assert run.left() == []


def test_a_run_that_was_started_to_outlive_its_terminal_does(tmp_path):
    run = Run(tmp_path, held_at="store", otherwise="SIG_IGN")
    run.process.send_signal(signal.SIGHUP)
    (tmp_path / "go").touch()
    assert run.ended()[0] == 0
    assert run.left() == ["results/out"]


def test_the_next_run_sweeps_what_a_killed_one_left(tmp_path):
    run = Run(tmp_path, held_at="questions")
    assert run.asked(signal.SIGKILL) == (-signal.SIGKILL, "")
    (left,) = run.left()
    assert left.startswith("scratch/.pathway_cost.partial-")
    assert (tmp_path / left / "events.parquet").exists()
    after = Run(tmp_path)
    assert after.ended()[0] == 0
    assert after.left() == ["results/out"]


def test_a_run_sweeps_nothing_of_one_that_is_under_way(tmp_path):
    first = Run(tmp_path, held_at="questions")
    held = first.left()
    assert Run(tmp_path).ended()[0] == 0
    assert first.left() == ["results/out", *held]
    (tmp_path / "go").touch()
    code, said = first.ended()
    assert (code, "exists already" in said) == (2, True)
    assert first.left() == ["results/out"]


@pytest.mark.parametrize("doing", [ASKED_WHILE_FILLING, ASKED_WITH_OLDER_RESULTS_ASIDE], ids=["filling", "aside"])
def test_the_next_run_brings_back_the_older_results_of_a_killed_one(tmp_path, doing):
    older = older_results(tmp_path)
    killed = Run(tmp_path, "--replace", doing=doing.format(asked=int(signal.SIGKILL)))
    assert killed.ended()[0] == -signal.SIGKILL
    assert any(name.startswith("results/.out.partial-") for name in killed.left())
    code, said = Run(tmp_path).ended()
    assert (code, "exists already" in said) == (2, True)
    assert killed.left() == ["results/out", *(name for name in killed.left() if name.startswith("scratch"))]
    assert (tmp_path / "results" / "out" / "run.json").read_bytes() == older
