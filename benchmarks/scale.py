"""How time grows with patients, settings and draws, each over two decades; writes docs/scale.svg.

    python benchmarks/scale.py [rounds] [chart file]

Patients: the library's elective knee at national prices, in segments, with shares of their own (a formula on age), and
walking by chance one by one. Settings: the chain of models.py, one evaluation from text to cube, and 1,000 draws of
it. Draws: the chain with 20 settings and a scenario. A slope is how many decades the time grows while the size grows one:
1 is in proportion.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import log_chart
import measure
import models
import numpy as np
from expected_costing import STUDY, baseline, by_age, coded, patients

from pathway_cost.engine.draws.parameter_table import drawn
from pathway_cost.engine.pounds.cost import cost_scenario
from pathway_cost.engine.pounds.lives import Lives
from pathway_cost.engine.walk.sampled import sample_scenario
from pathway_cost.engine.walk.walkers import cast_of
from pathway_cost.specs.format.pathway import Pathway
from pathway_cost.study.load import load_study
from pathway_cost.study.prices_alone import prices_of
from pathway_cost.tables.cohort.cohort import CodedCohort

PATIENTS = (10_000, 100_000, 1_000_000)
SETTINGS = (5, 16, 50, 160, 500)
DRAWS = (100, 1_000, 10_000)
CHART = Path(__file__).parents[1] / "docs" / "scale.svg"


class Curve(NamedTuple):
    """Median seconds of one job at rising sizes."""

    of: str
    job: str
    sizes: Sequence[int]
    seconds: Sequence[float]

    def slope(self) -> float:
        """Decades of time for a decade of size, at the upper end."""
        size, time = np.log10(self.sizes[-2:]), np.log10(self.seconds[-2:])
        return float((time[1] - time[0]) / (size[1] - size[0]))


def patient_curves(rounds: int) -> Iterator[Curve]:
    """In segments, with own shares, walking."""
    study = load_study(STUDY)
    own = by_age(study.pathway)
    prices, footprint = prices_of(study), {"all": dict(study.study.footprint["all"].roles)}

    def lives(pathway: Pathway, cohort: CodedCohort) -> Lives:
        return baseline(pathway, cohort, footprint, prices)

    jobs: dict[str, dict[int, Callable[[], object]]] = {"in segments": {}, "own shares": {}, "walking": {}}
    for count in PATIENTS:
        people = patients(count)
        alike, apart = coded(people, study.pathway), coded(people, own)
        cast = cast_of(alike, count, 1)
        jobs["in segments"][count] = lambda c=alike: cost_scenario(lives(study.pathway, c), ())
        jobs["own shares"][count] = lambda c=apart: cost_scenario(lives(own, c), ())
        jobs["walking"][count] = lambda c=alike, who=cast: sample_scenario(lives(study.pathway, c), (), who)
    yield from curves("patients", jobs, rounds)


def setting_curves(folder: Path, rounds: int) -> Iterator[Curve]:
    """One evaluation, and 1,000 draws."""
    jobs: dict[str, dict[int, Callable[[], object]]] = {"one evaluation": {}, "1,000 draws": {}}
    for count in SETTINGS:
        study = models.loaded(chain_study(folder / str(count), count))
        recoster = models.recoster_of(study, ["baseline"])
        case, prices = recoster.lives.case, recoster.lives.prices
        jobs["one evaluation"][count] = lambda c=case, p=prices: cost_scenario(
            baseline(c.pathway, c.cohort, c.footprint, p), ()
        )
        jobs["1,000 draws"][count] = lambda p=recoster: p.at(drawn(1000, seed=7))
    yield from curves("settings", jobs, rounds)


def draw_curves(folder: Path, rounds: int) -> Iterator[Curve]:
    """A baseline and a scenario of 20 settings; in one segment, and in 20."""
    jobs: dict[str, dict[int, Callable[[], object]]] = {}
    for groups in (1, 20):
        recoster = models.recoster_of(models.loaded(chain_study(folder / f"g{groups}", 20, groups)))
        name = "1 segment" if groups == 1 else f"{groups} segments"
        jobs[name] = {count: (lambda p=recoster, n=count: p.at(drawn(n, seed=7))) for count in DRAWS}
    yield from curves("draws", jobs, rounds)


def chain_study(folder: Path, settings: int, groups: int = 1) -> Path:
    """As many patients in each group."""
    cohort = models.everybody(groups)
    return models.write_study(folder, models.chain(settings, groups), models.changed_chain(), cohort)


def curves(of: str, jobs: Mapping[str, Mapping[int, Callable[[], object]]], rounds: int) -> Iterator[Curve]:
    """Every job at every size once a round."""
    flat = {f"{name}|{size}": job for name, by_size in jobs.items() for size, job in by_size.items()}
    middle = measure.medians(measure.interleaved(flat, rounds=rounds))
    for name, by_size in jobs.items():
        yield Curve(of, name, tuple(by_size), [middle[f"{name}|{size}"] for size in by_size])


def main(rounds: int = 3, chart: str = str(CHART)) -> None:
    """Time everything, print a table, draw the chart."""
    with tempfile.TemporaryDirectory() as place:
        found = [*patient_curves(rounds), *setting_curves(Path(place), rounds), *draw_curves(Path(place), rounds)]
    rows: list[tuple[object, ...]] = [("what grows", "job", "size: seconds (median)", "slope at the end")]
    rows += [
        (
            each.of,
            each.job,
            ", ".join(f"{size:,}: {taken:.3f}" for size, taken in zip(each.sizes, each.seconds, strict=True)),
            f"{each.slope():.2f}",
        )
        for each in found
    ]
    print(measure.table(rows))
    panels = {
        of: {each.job: (each.sizes, each.seconds) for each in found if each.of == of}
        for of in ("patients", "settings", "draws")
    }
    Path(chart).write_text(log_chart.drawn(panels, "Seconds"), encoding="utf-8")
    print(
        f"\n{rounds} interleaved rounds; chart in {chart}. {measure.machine()}. {measure.versions(('numpy', 'numba', 'scipy'))}"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]), *sys.argv[2:3])
