"""The page's sections of time, chance and uncertainty, each only where the run has something to say."""

from __future__ import annotations

from pathway_cost.reports.page.attribution_section import attribution_section
from pathway_cost.reports.page.break_even_section import break_even_section
from pathway_cost.reports.page.draws_section import draws_section
from pathway_cost.reports.page.spread_section import spread_section
from pathway_cost.reports.page.what_if_section import what_if_section
from pathway_cost.reports.page.years_section import years_section
from pathway_cost.reports.words import Chance, Html
from pathway_cost.results.frames.run_result import RunResult

SECTIONS = (
    ("attribution", "Which change does what", attribution_section),
    ("years", "When the pounds fall", years_section),
    ("draws", "How sure the figures are", draws_section),
    ("what_if", "What if a number were different", what_if_section),
    ("break_even", "What it takes to cost no more", break_even_section),
    ("spread", "How patients differ", spread_section),
)


def chance_sections(result: RunResult) -> list[tuple[str, str, Html]]:
    """Anchor, heading and inside of each section that has rows behind it."""
    chance = Chance.of(result)
    made = [(key, heading, section(chance)) for key, heading, section in SECTIONS]
    return [(key, heading, inner) for key, heading, inner in made if inner]
