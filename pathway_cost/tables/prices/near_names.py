"""Names one slip apart: the few that a study asks for, indexed so that a large table's many can be compared with them."""

from __future__ import annotations

from collections.abc import Iterable

from pathway_cost.nearness import folded, is_near


class NearNames:
    """Known names by what one slip makes of them, so that a tariff of many thousand rows is looked through at once.

    >>> names = NearNames(["gp.consult", "ward.bed_day"])
    >>> names.meant("GP.Consult "), names.meant("gp.consutl"), names.near("gp.consutl"), names.near("gp.consult")
    ('gp.consult', None, ('gp.consult',), ())
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = frozenset(names)
        self._folded = {folded(name): name for name in sorted(self._names, reverse=True)}
        self._variants: dict[str, set[str]] = {}
        for name in sorted(self._names):
            for variant in _variants(folded(name)):
                self._variants.setdefault(variant, set()).add(name)

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def meant(self, name: str) -> str | None:
        """The known name that a name is, itself or but for what the eye does not see."""
        return name if name in self._names else self._folded.get(folded(name))

    def near(self, name: str) -> tuple[str, ...]:
        """The known names that a name looks like and is not."""
        found = {known for variant in _variants(folded(name)) for known in self._variants.get(variant, ())}
        return tuple(sorted(known for known in found if is_near(name, known)))


def _variants(name: str) -> list[str]:
    """The name, and it without each of its letters: two names one slip apart have one of these in common."""
    return [name, *(name[:at] + name[at + 1 :] for at in range(len(name)))]
