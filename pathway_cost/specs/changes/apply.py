"""A change of a scenario handed to the function that makes it: each family of edits says which verbs it makes."""

from __future__ import annotations

from typing import Final

from pathway_cost.specs.changes import parameters, routes, settings, stays, uses
from pathway_cost.specs.changes.edit import Edit, Edits
from pathway_cost.specs.format import AnyChange, Pathway, Scenario

EDITS: Final[Edits] = {**parameters.EDITS, **routes.EDITS, **settings.EDITS, **stays.EDITS, **uses.EDITS}
"""Model of a change of the graph or its numbers → what makes it; the others are in `beside`."""


def edited(pathway: Pathway, change: AnyChange, scenario: Scenario) -> Edit:
    """The pathway after a change of the graph or its numbers."""
    return EDITS[type(change)](pathway, change, scenario)
