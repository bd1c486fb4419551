"""PLICS extracts become events and cost lines: every control total proved, nothing that identifies a patient kept.

The first wing of plics.
"""

from pathway_cost.plics.reading.asked_of_extracts import Given, asking
from pathway_cost.plics.reading.closed_lists import COMPLETE, with_plain_codes
from pathway_cost.plics.reading.code_forms import code_shown, is_code
from pathway_cost.plics.reading.codes import near_codes
from pathway_cost.plics.reading.identifiers import POSTCODE_COLUMNS, fifths_wrong, fingerprint_of
from pathway_cost.plics.reading.largest import sizes
from pathway_cost.plics.reading.read_extracts import Dialect, Privacy, read_plics
from pathway_cost.plics.reading.relations import (
    MANY_ASKED,
    NOT_CODES,
    Components,
    Kinds,
    Relations,
    open_relations,
    rows_of,
)
from pathway_cost.plics.reading.sources import files_in_two_sets, inside, sources_of
from pathway_cost.plics.reading.store import EVENTS_SCHEMA, Extract
from pathway_cost.plics.reading.told_figures import Told, bracketed, either, those, verb
from pathway_cost.plics.reading.wording import counted, pounds

__all__ = [
    "COMPLETE",
    "EVENTS_SCHEMA",
    "MANY_ASKED",
    "NOT_CODES",
    "POSTCODE_COLUMNS",
    "Components",
    "Dialect",
    "Extract",
    "Given",
    "Kinds",
    "Privacy",
    "Relations",
    "Told",
    "asking",
    "bracketed",
    "code_shown",
    "counted",
    "either",
    "fifths_wrong",
    "files_in_two_sets",
    "fingerprint_of",
    "inside",
    "is_code",
    "near_codes",
    "open_relations",
    "pounds",
    "read_plics",
    "rows_of",
    "sizes",
    "sources_of",
    "those",
    "verb",
    "with_plain_codes",
]
