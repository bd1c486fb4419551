"""The page's sections of time, chance and uncertainty, each only where the run has something to say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from pathway_cost.reports.page.attribution_section import attribution_section
from pathway_cost.reports.page.break_even_section import break_even_section
from pathway_cost.reports.page.draws_section import draws_section
from pathway_cost.reports.page.spread_section import spread_section
from pathway_cost.reports.page.what_if_section import what_if_section
from pathway_cost.reports.page.years_section import years_section
from pathway_cost.reports.words import Chance, Html
from pathway_cost.results.frames import RunResult

CHANCE_SECTIONS: Final[Mapping[str, Callable[[Chance], Html]]] = {
    "attribution": attribution_section,
    "years": years_section,
    "draws": draws_section,
    "what_if": what_if_section,
    "break_even": break_even_section,
    "spread": spread_section,
}
"""Anchor of a section → what stands there."""


def chance_sections(result: RunResult) -> dict[str, Html]:
    """Anchor and inside of each section that has rows behind it."""
    chance = Chance.of(result)
    made = {anchor: section(chance) for anchor, section in CHANCE_SECTIONS.items()}
    return {anchor: inner for anchor, inner in made.items() if inner}
