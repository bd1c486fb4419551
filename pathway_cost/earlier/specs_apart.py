"""What differs between what two runs state: pathway, scenarios and study, entry by entry, and the versions they ran with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pathway_cost.earlier.differences import (
    ABSENT,
    PATHWAY,
    STUDY,
    Difference,
    Edit,
    How,
    Kind,
    differs,
    entries_apart,
)
from pathway_cost.earlier.earlier_run import EarlierRun

SETS: Final = ("plics", "national", "table", "prices", "pack")
VERBS: Final = ("set_", "scale_", "add_", "remove_", "replace_")
MOVES_POUNDS: Final = frozenset(
    {"uptake_year", "horizon", "discount", "count", "time_step", "period", "intake", "footprint", "cohort"}
)
"""Settings of a study that are put back one by one."""
OF_PRICES: Final = frozenset({"unit_costs", "price_index", "mff"})
"""Settings whose pounds are those of the prices they lead to."""
MOVES_NOTHING: Final = frozenset(
    {
        "study", "uncertainty", "sensitivity", "walk", "report_per", "attribution", "evidence_sets", "evidence_weights",
        "behaviour", "bound_unpriced", "question", "organisations",
    }
)  # fmt: skip
"""Settings that no expected total rests on."""


def of_specs(old: Mapping[str, Any], new: Mapping[str, Any], scenarios: Sequence[str]) -> Iterator[Difference]:
    """Every entry of the pathway, and of scenarios that both runs have, that differs."""
    parts = sorted(entries_apart(old["pathway"], new["pathway"]), key=lambda each: each[0][0] != "parameters")
    for path, before, after in parts:
        yield _of_pathway(Edit(PATHWAY, path, before, after), new["pathway"])
    for name in dict.fromkeys(part for each in scenarios for part in each.split("+")):
        before, after = (each["scenarios"].get(name) for each in (old, new))
        if before is not None and after is not None:
            yield from (_of_scenario(name, Edit(name, *each), after) for each in entries_apart(before, after))


def _of_pathway(edit: Edit, pathway: Mapping[str, Any]) -> Difference:
    part, *names = map(str, edit.path)
    name = ".".join(names)
    if part != "parameters":
        return differs(Kind.PATHWAY, ".".join([part, *names]), edit)
    title = pathway.get(part, {}).get(name, {})
    called = title.get("title") if isinstance(title, dict) else None
    return differs(Kind.NUMBER, f"{name} ({called})" if called else name, edit)


def _of_scenario(name: str, edit: Edit, scenario: Mapping[str, Any]) -> Difference:
    part, *names = edit.path
    if part in ("uptake", "uptake_with", "eligible"):
        year = f" of {names[0]}" if names and names[0] != "always" else ""
        return differs(Kind.UPTAKE, f"{name}: {part}{year}", edit)
    if part == "changes" and names and isinstance(names[0], int):
        change = scenario["changes"][names[0]]
        verb = next((each for each in change if each.startswith(VERBS)), "")
        return differs(Kind.SCENARIO, f"{name}: change {names[0] + 1} ({verb} {_target(change.get(verb))})", edit)
    return differs(Kind.SCENARIO, f"{name}: {'.'.join(map(str, edit.path))}", edit)


def _target(value: Any) -> str:
    """What a change is made to, in a word or two."""
    return " ".join(str(each) for each in value.values()) if isinstance(value, dict) else str(value)


def of_scenarios_in_one(old: EarlierRun, new: EarlierRun) -> Iterator[Difference]:
    """Scenarios that only one of two runs compared."""
    for name in dict.fromkeys([*old.scenarios, *new.scenarios]):
        there = ["compared" if name in each.scenarios else "not compared" for each in (old, new)]
        if there[0] != there[1]:
            yield Difference(Kind.SCENARIO, name, there[0], there[1], How.TOLD)


# --- the study, and all else ---------------------------------------------------------------------------------------
def of_settings(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Difference]:
    """Every setting of a study that differs, but its cohort, and prices written in it: those are told as prices."""
    for name in sorted((old.keys() | new.keys()) - {"cohort"}):
        before, after = old.get(name, ABSENT), new.get(name, ABSENT)
        if name == "unit_costs":
            before, after = _sets_by_name(before), _sets_by_name(after)
            if before.keys() == after.keys():
                before, after = ({**each, "order": list(each)} for each in (before, after))
        deep = 1 if name in ("footprint", "unit_costs") else 0
        for path, was, is_now in entries_apart(before, after, (name,), deep=deep):
            if path[-1] != "prices":
                yield _of_setting(Edit(STUDY, path, was, is_now))


def _sets_by_name(given: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The price sets of a study by what each is and is called, in the order in which they are asked."""
    found: dict[str, Any] = {}
    for each in given:
        kind = next((name for name in SETS if name in each), "set")
        source = each.get(kind)
        called = source.get("files", "") if isinstance(source, dict) else source
        name = f"{kind} {', '.join(called) if isinstance(called, list) else called}".strip()
        found[next(free for free in (name, *(f"{name} {n}" for n in range(2, 99))) if free not in found)] = each
    return found


def _of_setting(edit: Edit) -> Difference:
    name, *rest = edit.path
    if name == "footprint":
        return differs(Kind.FOOTPRINT, ".".join(map(str, rest)) or "places", edit)
    if name == "uptake_year":
        return differs(Kind.UPTAKE, "year whose uptake counts", edit)
    how = How.EDIT if name in MOVES_POUNDS else How.TOLD if name in OF_PRICES else How.LEFT
    how = How.NOTHING if name in MOVES_NOTHING or edit.path == ("pathway",) else how
    return differs(Kind.SETTING, ".".join(map(str, edit.path)), edit, how)


def of_versions(old: EarlierRun, new: EarlierRun) -> Iterator[Difference]:
    """Python and packages of another version."""
    then, now = old.record["versions"], new.record["versions"]
    for name in dict.fromkeys([*then, *now]):
        if then.get(name) != now.get(name):
            before, after = (str(each.get(name, "not there")) for each in (then, now))
            yield Difference(Kind.VERSION, name, before, after, How.LEFT)
