"""A study prepared once and asked many times, beside an older checkout of this package that does the same.

    python benchmarks/prepared.py [--old CHECKOUT] [--rounds 50]

The study is examples/elective_knee: 50,000 patients, 4 compositions, prices from PLICS. Every round asks the QUESTIONS below,
of both checkouts in turn, each in a process of its own; answers must agree to 1e-9. An older one cannot be asked, so its parts
are put together as a script would: read and priced once, then costed again with the edited pathway or scenario. That checks
nothing of what was edited, which ours does. Where `run` was the way, what it works out for each composition besides is timed
too. Last: resident memory, and what-ifs from eight threads at once beside one, whose answers must be the same to the last bit.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Self

import measure

ROOT = Path(__file__).parents[1]
STUDY = str(ROOT / "examples" / "elective_knee" / "study.yaml")
CUTS = ("organisation", "setting", "component")
BRIDGED = "day_case"
SHORTER = {"scale_stay": "ward_delay", "by": 0.9}
WHAT_IFS, THREADS = 160, 8
QUESTIONS: Final = {
    "prepare": "prepare",
    "parameter": "one parameter: totals, three cuts of all compositions, each beside the baseline",
    "parameter_in_run": "the same, with what `run` works out besides",
    "bridge": "the bridge of one composition",
    "scenario": "one more scenario, beside the baseline that is kept",
    "scenario_in_run": "the same, with what `run` works out besides",
}
IN_RUN: Final = "_in_run"  # a question that only an older checkout is asked, beside the same without

Answer = dict[str, float]
Jobs = dict[str, Callable[[int], Answer]]


# --- what is told, whoever costed ------------------------------------------------------------------------------------
def all_told(costed: Mapping[str, Any]) -> Answer:
    """Composition → result → its total and cuts, and each composition beside the first."""
    import pathway_cost as pc

    found, (first, *others) = {}, costed.values()
    for name, each in costed.items():
        found[f"{name} total"] = each.total_gbp
        for cut in CUTS:
            rows = each.by(cut)
            found |= {f"{name} {key}": gbp for key, gbp in zip(rows[cut].astype("str"), rows["gbp"], strict=True)}
    for each in others:
        comparison = pc.compare(first, each)
        found |= {f"{each.scenario} change": comparison.change_total_gbp, f"{each.scenario} %": comparison.change_pct}
    return found


def bridge_of(comparison: Any) -> Answer:
    """The bridge by factor."""
    rows = comparison.bridge()
    return dict(zip(rows["factor"], rows["gbp"], strict=True))


def moved(turn: int) -> float:
    """A value of the parameter that no other turn has."""
    return 0.04 + 0.0001 * turn


# --- this checkout ---------------------------------------------------------------------------------------------------
def jobs_now() -> Jobs:
    """What is asked of a prepared study."""
    import pathway_cost as pc

    ready = pc.prepare(STUDY)
    last = [ready]

    def parameter(turn: int) -> Answer:
        last[0] = ready.what_if({"p_readmit": moved(turn)})
        return all_told({name: last[0].cost(name) for name in last[0].compared})

    def scenario(_: int) -> Answer:
        return {"change": ready.what_if(changes=[SHORTER]).compare("baseline", "what_if").change_total_gbp}

    return {
        "prepare": lambda _: {"compared": len(pc.prepare(STUDY).compared)},
        "parameter": parameter,
        "bridge": lambda _: bridge_of(last[0].compare("baseline", BRIDGED)),
        "scenario": scenario,
        "threads": lambda _: seconds_of_threads(ready),
    }


def seconds_of_threads(ready: Any) -> Answer:
    """Seconds of the same what-ifs from one thread and from eight, in turn."""

    def asked(turn: int) -> float:
        return float(ready.what_if({"p_readmit": moved(turn)}).compare("baseline", BRIDGED).change_total_gbp)

    seconds = {"one": 0.0, "several": 0.0}
    with ThreadPoolExecutor(THREADS) as pool:
        for first in range(0, WHAT_IFS, THREADS):
            turns = range(first, first + THREADS)
            start = time.perf_counter()
            one = list(map(asked, turns))
            middle = time.perf_counter()
            several = list(pool.map(asked, turns))
            seconds["one"] += middle - start
            seconds["several"] += time.perf_counter() - middle
            assert one == several, "threads disagree"
    return seconds


# --- an older one ----------------------------------------------------------------------------------------------------
def jobs_before() -> Jobs:
    """The same of a checkout that prepares nothing, its parts put together."""
    import pathway_cost as pc
    from pathway_cost.engine.pounds.cost import cost_scenario
    from pathway_cost.engine.pounds.lives import Lives
    from pathway_cost.errors import Where
    from pathway_cost.results.costed.from_engine import costed_of

    costing = vars(importlib.import_module("pathway_cost.costing"))
    prepare, cost = costing["_prepare"], costing["_cost"]

    def prepared() -> Any:
        return prepare(pc.load_study(STUDY), key=None, progress=lambda *_: None)

    def costed(case: Any, *, in_run: bool) -> dict[str, Any]:
        lives = Lives(case, prices)
        if in_run:
            return {name: cost(lives, name, keep_patients=False, where=Where())[0] for name in case.compositions}
        made = {name: cost_scenario(lives, each, name=name) for name, each in case.compositions.items()}
        return {name: costed_of(each, case.cohort) for name, each in made.items()}

    def parameter(turn: int, *, in_run: bool = False) -> Answer:
        changed = pathway.parameters["p_readmit"].model_copy(
            update={"value": fixed.model_copy(update={"number": moved(turn)})}
        )
        edited = pathway.model_copy(update={"parameters": {**pathway.parameters, "p_readmit": changed}})
        last.update(costed(replace(case, pathway=edited), in_run=in_run))
        return all_told(last)

    def scenario(_: int, *, in_run: bool = False) -> Answer:
        given = pc.load_scenario({"scenario": "what_if", "amends": pathway.pathway, "changes": [SHORTER]}, pathway)
        found = costed(replace(case, compositions={"what_if": (given,)}), in_run=in_run)
        return {"change": pc.compare(kept, found["what_if"]).change_total_gbp}

    ready = prepared()
    case, prices = ready.lives.case, ready.lives.prices
    pathway = case.pathway
    fixed = pathway.parameters["p_readmit"].value
    last = costed(case, in_run=False)
    kept = last["baseline"]
    return {
        "prepare": lambda _: {"compared": len(prepared().lives.case.compositions)},
        "parameter": parameter,
        "parameter_in_run": lambda turn: parameter(turn, in_run=True),
        "bridge": lambda _: bridge_of(pc.compare(last["baseline"], last[BRIDGED])),
        "scenario": scenario,
        "scenario_in_run": lambda turn: scenario(turn, in_run=True),
    }


# --- processes -------------------------------------------------------------------------------------------------------
class Asked:
    """A checkout in a process of its own, asked one question after the other."""

    def __init__(self, checkout: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, __file__, "--part", "answer"], env={**os.environ, "PYTHONPATH": str(checkout)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.questions: list[str] = self._told()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()

    def ask(self, question: str, turn: int) -> tuple[float, Answer]:
        """Seconds, and the answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps([question, turn]) + "\n")
        self.process.stdin.flush()
        seconds, answer = self._told()
        return seconds, answer

    def _told(self) -> Any:
        assert self.process.stdout is not None
        return json.loads(self.process.stdout.readline())


def answer_questions() -> None:
    """What such a process does."""
    import pathway_cost as pc

    jobs = jobs_now() if hasattr(pc, "prepare") else jobs_before()
    print(json.dumps(list(jobs)), flush=True)
    for line in sys.stdin:
        question, turn = json.loads(line)
        start = time.perf_counter()
        answer = jobs[question](turn)
        print(json.dumps([time.perf_counter() - start, answer]), flush=True)


def resident() -> float:
    """MB of this process in memory now."""
    return int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def tell_memory(modules: str) -> None:
    """MB resident after importing these modules, and after preparing; without modules, the names of those that it takes."""
    import pathway_cost as pc

    for name in filter(None, modules.split(",")):
        with suppress(Exception):
            importlib.import_module(name)
    before = resident()
    ready = pc.prepare(STUDY)
    told = [before, resident()] if modules else [name for name in sys.modules if not name.startswith("__")]
    print(json.dumps(told))
    assert ready.compared


def memory() -> str:
    """A sentence on the memory that a prepared study takes."""
    told: list[Any] = []
    for _ in range(2):
        command = [sys.executable, __file__, "--part", "memory", "--modules", ",".join(map(str, told))]
        run = subprocess.run(
            command, check=True, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
        )
        told = json.loads(run.stdout)
    before, after = told
    return f"Resident: {before:.0f} MB with all imports, {after - before:.0f} MB more once the study is prepared."


# --- rounds and tables -----------------------------------------------------------------------------------------------
def one_round(turn: int, asked: Mapping[str, Asked]) -> dict[str, float]:
    """`question checkout` → seconds; all who answer a question must answer alike."""
    seconds, wanted = {}, dict[str, Answer]()
    for question in QUESTIONS:
        for side, checkout in asked.items():
            if question in checkout.questions:
                taken, answer = checkout.ask(question, turn)
                check_alike(question, wanted.setdefault(question.removesuffix(IN_RUN), answer), answer)
                seconds[f"{question} {side}"] = taken
    return seconds


def check_alike(question: str, wanted: Answer, found: Answer) -> None:
    """Both tell the same, to 1e-9 of the largest figure."""
    close = 1e-9 * max(map(abs, wanted.values()))
    assert wanted.keys() == found.keys(), f"{question}: the checkouts tell of other things"
    assert all(abs(found[name] - gbp) <= close for name, gbp in wanted.items()), f"{question}: the checkouts disagree"


def told(seconds: Mapping[str, list[float]]) -> str:
    """The table: milliseconds of both, and how many times ours the older one takes."""
    rows: list[tuple[object, ...]] = [
        ("question", "ours, ms (median)", "older, ms (median)", "older ÷ ours (by round)")
    ]
    middle = measure.medians(seconds)
    for question, words in QUESTIONS.items():
        mine, older = f"{question.removesuffix(IN_RUN)} ours", f"{question} older"
        if older in seconds:
            ratio = f"{measure.ratio(seconds, older, mine):.1f}"
            rows.append((words, f"{1000 * middle[mine]:.1f}", f"{1000 * middle[older]:.1f}", ratio))
        elif question in mine:
            rows.append((words, f"{1000 * middle[mine]:.1f}", "", ""))
    return measure.table(rows)


def main(old: Path | None, rounds: int) -> None:
    """Ask round by round, then tell memory and threads."""
    checkouts = {"ours": ROOT} | ({} if old is None else {"older": old})
    seconds: dict[str, list[float]] = {}
    with ExitStack() as open_:
        asked = {side: open_.enter_context(Asked(checkout)) for side, checkout in checkouts.items()}
        for turn in range(rounds + 1):
            for key, taken in one_round(turn, asked).items():
                seconds.setdefault(key, []).extend([taken] * bool(turn))
        _, threads = asked["ours"].ask("threads", 0)
    print(told(seconds))
    print(f"\n{memory()}")
    each = {name: WHAT_IFS / taken for name, taken in threads.items()}
    print(
        f"What-ifs a second: {each['one']:.1f} from one thread, {each['several']:.1f} from {THREADS}, the same answers."
    )
    print(f"{rounds} interleaved rounds after one that does not count. {measure.machine()}. {measure.versions()}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--old", type=Path)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--part", choices=("answer", "memory"), help=argparse.SUPPRESS)
    parser.add_argument("--modules", default="", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.part == "answer":
        answer_questions()
    elif given.part == "memory":
        tell_memory(given.modules)
    else:
        main(given.old, given.rounds)
