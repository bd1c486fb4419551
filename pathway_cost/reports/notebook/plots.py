"""The drawings of a result, made by what makes the page's; a name that is none is a fault with the nearest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NoReturn

from pathway_cost.errors import PathwayCostError, Problem, Where, first_few, nearest_name
from pathway_cost.reports.charts.drawing import Drawing
from pathway_cost.reports.flows.pathway_picture import MEASURES, Pictures
from pathway_cost.reports.notebook.answer import beneath, kind_of_pounds
from pathway_cost.reports.notebook.as_run import Result, as_run
from pathway_cost.reports.notebook.picture import Picture
from pathway_cost.reports.page.change_drawing import change_drawing, cuts_of
from pathway_cost.reports.page.cut_sections import CUTS_DRAWN, cut_drawing
from pathway_cost.reports.page.pathway_section import sankey_drawing
from pathway_cost.reports.page.what_if_section import tornado_drawing
from pathway_cost.reports.page.why_section import bridge_drawing
from pathway_cost.reports.words import Chance, Names, legible
from pathway_cost.results.frames import SECTIONS

HEADINGS = {section.anchor: section.heading for section in SECTIONS}


class Plots:
    """The drawings of one result; a scenario that is left out means every one that there is a drawing of."""

    def __init__(self, shown: Result) -> None:
        self._result = as_run(shown)
        self._names = Names.of(self._result)

    def __repr__(self) -> str:
        return f"Plots of {legible(self._result.title)}: bridge, sankey, tornado, cost_by, change_by"

    def bridge(self, scenario: str | None = None) -> Picture:
        """Why a scenario differs from the first: a waterfall of the factors, one-off costs apart.

        Raises:
            PathwayCostError: an unknown scenario, or nothing to compare.
        """
        chosen = self._others("bridge", scenario)
        return self._picture(_under("factors", bridge_drawing(self._result, self._names, name)) for name in chosen)

    def sankey(self, scenario: str | None = None, *, by: str = "pounds") -> Picture:
        """Where pounds or patients flow, from setting to setting.

        Raises:
            PathwayCostError: an unknown scenario, or a measure other than pounds and patients.
        """
        chosen = self._known("sankey", scenario, self._result.compared)
        measures = {measure.name: measure for measure in MEASURES}
        measure = measures[_one_of(measures, by, "sankey", "what flows")]
        pictures = Pictures.of(self._result)
        kind = kind_of_pounds(self._result) if by == "pounds" else ""
        return self._picture((sankey_drawing(pictures, self._names, name, measure) for name in chosen), kind)

    def tornado(self, scenario: str | None = None) -> Picture:
        """The modelled change when each number is read low and high, where the study asks for it.

        Raises:
            PathwayCostError: an unknown scenario, or no number was read low and high.
        """
        chance = Chance.of(self._result)
        rows = dict(chance.each(chance.tables.tornado))
        chosen = self._others("tornado", scenario)
        if not rows:
            what = "no number was read low and high"
            remedy = "ask the study for `sensitivity: {one_way: all}`, state a range of some number, and run it"
            _refuse(Problem("tornado_not_asked", what, Where(item="plot.tornado"), remedy=remedy))
        kind = kind_of_pounds(self._result, headline=True)
        drawn = (tornado_drawing(chance, name, rows[name]) for name in chosen if name in rows)
        return self._picture((_under("what_if", each) for each in drawn), kind)

    def cost_by(self, cut: str) -> Picture:
        """Total cost by setting or organisation, a bar a scenario.

        Raises:
            PathwayCostError: another cut.
        """
        return self._picture([cut_drawing(self._result, self._names, _one_of(CUTS_DRAWN, cut, "cost_by", "the cut"))])

    def change_by(self, cut: str, scenario: str | None = None) -> Picture:
        """The change in total cost by setting, organisation, component, …, or by an attribute of the patients.

        Raises:
            PathwayCostError: an unknown cut or scenario, or nothing to compare.
        """
        key = _one_of(cuts_of(self._result), cut, "change_by", "the cut")
        return self._picture([change_drawing(self._result, self._names, key, self._others("change_by", scenario))])

    def _picture(self, drawings: Iterable[Drawing], kind: str | None = None) -> Picture:
        return Picture(tuple(drawings), beneath(self._result, kind_of_pounds(self._result) if kind is None else kind))

    def _others(self, drawing: str, scenario: str | None) -> Sequence[str]:
        """The scenarios asked for of those that are compared with the first."""
        first, *others = self._result.compared
        if not others:
            remedy = "name more scenarios under `compare:`, or set two results side by side with `compare`"
            _refuse(
                Problem("nothing_to_compare", f"only {first} was costed", Where(item=f"plot.{drawing}"), remedy=remedy)
            )
        if scenario == first:
            what = f"{first} is what the others are compared with"
            _refuse(
                Problem("compared_with_itself", what, Where(item=f"plot.{drawing}"), remedy=f"name {first_few(others)}")
            )
        return self._known(drawing, scenario, others)

    def _known(self, drawing: str, scenario: str | None, names: Sequence[str]) -> Sequence[str]:
        return names if scenario is None else [_one_of(names, scenario, drawing, "the scenario")]


def _under(section: str, drawing: Drawing) -> Drawing:
    """A drawing whose heading says what the page's section above it does."""
    return replace(drawing, heading=f"{HEADINGS[section]}: {drawing.heading}")


def _one_of(names: Iterable[str], given: str, drawing: str, what: str) -> str:
    """A name that is one of these; else a fault with the nearest."""
    known = list(names)
    if not isinstance(given, str) or given not in known:
        remedy, near = f"name one of {first_few(known, 12)}", nearest_name(given, known)
        _refuse(Problem("name_unknown", f"{what} {given!r} is not known", Where(item=f"plot.{drawing}"), near, remedy))
    return given


def _refuse(problem: Problem) -> NoReturn:
    raise PathwayCostError([problem], stage="plot")
