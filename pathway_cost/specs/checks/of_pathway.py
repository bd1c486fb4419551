"""What a pathway file means: every rule in turn, all faults together. Each rule is a function of its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from pathway_cost.errors import Problem
from pathway_cost.specs.checks import (
    of_bundles,
    of_evidence,
    of_graph,
    of_levels,
    of_names,
    of_overlap,
    of_price_units,
    of_time,
    of_units,
    of_uses,
)
from pathway_cost.specs.format import Pathway, once, once_whatever_numbers

Rule = Callable[[Pathway], Iterable[Problem]]

RULES: tuple[Rule, ...] = (
    of_names.unknown_name,
    of_names.formula_unreadable,
    of_names.by_is_no_level_attribute,
    of_names.circular_parameters,
    of_names.reserved_name,
    of_names.two_things_of_one_name,
    of_names.two_uses_of_one_name,
    of_levels.unknown_level,
    of_levels.missing_level,
    of_levels.condition_on_no_level,
    of_levels.level_with_blanks,
    of_levels.attribute_range_upside_down,
    of_graph.routes_from_no_setting,
    of_graph.route_to_nowhere,
    of_graph.start_at_no_setting,
    of_graph.setting_without_routes,
    of_graph.several_rests,
    of_graph.unreachable_setting,
    of_graph.no_way_out,
    of_graph.shares_do_not_sum_to_one,
    of_graph.share_out_of_range,
    of_graph.negative_days_or_quantity,
    of_uses.unknown_role,
    of_uses.use_without_role,
    of_uses.unknown_unit_cost,
    of_uses.unit_cost_not_used,
    of_uses.days_without_stay,
    of_uses.total_not_per_patient,
    of_uses.per_use_unclear,
    of_units.stay_in_no_time_unit,
    of_units.stay_unit_used_otherwise,
    of_units.formula_of_days_in_another_unit,
    of_units.share_in_percent,
    *of_price_units.RULES,
    of_bundles.unknown_bundle,
    of_bundles.bundle_of_nothing,
    of_bundles.bundle_replaced_by_no_whole,
    of_bundles.bundled_key_covers_whole,
    of_bundles.bundled_key_with_national_line,
    of_bundles.part_with_whole_national_line,
    of_bundles.whole_with_part_of_national_line,
    of_bundles.bundle_used_off_a_setting,
    of_bundles.bundle_borne_by_several_roles,
    of_bundles.bundle_beside_its_replacement,
    of_bundles.bundle_at_settings_in_a_row,
    of_overlap.part_beside_whole,
    of_evidence.spread_bent,
    of_evidence.spread_times_itself,
    of_evidence.law_unclear,
    of_evidence.law_beyond_numbers,
    of_evidence.excess_of_no_spread,
    of_evidence.window_unreadable,
    of_evidence.evidence_of_another_period,
    of_evidence.period_without_window,
    of_time.cycle_missing,
    of_time.cycle_without_setting,
    of_time.use_in_cycle_unclear,
    of_time.stay_on_way_out_of_cycle,
    of_time.wait_while_staying,
    of_time.clock_where_no_time_passes,
    of_time.years_in_setting_elsewhere,
)

READ_NUMBERS = frozenset(
    {
        of_graph.shares_do_not_sum_to_one,
        of_graph.share_out_of_range,
        of_units.share_in_percent,
        of_price_units.days_times_days,
        of_price_units.quantity_in_percent,
        of_evidence.law_beyond_numbers,
    }
)
"""The rules that read a parameter's number; all others look at names and places."""


@once
def check_pathway(pathway: Pathway) -> tuple[Problem, ...]:
    """Every fault, warning and note of a pathway, its items ready for `Source.place`.

    >>> knee = Pathway.model_validate({
    ...     "pathway": "knee", "roles": {}, "start": "ward", "ends": ["home"],
    ...     "settings": {"ward": {}}, "routes": {"ward": {"hme": "rest"}}})
    >>> [(problem.rule, problem.nearest) for problem in check_pathway(knee)]
    [('route_to_nowhere', 'home')]
    """
    known = _whatever_numbers(pathway)
    return tuple(problem for rule in RULES for problem in (rule(pathway) if rule in READ_NUMBERS else known[rule]))


@once_whatever_numbers
def _whatever_numbers(pathway: Pathway) -> dict[Rule, tuple[Problem, ...]]:
    return {rule: tuple(rule(pathway)) for rule in RULES if rule not in READ_NUMBERS}
