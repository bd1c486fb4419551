"""What a study asks of time, chance and alternatives, in words."""

from __future__ import annotations

from collections.abc import Iterator

from pathway_cost.engine.model import Timing
from pathway_cost.specs.format import Study


def moves_numbers(study: Study) -> bool:
    """Whether a study asks what other numbers would give: drawn, moved one at a time, or named together."""
    return study.uncertainty is not None or study.sensitivity is not None or bool(study.evidence_sets)


def only_costing_tells(study: Study, timing: Timing) -> Iterator[str]:
    """What a study asks for that nothing short of costing it can tell, in words."""
    if study.scenarios:
        yield "whether every change moves anything"
    if timing.needs_steps:
        yield "what happens and changes after the start, and whether loops are left"
    asked = study.sensitivity
    questions = {
        "the draws": study.uncertainty is not None,
        "numbers moved one at a time": asked is not None and asked.one_way != "none",
        "numbers moved two at a time": asked is not None and bool(asked.two_way),
        "break-evens": asked is not None and bool(asked.break_even),
        "evidence sets": bool(study.evidence_sets),
        "what each change does": study.attribution is not False and bool(study.scenarios),
        "sampled patients": study.walk is not None,
    }
    yield from (question for question, is_asked in questions.items() if is_asked)
    yield "that every cut sums to the total"
