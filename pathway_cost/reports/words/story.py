"""What was costed, for whom, when and on what basis: the words around the figures, on page and workbook alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pathway_cost import terms
from pathway_cost.reports.words.shown import change_words, is_discounted
from pathway_cost.reports.words.titles import Names
from pathway_cost.reports.words.words import count, percent, plain, title
from pathway_cost.results.costed.basis import days_text
from pathway_cost.results.costed.costed import CostedPathway
from pathway_cost.results.frames import RunResult, step_days
from pathway_cost.version import __version__

SYNTHETIC = (
    "The patients, and any PLICS extracts, behind these figures are made up. They show how the method works, not what "
    "any organisation spends. No patient record is in them, so no cell is suppressed."
)
NATIONAL = (
    "Prices from the National Schedule of NHS Costs contain public sector information licensed under the Open "
    "Government Licence v3.0."
)
MODELLED = (
    "Patients, visits and pounds are what a model expects on average, not records of patients, so small numbers are not "
    "suppressed."
)
GROUPED = (
    "Patients, visits and pounds are what a model expects on average of patients in groups of 8 or more: those of smaller "
    "groups are counted as the nearest larger group before anything shown here is worked out."
)
AS_THEY_ARE = (
    "Patients, visits and pounds are what a model expects on average of the patients as they are. Small numbers are not "
    "hidden: look before you pass them on, or run a study, which does."
)
RECORDED = (
    "Measured patients, visits and pounds are sums over patients' records. Small numbers are not suppressed: look before "
    "you pass them on."
)
SAMPLED = "Sampled patients are made by the model, by chance: they are nobody's record either."
HEADLINE = (
    "The headline is the present value: later pounds count less, at the study's discount rate. The undiscounted pounds, "
    "which are those of anybody's books, stand beside it. Cuts, bridge and books are undiscounted; draws, single numbers, "
    "break-evens and attribution are of the present value. One-off costs are not discounted."
)
MANY = 12  # organisations that are not named one by one above the figures
CLOSED_FORM = "in closed form: what is expected of the whole pathway, without steps of time"
SUMMED = "measured: summed from records, without a model"
DISCOUNTED_OF = {"gbp": "pounds", "counts": "what is counted"}


@dataclass(frozen=True)
class Story:
    """Facts for the head, lines of the basis, lines of the foot; `synthetic` is empty where data are real."""

    lead: str
    price_year: str
    synthetic: str
    facts: tuple[tuple[str, str], ...]
    basis: tuple[tuple[str, str], ...]
    footer: tuple[str, ...]

    @classmethod
    def of(cls, result: RunResult) -> Story:
        """All words around a run's figures, gathered from the run."""
        names = Names.of(result)
        first = result[result.compared[0]]
        called = _called(result, first)
        others = len(result.compared) - 1
        models = {0: "as it is now", 1: "now and under one other model of care"}
        lead = f"{called}, {models.get(others, f'now and under {others} other models of care')}, on the same patients."
        facts = (
            ("Pathway", called),
            (names.said("Patients who start"), count(first.patients)),
            ("Organisations", _organisations(result, names)),
            ("Price year", first.price_year),
            ("Compared", ", ".join(names.scenario(name) for name in result.compared)),
            ("Window", _window(first)),
            *_uptake(result, names),
            *(
                ("Small groups", note.what[:1].upper() + note.what[1:])
                for note in result.notes
                if note.rule == terms.SMALL_GROUPS
            ),
        )
        return cls(
            lead, first.price_year, SYNTHETIC if result.synthetic else "", facts, _basis(result), _footer(result)
        )


def _uptake(result: RunResult, names: Names) -> Iterator[tuple[str, str]]:
    """How many of the eligible take each scenario up, where that is one figure for all who start."""
    there = {part for name in result.compared for part in name.split("+")}
    given = result.record.get("uptakes", {})
    shares = {name: share for name, share in given.items() if isinstance(share, float) and name in there}
    if shares:
        yield "Take-up", ", ".join(f"{names.scenario(name)} {percent(share, 0)}" for name, share in shares.items())


def _organisations(result: RunResult, names: Names) -> str:
    codes = list(dict.fromkeys(map(str, result.by_organisation["organisation"])))
    many = len(codes) > MANY
    return f"{len(codes)}, named below" if many else ", ".join(map(names.organisation, codes))


def _called(result: RunResult, first: CostedPathway) -> str:
    """What the pathway is called; where costs were measured, what the run is called."""
    if first.model is None:
        return result.title
    return first.pathway.title or title(first.pathway.pathway)


def full_cost(result: RunResult) -> str:
    """What kind of pounds these are, and what a change in them is not."""
    return (
        "Every pound here is full (absorbed) cost: quantity times a unit cost that carries overheads and fixed costs. "
        f"A {change_words(result).lower()} is therefore a change in the cost of the care given. It is not cash, and not a "
        "sum that any organisation can take out of its budget."
    )


def _window(first: CostedPathway) -> str:
    """How long patients are followed: the study's horizon, else what the pathway says it spans."""
    horizon = first.stands_on.horizon_days
    if horizon is None:
        return (None if first.model is None else first.pathway.window) or "until the pathway ends"
    return f"{days_text(horizon)} from the start"


def _basis(result: RunResult) -> tuple[tuple[str, str], ...]:
    first = result[result.compared[0]]
    return (
        ("Pounds", f"{first.basis}, in pounds of {first.price_year}"),
        *((("Headline", HEADLINE),) if is_discounted(result) else ()),
        *_schedules(result),
        ("Worked out", worked_out(first)),
        ("Per patient", first.per_patient().denominator),
        ("Full cost", f"unit costs carry overheads and fixed costs; a {change_words(result).lower()} is not cash"),
        (
            "Rounding",
            "figures are rounded so that what is shown sums to what is shown; files and workbook hold them whole",
        ),
        *_whose_values(result),
        ("One-off costs", "fall once, whatever the patients; beside the figures, never in them"),
    )


def _whose_values(result: RunResult) -> Iterator[tuple[str, str]]:
    """Whether figures are what a model expects or what records show, and so what small numbers mean."""
    models = [costed.model for costed in result.values()]
    if any(model is not None for model in models):
        told = _patients_told(result)
        yield "Expected values", f"{told} {SAMPLED}" if len(result.distribution) else told
    if any(model is None for model in models):
        yield "Measured values", RECORDED


def _patients_told(result: RunResult) -> str:
    """Which patients the figures are of: nobody's records, groups of several, or the patients as they are."""
    source = result.record.get("settings", {}).get("cohort")
    if result.synthetic or (source is not None and "file" not in source):
        return MODELLED
    grouped = all(each.cohort is not None and each.cohort.is_recoded for each in result.values())
    return GROUPED if grouped else AS_THEY_ARE


def worked_out(costed: CostedPathway) -> str:
    """How the figures were worked out: measured, in closed form, or step by step in steps of so many days."""
    if costed.model is None:
        return SUMMED
    days = step_days(costed)
    if days is None:
        return CLOSED_FORM
    return (
        f"step by step: patients are followed through time in steps of {plain(days)} {'day' if days == 1 else 'days'}"
    )


def _schedules(result: RunResult) -> Iterator[tuple[str, str]]:
    """Where a named schedule of discount rates is printed, and in which edition."""
    for each in result.record.get("discount_schedules", ()):
        called = f"Discount schedule of {DISCOUNTED_OF.get(each['of'], each['of'])}"
        yield called, f"{title(each['schedule'])}, edition {each['edition']}. {each['source']}"


def _footer(result: RunResult) -> tuple[str, ...]:
    national = (result.unit_costs_used["basis"] == "national").any()
    made = f"Made by pathway-cost {__version__} from the study {result.study_name}. How it was made is in run.json beside this page."
    return (made, *((NATIONAL,) if national else ()))
