"""One scenario costed: the total, the cuts that sum to it, and what "per patient" divides by."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any, NoReturn

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pathway_cost import terms
from pathway_cost.cube import Cube, hands_out, words_in
from pathway_cost.display import DrawsItself
from pathway_cost.engine.model import Arm, most_changed
from pathway_cost.engine.pounds.evaluation import Modelled
from pathway_cost.errors import EngineFaults, Problem, Where, nearest_name, raise_if_any
from pathway_cost.results.costed.attribute_cuts import check_cuts, cut_by, levels_found
from pathway_cost.results.costed.basis import Basis
from pathway_cost.results.costed.cut_labels import with_days, with_labels, with_patients
from pathway_cost.results.costed.denominators import PerPatient, eligible_segments
from pathway_cost.results.costed.measured_checks import frames_at_odds
from pathway_cost.results.costed.patient_costs import EachPatient
from pathway_cost.results.costed.price_factors import price_factors_of
from pathway_cost.specs.format import OneOff, Pathway
from pathway_cost.tables.cohort.cohort import CodedCohort


@hands_out("visit_rows", "flow_rows", "segments", "weights", "presence", "patient_cost")
@dataclass(frozen=True, eq=False, kw_only=True)
class CostedPathway(DrawsItself):
    """What one scenario costs for one cohort, in pounds of one price year, whether a model expects it or it was measured.

    `by` cuts the pounds and `quantities` the activity; every cut of the pounds sums to `total_gbp`. Frames are copies, arrays
    are to be read.

    >>> import pathway_cost as pc
    >>> ward = pc.load_pathway({"pathway": "ward", "roles": {"acute": {"kind": "acute"}}, "start": "ward", "ends": ["home"],
    ...     "unit_costs": {"bed": {"unit": "bed_day", "covers": "whole"}},
    ...     "parameters": {"los": {"value": 2, "unit": "week"}},
    ...     "settings": {"ward": {"role": "acute", "stay": "los", "uses": [{"unit_cost": "bed", "per": "day"}]}},
    ...     "routes": {"ward": {"home": "rest"}}})
    >>> prices = {"unit_cost": ["bed"], "value_gbp": [450], "unit": ["bed_day"], "covers": ["whole"],
    ...     "price_year": ["2024-25"], "source": ["made up"]}
    >>> costed = pc.cost_pathway(ward, pc.Cohort.alike(1), pc.UnitCosts.from_frame(prices), {"all": {"acute": "RXX"}},
    ...     price_year="2024-25")
    >>> costed.total_gbp, [note.what for note in costed.notes]
    (6300.0, ['stays and waits are counted in days: los 2 week = 14 day'])
    """

    scenario: str
    """Name of the scenario or composition, or `baseline`."""
    cube: Cube
    """Pounds at the finest level."""
    visit_rows: pd.DataFrame
    """Columns segment, arm, setting, patients (of the segment's arm), visits; settings and ends. Where the costs were
    measured also `reached`, those of the patients who came at least once; a model works it out when asked."""
    flow_rows: pd.DataFrame
    """Columns segment, arm, from_setting, to_setting, route, patients_moved; from `start` to the ends."""
    segments: pd.DataFrame
    """Columns segment, place, <attributes>, rows, patients (before any change of volume)."""
    weights: pd.DataFrame
    """Columns segment, arm, share (of the segment that is in the arm), patients (after any change of volume)."""
    stands_on: Basis
    """Price year, horizon, counting, discounting and intake."""
    arms: tuple[Arm, ...] = (Arm(terms.ARM_ALL, ()),)
    """The arms of `weights`, and the scenarios in force in each."""
    one_offs: tuple[OneOff, ...] = ()
    """Costs that fall once, each id once; never multiplied by uptake or patients."""
    notes: tuple[Problem, ...] = ()
    """Warnings and notes of what was costed: prices from elsewhere, stays turned into days, changes hardly meant."""
    presence: pd.DataFrame | None = None
    """Who is where in each period, where known: period, setting, visits, days_present, patients_present; settings and ends."""
    cohort: CodedCohort | None = None
    """The patients, for costs a patient."""
    patient_cost: NDArray[np.float64] | None = None
    """(N,) £ a patient in the order of the cohort, where kept."""
    model: Modelled | None = None
    """What only a model has; None where the costs were measured."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Scenario → what the study calls it."""
    synthetic: bool = False
    """Whether the study says that its patients, and any extracts, are made up."""

    def __post_init__(self) -> None:
        self.cube.check_cuts()
        unknown = words_in(self.weights[terms.ARM]) - {arm.name for arm in self.arms}
        if unknown:
            raise ValueError(f"the weights have arms that are not among the result's: {sorted(unknown)}")
        if self.model is None:
            frames = self.cube, self.visit_rows, self.segments, self.weights
            raise_if_any(frames_at_odds(*frames, self.stands_on), EngineFaults, stage="results")

    def __repr__(self) -> str:
        """Whose figures these are; the figures stand in its tables."""
        return f"CostedPathway of {self.scenario}, in pounds of {self.price_year}"

    @property
    def modelled(self) -> Modelled:
        """What only a model has: prices and pathways by arm, changed values, the exact variance.

        Raises:
            EngineFaults: the costs were measured; there is no model.
        """
        if self.model is None:
            what = (
                f"{self.scenario} was measured, not modelled: it has no pathway, no prices and no variance of its own"
            )
            raise EngineFaults([Problem("no_model", what, remedy="ask a result that was modelled")], stage="results")
        return self.model

    @property
    def basis(self) -> str:
        """Horizon, counting and discounting in words."""
        return str(self.stands_on)

    @property
    def price_year(self) -> str:
        """The year whose pounds these are (2024-25)."""
        return self.stands_on.price_year

    @property
    def pathway(self) -> Pathway:
        """The pathway with every change of the scenario in force (of the arm under most changes).

        Raises:
            EngineFaults: the costs were measured; there is no model.
        """
        return self.modelled.pathways[most_changed(self.arms)]

    @property
    def total_gbp(self) -> float:
        """All recurrent pounds; one-off costs are not in it."""
        return self.cube.total_gbp

    @property
    def present_value_gbp(self) -> float:
        """All recurrent pounds, discounted; the same as `total_gbp` where the study discounts none."""
        return float(self.cube.frame[self._present].sum())

    @property
    def present_value_per_patient_gbp(self) -> float:
        """Discounted pounds a patient starting; missing where nobody starts."""
        return self.present_value_gbp / self.patients if self.patients else float("nan")

    @property
    def _present(self) -> str:
        return terms.PRESENT_VALUE_GBP if terms.PRESENT_VALUE_GBP in self.cube.frame else terms.GBP

    @property
    def patients(self) -> float:
        """Patients starting: the sum of the weights, after any change of volume."""
        return float(self.weights[terms.PATIENTS].sum())

    @property
    def cost_per_patient_gbp(self) -> float:
        """Pounds a patient starting; missing where nobody starts."""
        return self.per_patient().cost_per_patient_gbp

    @property
    def one_off_gbp(self) -> float:
        """Pounds that fall once, whatever the patients or the uptake."""
        return float(sum(one_off.gbp for one_off in self.one_offs))

    @cached_property
    def attributes(self) -> Mapping[str, tuple[str, ...]]:
        """What patients are told apart by: attribute → the levels that any of them has, as the pathway declares them."""
        declared = {} if self.model is None else self.pathway.attributes
        return levels_found(self.segments, {name: each.levels or () for name, each in declared.items()})

    def _attributes_in(self, cuts: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
        """The attributes, where any word may be one."""
        return {} if all(cut in terms.CUTS for cut in cuts) else self.attributes

    # --- cuts ----------------------------------------------------------------------------------------------------
    def by(self, *cuts: terms.Cut | str, price_factors: Any = None) -> pd.DataFrame:
        """Pounds by one or more of segment, arm, place, setting, use, unit_cost, component, role, organisation, period.

        And by any attribute of the patients that has levels (`by("frail")`, `by("setting", "frail")`).

        Columns: the cuts, the labels of a segment, the days of a period, gbp (in a discounted result also
        present_value_gbp), gbp_per_patient. Cut by segment, arm, place or attribute, the pounds are divided by the patients there
        (also given as `patients`); else by all patients starting. Pounds of all periods sum to those without; patients are
        those who start, whatever the period.

        Args:
            cuts: what to tell the pounds by.
            price_factors: any table of period, component and factor, where prices move as years go by; then also
                `repriced_gbp`, the pounds of each period and component × their factor.

        Raises:
            ValueError: no cut, or a word that is none.
            EngineFaults: periods are asked for, and nobody was followed through time.
            TableFaults: price factors that do not fit.
        """
        attributes = self._attributes_in(cuts)
        check_cuts(cuts, attributes)
        factors = None if price_factors is None else price_factors_of(price_factors, self.cube)
        cut = cut_by(cuts, self.segments, attributes, partial(self.cube.by, price_factors=factors))
        cut = with_patients(cut, cuts, self.weights, self.segments)
        return with_days(with_labels(cut, cuts, self.segments), cuts, self.cube)

    def quantities(self, *cuts: terms.Cut | str) -> pd.DataFrame:
        """Activity by unit cost and any further cut or attribute but component; unlike units are never added.

        Columns: unit_cost, unit, the other cuts, the days of a period, quantity, quantity_per_patient; in a discounted result also
        discounted_quantity and discounted_quantity_per_patient. What is counted and not priced stands as
        `count:<name>` with the unit `count`.
        """
        others = [cut for cut in cuts if cut != terms.UNIT_COST]
        attributes = self._attributes_in(others)
        check_cuts(others or [terms.UNIT_COST], attributes)
        frame = cut_by([terms.UNIT_COST, *others], self.segments, attributes, self.cube.quantities)
        frame.insert(1, terms.UNIT, frame[terms.UNIT_COST].map(self._unit_of).astype("str"))
        for measure in frame.columns.intersection([terms.QUANTITY, terms.DISCOUNTED_QUANTITY]):
            frame[f"{measure}_per_patient"] = frame[measure] / (self.patients or np.nan)
        return with_days(frame, cuts, self.cube)

    @property
    def visits(self) -> pd.DataFrame:
        """Settings and ends, in the order of the pathway: setting, visits, visits_per_patient, reached (patients).

        `reached` is who comes at least once. Where patients are followed through time, they are followed once more for each
        setting to which they can come back, the first time that somebody asks; `visited` does without.
        """
        frame = self.visited
        return frame.assign(reached=self._reached(*frame[terms.SETTING]).to_numpy())

    @property
    def visited(self) -> pd.DataFrame:
        """Settings and ends, in the order of the pathway: setting, visits, visits_per_patient."""
        frame = self.visit_rows.groupby(terms.SETTING, sort=False, observed=True)[terms.VISITS].sum().reset_index()
        return frame.assign(visits_per_patient=frame[terms.VISITS] / (self.patients or np.nan))

    def _reached(self, *settings: str) -> pd.Series:
        """Setting → patients who come at least once, in the order of `visited`; those not asked for are not told."""
        rows = self.visit_rows
        if self.model is not None:
            reached = np.zeros(len(rows))
            for setting in settings:
                reached[rows[terms.SETTING] == setting] = self.model.reached(setting)
            rows = rows.assign(reached=reached)
        return rows.groupby(terms.SETTING, sort=False, observed=True)["reached"].sum()

    @property
    def flows(self) -> pd.DataFrame:
        """Patients moved along each route: from_setting, to_setting, route, patients_moved."""
        keys = ["from_setting", "to_setting", "route"]
        grouped = self.flow_rows.groupby(keys, sort=False, observed=True)
        return grouped["patients_moved"].sum().reset_index()

    def lines(self) -> pd.DataFrame:
        """One row a setting × use × organisation × component, with what its pounds are the product of.

        Columns: setting, use, unit_cost, level, role, organisation, component, visits, quantity, quantity_per_visit,
        price_gbp, gbp. The two ratios are ratios of sums, and missing where there is nothing to divide by.
        """
        keys = [terms.SETTING, terms.USE, terms.UNIT_COST, terms.LEVEL, terms.ROLE, terms.ORGANISATION, terms.COMPONENT]
        measures = [terms.VISITS, terms.QUANTITY, terms.GBP]
        frame = self.cube.frame.groupby(keys, sort=False, observed=True)[measures].sum().reset_index()
        frame.insert(9, "quantity_per_visit", _ratio(frame[terms.QUANTITY], frame[terms.VISITS]))
        frame.insert(10, "price_gbp", _ratio(frame[terms.GBP], frame[terms.QUANTITY]))
        return frame

    def unit_costs(self) -> pd.DataFrame:
        """The prices, each as the patients under most changes pay it; columns as in the study's unit costs.

        Raises:
            EngineFaults: the costs were measured; there is no model.
        """
        return self.modelled.prices[most_changed(self.arms)].frame.copy()

    # --- denominators --------------------------------------------------------------------------------------------
    def per_patient(self) -> PerPatient:
        """The whole pathway's pounds by patients starting."""
        return PerPatient("patient", self.patients, self.total_gbp, "patients who start")

    def per_eligible(self, segments: Collection[int] | None = None) -> PerPatient:
        """The pounds of the eligible patients by their number; `segments` says whose, the scenario's own by default."""
        chosen = list(eligible_segments(self.weights) if segments is None else segments)
        weights, frame = self.weights, self.cube.frame
        patients = float(weights.loc[weights[terms.SEGMENT].isin(chosen), terms.PATIENTS].sum())
        gbp = float(frame.loc[frame[terms.SEGMENT].isin(chosen), terms.GBP].sum())
        return PerPatient("eligible patient", patients, gbp, "eligible patients who start")

    def per_setting(self, setting: str) -> PerPatient:
        """The whole pathway's pounds by the patients expected to reach a setting (or end) at least once.

        Raises:
            EngineFaults: the pathway has no such setting.
        """
        settings = self.visited[terms.SETTING].to_list()
        if setting not in settings:
            problem = Problem(
                "setting_not_in_pathway",
                f"there is no setting {setting!r} to divide by",
                Where(item="report_per"),
                nearest_name(setting, settings),
            )
            raise EngineFaults([problem], stage="results")
        words = f"patients expected to reach {setting} at least once"
        return PerPatient(setting, float(self._reached(setting)[setting]), self.total_gbp, words)

    @cached_property
    def sd_per_patient_gbp(self) -> float:
        """The exact standard deviation of the undiscounted cost a patient: chance on the way, and who the patient is.

        Raises:
            EngineFaults: the costs were measured, or the patients were followed through time; then their costs differ as
                sampled patients' do.
        """
        variance = self.modelled.variance
        if variance is None:
            what = "the exact variance is that of whole pathways; here patients are followed through time"
            raise EngineFaults(
                [Problem("no_exact_variance", what, remedy="ask for `walk:` in the study")], stage="results"
            )
        return float(np.sqrt(variance()))

    # --- patients ------------------------------------------------------------------------------------------------
    def patient_costs(self) -> pd.DataFrame:
        """One row a patient of the cohort: patient_id, expected_cost_gbp (an average over what may happen to them)."""
        return self.each_patient.costs()

    @property
    def each_patient(self) -> EachPatient:
        """What is known of the patients one by one."""
        return EachPatient(self.cohort, self.patient_cost, self.cube, self.weights, self.model is not None)

    def percentiles(self, *_: float) -> NoReturn:
        """Refused: percentiles of expected costs do not show how patients differ.

        Raises:
            EngineFaults: always, with the reason.
        """
        if self.model is None:
            raise _no_percentiles_kept()
        problem = Problem(
            "percentiles_of_expected_costs",
            "these are expected costs: each is an average over everything that may happen to patients alike, so their "
            "percentiles show the differences between segments, not between patients",
            remedy="take percentiles of observed or sampled pounds",
        )
        raise EngineFaults([problem], stage="results")

    def _unit_of(self, unit_cost: str) -> str:
        pathways = () if self.model is None else self.model.pathways.values()
        declared = next((p.unit_costs[unit_cost] for p in pathways if unit_cost in p.unit_costs), None)
        if declared is not None:
            return declared.unit
        return "count" if unit_cost.startswith(terms.COUNT_PREFIX) else ""


def _no_percentiles_kept() -> EngineFaults:
    what = "how measured patients differ is not worked out here"
    remedy = "take percentiles of the pounds of each patient, `patient_costs()`"
    return EngineFaults([Problem("percentiles_of_measured_costs", what, remedy=remedy)], stage="results")


def _ratio(above: pd.Series, below: pd.Series) -> pd.Series:
    return above / below.where(below != 0)
