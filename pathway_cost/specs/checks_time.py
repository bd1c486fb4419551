"""Time, uncertainty and finance: fields that are read and checked now, and computed by a later version.

Nothing of them is ever ignored: each that a study needs is one clear fault, which names what to remove.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pathway_cost import terms
from pathway_cost.errors import Problem, Where
from pathway_cost.specs.durations import duration_days
from pathway_cost.specs.names import Stated, uses_of, values_of
from pathway_cost.specs.pathway import Pathway
from pathway_cost.specs.revise import try_revise
from pathway_cost.specs.scenario import Scenario
from pathway_cost.specs.study import PackSet, Study
from pathway_cost.specs.value_tools import names_read

SCOPE = "this version costs whole pathways, expected and undiscounted"


def not_yet_computed(study: Study, pathway: Pathway, scenarios: Mapping[str, Scenario]) -> list[Problem]:
    """A clear fault for each field that this version checks and does not compute, naming what to remove."""
    fields = [*_fields_of_study(study), *_fields_of_pathways(pathway, scenarios)]
    return [
        Problem("not_yet_computed", f"{SCOPE}; {what} is not computed yet", Where(item=item), remedy=f"remove {remove}")
        for item, what, remove in dict.fromkeys(fields)
    ]


def _fields_of_study(study: Study) -> Iterator[tuple[str, str, str]]:
    """Item, what is not computed, what to remove."""
    if study.horizon is not None:
        yield "horizon", "a horizon", "`horizon`"
    if study.discount is not None and (study.discount.gbp not in ("none", "0") or study.discount.counts is not None):
        yield "discount", "discounting", "`discount`"
    if study.count is not None:
        yield "count", "counting at the boundaries of cycles", "`count`"
    if study.uncertainty is not None:
        yield "uncertainty", "drawing parameters", "`uncertainty`"
    if study.behaviour is not None:
        yield "behaviour", "cost behaviour", "`behaviour`"
    for index, given in enumerate(study.unit_costs):
        if isinstance(given, PackSet):
            yield f"unit_costs.{index}.pack", "a cost pack", f"the set `pack: {given.pack}`"


def _fields_of_pathways(pathway: Pathway, scenarios: Mapping[str, Scenario]) -> Iterator[tuple[str, str, str]]:
    yield from _fields_of_pathway(pathway, "the pathway")
    for name, scenario in scenarios.items():
        revised, _ = try_revise(pathway, [scenario])
        before = set(_fields_of_pathway(pathway, f"scenario {name}"))
        yield from (field for field in _fields_of_pathway(revised.pathway, f"scenario {name}") if field not in before)


def _fields_of_pathway(pathway: Pathway, whose: str) -> Iterator[tuple[str, str, str]]:
    item = "pathway" if whose == "the pathway" else "scenarios"
    if pathway.cycle is not None:
        yield item, "a cycle", f"`cycle` from {whose}"
    for name, setting in pathway.settings.items():
        if setting.is_cycle:
            yield item, "a setting that repeats every cycle", f"`stay: cycle` from settings.{name} of {whose}"
    for at in uses_of(pathway):
        if at.use.per == "cycle":
            yield item, "a use per cycle", f"`per: cycle` from {at.item} of {whose}"
    for stated in values_of(pathway):
        for word in sorted(_clock_words(stated)):
            yield item, f"the clock word {word!r}", f"{word!r} from {stated.item} of {whose}"


def _clock_words(stated: Stated) -> frozenset[str]:
    words = names_read(stated.value) & frozenset(terms.CLOCK_WORDS)
    return frozenset() if stated.kind == "stay" and words == {"cycle"} else words


def time_without_sense(study: Study) -> list[Problem]:
    """A horizon that is no time, a discount rate that is none, half of what belongs together."""
    found = [("horizon", words) for words in _horizon_fault(study)]
    if study.discount is not None:
        found += [("discount.gbp", words) for words in _rate_fault(study.discount.gbp)]
        if study.discount.counts is not None and not 0 <= study.discount.counts < 1:
            found.append(("discount.counts", "a discount rate lies in [0, 1)"))
    if study.count is not None and study.horizon is None:
        found.append(("count", "`count` is about the boundaries 0…N of a horizon, and there is none"))
    return [Problem("time_without_sense", words, Where(item=item)) for item, words in found]


def _horizon_fault(study: Study) -> list[str]:
    try:
        days = 1.0 if study.horizon is None else duration_days(study.horizon)
    except ValueError as error:
        return [str(error)]
    return [] if days > 0 else ["a horizon is longer than nothing"]


def _rate_fault(rate: str) -> list[str]:
    if rate in ("none", "green_book"):
        return []
    try:
        sensible = 0 <= float(rate) < 1
    except ValueError:
        return [f"{rate!r} is neither a rate such as 0.035 nor `green_book` or `none`"]
    return [] if sensible else [f"a discount rate lies in [0, 1); found {rate}"]
