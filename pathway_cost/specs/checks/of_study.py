"""What a study means for its pathway and scenarios: every rule, all faults together. Each rule is a function of its name."""

from __future__ import annotations

from collections.abc import Mapping

from pathway_cost import percent, terms
from pathway_cost.errors import Problem, Where, nearest_name
from pathway_cost.specs.checks import of_compare, of_places
from pathway_cost.specs.checks.of_chance import check_exploring
from pathway_cost.specs.checks.of_rules import units_taken
from pathway_cost.specs.checks.of_time import not_yet_computed, time_misfit, time_without_sense
from pathway_cost.specs.format import (
    AddSetting,
    Pathway,
    PricesSet,
    Scenario,
    Study,
    UnitCostDeclared,
    is_financial_year,
)

__all__ = ["check_study"]

Scenarios = Mapping[str, Scenario]


def check_study(study: Study, pathway: Pathway, scenarios: Scenarios) -> list[Problem]:
    """Every fault, warning and note of a study, its items ready for `Source.place`."""
    return [
        *of_places.place_without_role(study, pathway, scenarios),
        *of_places.place_with_unknown_role(study, pathway, scenarios),
        *of_places.place_shares_incomplete(study),
        *of_places.place_shares_do_not_sum_to_one(study),
        *of_places.change_in_no_place(study, scenarios),
        *of_places.organisation_of_no_role(study, scenarios),
        *of_compare.compare_with_no_scenario(study, scenarios),
        *of_compare.compared_twice(study),
        *of_compare.composition_does_not_fit(study, pathway, scenarios),
        *of_compare.too_many_partial_uptakes(study, scenarios),
        *of_compare.uptake_with_no_scenario(scenarios),
        *year_unreadable(study),
        *growth_without_sense(study),
        *of_compare.uptake_not_stated(study, scenarios),
        *report_per_no_setting(study, pathway, scenarios),
        *cohort_line_misfit(study, pathway),
        *price_of_no_unit_cost(study, pathway, scenarios),
        *price_of_another_unit(study, pathway, scenarios),
        *index_of_no_kind(study),
        *time_without_sense(study),
        *time_misfit(study, pathway, scenarios),
        *not_yet_computed(study),
        *check_exploring(study, pathway, scenarios),
    ]


def year_unreadable(study: Study) -> list[Problem]:
    """A price year, uptake year or index year that is no financial year."""
    years = [("price_year", study.price_year), ("uptake_year", study.uptake_year)]
    for set_index, given in enumerate(study.unit_costs):
        if isinstance(given, PricesSet):
            items = given.prices.items()
            years += [(f"unit_costs.{set_index}.prices.{key}.price_year", price.price_year) for key, price in items]
    for index, rates in study.price_index.rates.items():
        years += [(f"price_index.rates.{index}.{year}", year) for year in rates]
    return [
        Problem("year_unreadable", f"{year!r} is not a financial year such as 2024-25", Where(item=item))
        for item, year in years
        if year is not None and not is_financial_year(year)
    ]


def growth_without_sense(study: Study) -> list[Problem]:
    """Growth of a price index that no prices have in a year: 3 for 3%."""
    return [
        Problem("growth_without_sense", fault, Where(item=f"price_index.rates.{index}.{year}"))
        for index, rates in study.price_index.rates.items()
        for year, rate in rates.items()
        if (fault := percent.growth_fault(rate))
    ]


def report_per_no_setting(study: Study, pathway: Pathway, scenarios: Scenarios) -> list[Problem]:
    """`report_per` names a setting that neither pathway nor scenarios have."""
    added = [
        change.add_setting for each in scenarios.values() for change in each.changes if isinstance(change, AddSetting)
    ]
    settings = [*pathway.settings, *added]
    return [
        Problem(
            "report_per_no_setting",
            f"there is no setting {name!r}",
            Where(item=f"report_per.{index}"),
            nearest_name(name, settings),
        )
        for index, name in enumerate(study.report_per)
        if name not in settings
    ]


def cohort_line_misfit(study: Study, pathway: Pathway) -> list[Problem]:
    """A cohort of one line whose attributes are not those of the pathway."""
    if study.cohort.patients is None:
        return []
    given = study.cohort.attributes
    found = [
        Problem("cohort_line_misfit", f"there is no attribute {name!r}", Where(item=f"cohort.{name}"), near)
        for name in given
        if name not in pathway.attributes
        for near in [nearest_name(name, pathway.attributes)]
    ]
    for name, attribute in pathway.attributes.items():
        if name not in given:
            remedy = f"add {name}: to the line"
            found.append(
                Problem("cohort_line_misfit", f"the patients have no {name!r}", Where(item="cohort"), remedy=remedy)
            )
        elif attribute.levels is not None and given[name] not in attribute.levels:
            what = f"attribute {name!r} has no level {given[name]!r}"
            near = nearest_name(str(given[name]), attribute.levels)
            found.append(Problem("cohort_line_misfit", what, Where(item=f"cohort.{name}"), near))
    return found


def price_of_no_unit_cost(study: Study, pathway: Pathway, scenarios: Scenarios) -> list[Problem]:
    """A price written in the study for a key that nothing declares."""
    declared = _declared(pathway, scenarios)
    return [
        Problem(
            "price_of_no_unit_cost",
            f"no unit cost is called {key!r}",
            Where(item=f"unit_costs.{index}.prices.{key}"),
            nearest_name(key, declared),
        )
        for index, given in enumerate(study.unit_costs)
        if isinstance(given, PricesSet)
        for key in given.prices
        if key not in declared
    ]


def price_of_another_unit(study: Study, pathway: Pathway, scenarios: Scenarios) -> list[Problem]:
    """A price written in the study for another unit than the pathway declares."""
    declared = _declared(pathway, scenarios)
    return [
        Problem(
            "price_of_another_unit",
            f"the price is per {price.unit}, {key!r} is per {declared[key].unit}",
            Where(item=f"unit_costs.{index}.prices.{key}.unit"),
            remedy="give the price per unit of the pathway, or declare `per_use:` with evidence",
        )
        for index, given in enumerate(study.unit_costs)
        if isinstance(given, PricesSet)
        for key, price in given.prices.items()
        if key in declared and price.unit is not None and price.unit not in units_taken(declared[key])
    ]


def _declared(pathway: Pathway, scenarios: Scenarios) -> dict[str, UnitCostDeclared]:
    own = {key: declared for each in scenarios.values() for key, declared in each.unit_costs.items()}
    return {**own, **pathway.unit_costs}


def index_of_no_kind(study: Study) -> list[Problem]:
    """A price index for a kind of organisation that does not exist."""
    kinds = [kind.value for kind in terms.Kind]
    return [
        Problem(
            "index_of_no_kind",
            f"{kind!r} is no kind of organisation",
            Where(item=f"price_index.kinds.{kind}"),
            nearest_name(kind, kinds),
            f"kinds: {', '.join(kinds)}",
        )
        for kind in study.price_index.kinds
        if kind not in kinds
    ]
