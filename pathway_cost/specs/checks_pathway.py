"""What a pathway file means: every rule in turn, all faults together. Each rule is a function of its name."""

from __future__ import annotations

from pathway_cost.errors import Problem
from pathway_cost.specs import (
    checks_bundles,
    checks_evidence,
    checks_graph,
    checks_levels,
    checks_names,
    checks_overlap,
    checks_price_units,
    checks_time,
    checks_units,
    checks_uses,
)
from pathway_cost.specs.pathway import Pathway

RULES = (
    checks_names.unknown_name,
    checks_names.formula_unreadable,
    checks_names.by_is_no_level_attribute,
    checks_names.circular_parameters,
    checks_names.reserved_name,
    checks_names.two_things_of_one_name,
    checks_names.two_uses_of_one_name,
    checks_levels.unknown_level,
    checks_levels.missing_level,
    checks_levels.condition_on_no_level,
    checks_levels.level_with_blanks,
    checks_levels.attribute_range_upside_down,
    checks_graph.routes_from_no_setting,
    checks_graph.route_to_nowhere,
    checks_graph.start_at_no_setting,
    checks_graph.setting_without_routes,
    checks_graph.several_rests,
    checks_graph.unreachable_setting,
    checks_graph.no_way_out,
    checks_graph.shares_do_not_sum_to_one,
    checks_graph.share_out_of_range,
    checks_graph.negative_days_or_quantity,
    checks_uses.unknown_role,
    checks_uses.use_without_role,
    checks_uses.unknown_unit_cost,
    checks_uses.unit_cost_not_used,
    checks_uses.days_without_stay,
    checks_uses.total_not_per_patient,
    checks_uses.per_use_unclear,
    checks_units.stay_in_no_time_unit,
    checks_units.stay_unit_used_otherwise,
    checks_units.formula_of_days_in_another_unit,
    checks_units.share_in_percent,
    *checks_price_units.RULES,
    checks_bundles.unknown_bundle,
    checks_bundles.bundle_of_nothing,
    checks_bundles.bundle_replaced_by_no_whole,
    checks_bundles.bundled_key_covers_whole,
    checks_bundles.bundled_key_with_national_line,
    checks_bundles.part_with_whole_national_line,
    checks_bundles.whole_with_part_of_national_line,
    checks_bundles.bundle_used_off_a_setting,
    checks_bundles.bundle_borne_by_several_roles,
    checks_bundles.bundle_beside_its_replacement,
    checks_bundles.bundle_at_settings_in_a_row,
    checks_overlap.part_beside_whole,
    checks_evidence.spread_bent,
    checks_evidence.spread_times_itself,
    checks_evidence.law_unclear,
    checks_evidence.law_beyond_numbers,
    checks_evidence.excess_of_no_spread,
    checks_evidence.window_unreadable,
    checks_evidence.evidence_of_another_period,
    checks_evidence.period_without_window,
    checks_time.cycle_missing,
    checks_time.cycle_without_setting,
    checks_time.use_in_cycle_unclear,
    checks_time.stay_on_way_out_of_cycle,
    checks_time.wait_while_staying,
    checks_time.clock_where_no_time_passes,
    checks_time.years_in_setting_elsewhere,
)


def check_pathway(pathway: Pathway) -> list[Problem]:
    """Every fault, warning and note of a pathway, its items ready for `Source.place`.

    >>> knee = Pathway.model_validate({
    ...     "pathway": "knee", "roles": {}, "start": "ward", "ends": ["home"],
    ...     "settings": {"ward": {}}, "routes": {"ward": {"hme": "rest"}}})
    >>> [(problem.rule, problem.nearest) for problem in check_pathway(knee)]
    [('route_to_nowhere', 'home')]
    """
    return [problem for rule in RULES for problem in rule(pathway)]
