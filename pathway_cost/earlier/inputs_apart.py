"""All that differs between what two runs were made of: what they state, their patients, prices, and the files behind both."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pathway_cost.earlier.differences import ABSENT, NOT_USED, STUDY, Difference, Edit, How, Kind
from pathway_cost.earlier.earlier_run import EarlierRun
from pathway_cost.earlier.prices_of_run import UsedPrice
from pathway_cost.earlier.specs_apart import of_scenarios_in_one, of_settings, of_specs, of_versions
from pathway_cost.earlier.values_told import told_apart
from pathway_cost.errors import first_few
from pathway_cost.reports.words import count, pounds
from pathway_cost.results.frames import WITHHELD
from pathway_cost.study.named_files import FRAME, GIVEN, as_written

ENDINGS: Final = (".yaml", ".yml")


def differences_between(old: EarlierRun, new: EarlierRun, scenarios: Sequence[str]) -> tuple[Difference, ...]:
    """All that differs, in the order in which the old values become the new ones."""
    both = old.specs is not None and new.specs is not None
    found = [
        *of_patients(old, new),
        *(of_specs(old.specs, new.specs, scenarios) if old.specs and new.specs else of_changed_values(old, new)),
        *of_scenarios_in_one(old, new),
        *of_settings(old.settings, new.settings),
        *of_prices(old, new),
        *of_files(old, new, specs_told=both),
        *of_versions(old, new),
    ]
    order = list(Kind)
    return tuple(sorted(found, key=lambda each: order.index(each.kind)))


# --- patients ------------------------------------------------------------------------------------------------------
def of_patients(old: EarlierRun, new: EarlierRun) -> Iterator[Difference]:
    """The patients, where they are others, or where it cannot be told whether they are."""
    said = [cohort_said(each) for each in (old, new)]
    hashes = [cohort_hash(each) for each in (old, new)]
    number = [each.total(each.scenarios[0], "patients") for each in (old, new)]
    if said[0] == said[1] and hashes[0] == hashes[1] != WITHHELD and number[0] == number[1]:
        return
    files = [str(each.get("file", "")) for each in said]
    what = files[1] if files[0] == files[1] != "" else "cohort"
    names = [
        _cohort_words(file if what == "cohort" else "", each, patients)
        for file, each, patients in zip(files, said, number, strict=True)
    ]
    if WITHHELD in hashes:
        what += ": whether it is the same cannot be told, its hash is withheld"
    elif hashes[0] != hashes[1]:
        names = [f"{name} ({_hash_words(each)})" for name, each in zip(names, hashes, strict=True)]
    yield Difference(Kind.PATIENTS, what, names[0], names[1], edit=Edit(STUDY, ("cohort",), *said))


def cohort_said(run: EarlierRun) -> dict[str, Any]:
    """What a run's study said of its cohort, without control totals."""
    return {name: each for name, each in run.settings["cohort"].items() if name != "expect"}


def cohort_name(said: Mapping[str, Any], inputs: Mapping[str, str]) -> str | None:
    """What a record calls the file of a cohort; None where it is no file."""
    given = said.get("file")
    if given is None:
        return None
    whole, sheet = (as_written(name) for name in (given, given.partition("#")[0] or given))
    return next((name for name in (whole, sheet, f"{FRAME}cohort") if name in inputs), whole)


def cohort_hash(run: EarlierRun) -> str:
    """The hash of a run's cohort: "" where it is no file."""
    name = cohort_name(cohort_said(run), run.record["inputs"])
    return "" if name is None else str(run.record["inputs"].get(name, WITHHELD))


def _cohort_words(file: str, said: Mapping[str, Any], patients: float) -> str:
    attributes = ", ".join(f"{name} {level}" for name, level in said.get("attributes", {}).items())
    return f"{f'{file}, ' if file else ''}{count(patients)} patients{f' ({attributes})' if attributes else ''}"


def _hash_words(digest: str) -> str:
    return f"sha256 {digest[:8]}…" if digest else "in the study"


# --- prices --------------------------------------------------------------------------------------------------------
def of_prices(old: EarlierRun, new: EarlierRun) -> Iterator[Difference]:
    """Every price of an organisation in both runs that differs, or that pounds of one run only rest on."""
    both = {organisation for organisation, _ in old.prices} & {organisation for organisation, _ in new.prices}
    for key in dict.fromkeys([*old.prices, *new.prices]):
        before, after = old.prices.get(key), new.prices.get(key)
        if before is not None and after is not None and before.is_same(after):
            before, after = (each if each.is_used else None for each in (before, after))
            if (before is None) == (after is None):
                continue
        if key[0] in both:
            words = _price_words(before, after), _price_words(after, before)
            yield Difference(Kind.PRICE, f"{key[1]} at {key[0]}", words[0], words[1], How.PRICE, price=key)


def _price_words(price: UsedPrice | None, other: UsedPrice | None) -> str:
    """What a price is: pounds a unit of each level that differs, its source, and the year it was published in."""
    if price is None:
        return NOT_USED
    levels = {level: gbp for level, (gbp, _) in price.by_level.items()}
    others = {} if other is None else {level: gbp for level, (gbp, _) in other.by_level.items()}
    apart = [level for level in levels if levels[level] != others.get(level)] or list(levels)[:1]
    said = first_few(apart, 4, said=lambda level: f"{level} {pounds(levels[level])}".strip())
    return f"{said} per {price.unit} ({first_few(price.sources, 1)}; {first_few(price.years)})"


# --- files ---------------------------------------------------------------------------------------------------------
def of_files(old: EarlierRun, new: EarlierRun, *, specs_told: bool) -> Iterator[Difference]:
    """Inputs with another content, or that one run lacks; of those that hold the pathway and scenarios only where those are not told item by item."""
    then, now = old.record["inputs"], new.record["inputs"]
    told_elsewhere = {cohort_name(cohort_said(each), each.record["inputs"]) for each in (old, new)}
    told_elsewhere |= {each.record["study_file"] for each in (old, new)}
    for name in sorted((then.keys() | now.keys()) - told_elsewhere):
        if then.get(name) == now.get(name) != WITHHELD:
            continue
        is_spec = name.startswith(GIVEN) or (name.endswith(ENDINGS) and name not in _rules(old, new))
        if not (is_spec and specs_told):
            before, after = (_file_words(each.get(name)) for each in (then, now))
            yield Difference(Kind.FILE, name, before, after, How.LEFT if is_spec else How.TOLD)


def _rules(*runs: EarlierRun) -> set[str]:
    """The files of rules that price extracts."""
    sets = (given for run in runs for given in run.settings.get("unit_costs", ()) if "plics" in given)
    return {as_written(given["plics"]["rules"]) for given in sets}


def _file_words(digest: str | None) -> str:
    if digest is None:
        return "not read"
    return "hash withheld" if digest == WITHHELD else _hash_words(digest)


def of_changed_values(old: EarlierRun, new: EarlierRun) -> Iterator[Difference]:
    """Values that scenarios changed, where a record does not hold the scenarios themselves."""
    then, now = (
        {(each["scenario"], each["position"], each["item"]): each["new"] for each in run.record["changed_values"]}
        for run in (old, new)
    )
    for key in dict.fromkeys([*then, *now]):
        before, after = then.get(key, ABSENT), now.get(key, ABSENT)
        if before != after:
            scenario, position, item = key
            what = f"{scenario}: change {position} ({item})"
            words = told_apart(before, after, absent=ABSENT)
            yield Difference(Kind.SCENARIO, what, words[0], words[1], How.LEFT)
