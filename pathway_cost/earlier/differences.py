"""What differs between what two runs were made of, in plain words, and how each difference is put back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple

from pathway_cost.earlier.earlier_run import EarlierRun, PriceKey
from pathway_cost.earlier.values_told import told_apart

ABSENT: Final = "\0absent"
NOT_USED: Final = "not used"
VERBS: Final = ("set_", "scale_", "add_", "remove_", "replace_")
STUDY: Final = "study"
PATHWAY: Final = "pathway"
MOVES_POUNDS: Final = frozenset(
    {"uptake_year", "horizon", "discount", "count", "time_step", "period", "intake", "footprint", "cohort"}
)
"""Settings of a study that are put back one by one."""
OF_PRICES: Final = frozenset({"unit_costs", "price_index", "mff"})
"""Settings whose pounds are those of the prices they lead to."""
MOVES_NOTHING: Final = frozenset(
    {
        "study", "uncertainty", "sensitivity", "walk", "report_per", "attribution", "evidence_sets", "evidence_weights",
        "behaviour", "bound_unpriced",
    }
)  # fmt: skip
"""Settings that no expected total rests on."""


class Kind(StrEnum):
    """What kind of input differs, in the order in which the old values become the new ones."""

    PATIENTS = "patients"
    NUMBER = "number"
    PATHWAY = "pathway"
    SCENARIO = "scenario"
    UPTAKE = "uptake"
    FOOTPRINT = "footprint"
    PRICE = "price"
    SETTING = "setting"
    FILE = "file"
    VERSION = "version"


class How(StrEnum):
    """What is known of a difference's pounds."""

    EDIT = "edit"  # they are what costing again with the other value gives
    PRICE = "price"  # their share of what costing again with the other prices gives
    NOTHING = "nothing"  # no expected total rests on it
    TOLD = "told"  # they stand under other differences
    LEFT = "left"  # it cannot be put back: they are in the remainder


class Edit(NamedTuple):
    """One entry of the study, the pathway or a scenario, as either run had it."""

    spec: str
    path: tuple[str | int, ...]
    old: Any
    new: Any


@dataclass(frozen=True, eq=False)
class Difference:
    """One input that differs."""

    kind: Kind
    what: str
    old: str
    new: str
    how: How = How.EDIT
    edit: Edit | None = None
    price: PriceKey | None = None


def entries_apart(
    old: Any, new: Any, path: tuple[str | int, ...] = (), *, deep: int = 2
) -> Iterator[tuple[Any, Any, Any]]:
    """(path, old, new) of every entry of two trees that differs, some levels deep; `ABSENT` where a tree lacks it.

    >>> list(entries_apart({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}))
    [(('a', 'c'), 2, 3)]
    """
    if old == new:
        return
    both, names = _named(old), _named(new)
    if not deep or both is None or names is None or (isinstance(old, list) and len(old) != len(new)):
        yield path, old, new
        return
    for name in dict.fromkeys([*both, *names]):
        yield from entries_apart(both.get(name, ABSENT), names.get(name, ABSENT), (*path, name), deep=deep - 1)


def _named(value: Any) -> dict[Any, Any] | None:
    """The entries of a mapping, or of a list of mappings, by name or place."""
    if isinstance(value, dict):
        return value
    is_list = isinstance(value, list) and all(isinstance(each, dict) for each in value)
    return dict(enumerate(value)) if is_list else None


def _differs(kind: Kind, what: str, edit: Edit, how: How = How.EDIT) -> Difference:
    old, new = told_apart(edit.old, edit.new, absent=ABSENT)
    return Difference(kind, what, old, new, how, edit)


# --- pathway and scenarios -----------------------------------------------------------------------------------------
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
        return _differs(Kind.PATHWAY, ".".join([part, *names]), edit)
    title = pathway.get(part, {}).get(name, {})
    called = title.get("title") if isinstance(title, dict) else None
    return _differs(Kind.NUMBER, f"{name} ({called})" if called else name, edit)


def _of_scenario(name: str, edit: Edit, scenario: Mapping[str, Any]) -> Difference:
    part, *names = edit.path
    if part in ("uptake", "uptake_with", "eligible"):
        year = f" of {names[0]}" if names and names[0] != "always" else ""
        return _differs(Kind.UPTAKE, f"{name}: {part}{year}", edit)
    if part == "changes" and names and isinstance(names[0], int):
        change = scenario["changes"][names[0]]
        verb = next((each for each in change if each.startswith(VERBS)), "")
        return _differs(Kind.SCENARIO, f"{name}: change {names[0] + 1} ({verb} {_target(change.get(verb))})", edit)
    return _differs(Kind.SCENARIO, f"{name}: {'.'.join(map(str, edit.path))}", edit)


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
        deep = {"footprint": 1, "unit_costs": 2}.get(name, 0)
        for path, before, after in entries_apart(old.get(name, ABSENT), new.get(name, ABSENT), (name,), deep=deep):
            if path[-1] != "prices":
                yield _of_setting(Edit(STUDY, path, before, after))


def _of_setting(edit: Edit) -> Difference:
    name, *rest = edit.path
    if name == "footprint":
        return _differs(Kind.FOOTPRINT, ".".join(map(str, rest)) or "places", edit)
    if name == "uptake_year":
        return _differs(Kind.UPTAKE, "year whose uptake counts", edit)
    how = How.EDIT if name in MOVES_POUNDS else How.TOLD if name in OF_PRICES else How.LEFT
    how = How.NOTHING if name in MOVES_NOTHING or edit.path == ("pathway",) else how
    return _differs(Kind.SETTING, ".".join(map(str, edit.path)), edit, how)


def of_versions(old: EarlierRun, new: EarlierRun) -> Iterator[Difference]:
    """Python and packages of another version."""
    then, now = old.record["versions"], new.record["versions"]
    for name in dict.fromkeys([*then, *now]):
        if then.get(name) != now.get(name):
            before, after = (str(each.get(name, "not there")) for each in (then, now))
            yield Difference(Kind.VERSION, name, before, after, How.LEFT)
