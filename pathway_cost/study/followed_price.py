"""A price of a study followed into the PLICS records that it is made of, organisation by organisation and level by level."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from pathway_cost.errors import PriceFaults, Problem, Where, nearest_name, raise_if_any
from pathway_cost.privacy.suppression import HIDDEN
from pathway_cost.study.found_prices import Declared, declared_of
from pathway_cost.study.load import LoadedStudy
from pathway_cost.study.price_study import Priced, price_study
from pathway_cost.study.prices_alone import needed_of
from pathway_cost.study.progress import Progress, silent

if TYPE_CHECKING:
    from pathway_cost.plics.pricing.followed import Followed, Price

RECONCILED: Final = (
    "organisation", "level", "records", "activity", "gbp", "from_records_gbp", "times", "price_used_gbp", "difference_gbp",
    "day_gbp", "admission_gbp", "price_from", "how", HIDDEN,
)  # fmt: skip
"""Columns of the reconciliation. `from_records_gbp` × `times` (growth to the price year, units a unit used) is
`price_used_gbp`; `day_gbp` and `admission_gbp` are both prices of a line through the records. `price_from` is what a price rests on
that no records make, and `how` says which one, or what else there is to say."""
EXACTLY: Final = 1e-9
PENCE: Final = 2


@dataclass(frozen=True, repr=False)
class FollowedPrice:
    """One unit cost of a study: its records (the columns of `Followed.listed`), and that they add up to the price.

    `reconciled` (RECONCILED) has a row an organisation and level; what is hidden of real patients is missing and named in its
    column `hidden`. `records` is empty where the study's extracts have none, and stays on the machine.
    """

    unit_cost: str
    unit: str
    records: pd.DataFrame
    reconciled: pd.DataFrame
    notes: tuple[Problem, ...]


def follow_price(
    study: LoadedStudy, unit_cost: str, *, key: bytes | None = None, progress: Progress = silent
) -> FollowedPrice:
    """The records behind a unit cost of a study, and the proof that they add up to its price.

    Args:
        study: the study as loaded.
        unit_cost: the key, as the pathway declares it.
        key: the secret that turns records' own identifiers into hashes; without it a record is told by its place in its file.
        progress: called with (stage, done, total).

    Raises:
        PriceFaults: no such key, or none that a scenario asks for; and all that `unit-costs show` raises.
        AssertionError: the records do not add up to the price, which is a fault of ours.
    """
    with study.placing_faults():
        asking = _asked(study, unit_cost, key, progress)
        raise_if_any(asking.nobody(), PriceFaults)
    reconciled = pd.DataFrame(asking.rows(), columns=list(RECONCILED))
    return FollowedPrice(unit_cost, asking.declared.unit, asking.records(), reconciled, asking.notes())


def _asked(study: LoadedStudy, unit_cost: str, key: bytes | None, progress: Progress) -> _Asking:
    """What a study's sets say of one unit cost."""
    needed = needed_of(study)
    raise_if_any(_unknown(unit_cost, needed.declared), PriceFaults)
    priced = price_study(study, needed, key=key, progress=progress, follow=unit_cost)
    totals = priced.prices.totals()
    return _Asking(
        unit_cost=unit_cost,
        priced=priced,
        declared=declared_of(needed.declared)[unit_cost],
        stand_ins=needed.bundles,
        wanting=frozenset(organisation for organisation, each in needed.wanted if each == unit_cost),
        totals=totals[totals["unit_cost"] == unit_cost],
        is_real=not study.study.synthetic,
    )


def _unknown(unit_cost: str, declared: Collection[str]) -> list[Problem]:
    """No pathway of the study declares the key."""
    if unit_cost in declared:
        return []
    what, remedy = f"no unit cost is called {unit_cost!r}", "`pathway-cost unit-costs show` lists those of the study"
    where = Where(item="unit_costs")
    return [Problem("unit_cost_unknown", what, where, nearest_name(unit_cost, declared), remedy)]


@dataclass(frozen=True, repr=False)
class _Asking:
    """What is known of one unit cost: who asks for it, which set answered, and the records behind."""

    unit_cost: str
    priced: Priced
    declared: Declared
    stand_ins: Mapping[str, str]
    wanting: frozenset[str]
    totals: pd.DataFrame
    is_real: bool

    @property
    def organisations(self) -> list[str]:
        """Those that some scenario wants the price of, or that a bundle's stand-in is priced for."""
        return sorted(self.wanting | set(self.totals["organisation"]))

    @property
    def taken(self) -> dict[str, tuple[int, str]]:
        """Organisation → number of the set that answered, and whose price of it was taken."""
        return {at: place for (at, key), place in self.priced.prices.taken.items() if key == self.unit_cost}

    def nobody(self) -> list[Problem]:
        """No scenario asks for a price of the key."""
        if self.organisations:
            return []
        what = f"no scenario of the study asks for a price of {self.unit_cost!r}"
        return [Problem("unit_cost_not_asked", what, Where(item=f"unit_costs.{self.unit_cost}"))]

    def records(self) -> pd.DataFrame:
        """Every record that the rules of the key see, of those who ask for it or lend it."""
        lent = {number: {whose for at, whose in self.taken.values() if at == number} for number in self.priced.followed}
        frames = [
            followed.listed(
                self.unit_cost,
                {*self.organisations, *lent[number]},
                lent[number],
                keyed=self.priced.fingerprint is not None,
            )
            for number, followed in self.priced.followed.items()
        ]
        found = [frame for frame in frames if len(frame)]
        return pd.concat(found, ignore_index=True) if found else pd.DataFrame()

    def rows(self) -> list[dict[str, Any]]:
        """RECONCILED, without what is not known."""
        found: list[dict[str, Any]] = []
        for organisation in self.organisations:
            totals = self.totals[self.totals["organisation"] == organisation]
            found += [self._row(organisation, total) for total in totals.to_dict("records")]
            if not len(totals):
                found.append({"organisation": organisation, "level": "", "how": self._stand_in()})
        return [{"price_from": "", HIDDEN: "", **row} for row in found]

    def _row(self, organisation: str, total: dict[Any, Any]) -> dict[str, Any]:
        """One price that is used, with the records that make it, or would if enough of them did."""
        number, whose = self.taken.get(organisation, (-1, ""))
        level = str(total["level"])
        row = {"organisation": organisation, "level": level, "price_used_gbp": float(total["value_gbp"])}
        if number in self.priced.followed:
            followed = self.priced.followed[number]
            price = followed.price(self.unit_cost, whose, level)
            assert price is not None  # the set answered with it
            lent = f"{whose}'s records" if whose != organisation else ""
            given = self._told(followed, price) | self._compared(followed, price, total)
            return row | given | {"how": "; ".join(filter(None, [lent, price.borrowed]))}
        how = "; ".join(filter(None, (str(total["source"]), str(total["fallback"]))))
        beside = ((each, each.price(self.unit_cost, organisation, level)) for each in self.priced.followed.values())
        unused = next((self._told(each, price) for each, price in beside if price is not None), {})
        how = f"the records are listed and not used; {how}" if unused else how
        return row | unused | {"how": how, "price_from": str(total["basis"])}

    def _told(self, followed: Followed, price: Price) -> dict[str, Any]:
        """What the records of a price come to, as far as it is told."""
        sums, is_few = followed.sums(price), self.is_real and followed.is_few(price)
        counts = {"records": sums.units, "activity": float(sums.activity), "gbp": float(sums.gbp)}
        line = (
            {} if price.key == followed.name else {"day_gbp": _float(sums.day), "admission_gbp": _float(sums.admission)}
        )
        exact = {"from_records_gbp": followed.given_by(price, sums), **line}
        hidden = [
            *(counts if self._is_hidden(followed, price) else ()),
            *([*exact, "difference_gbp"] if is_few else ()),
        ]
        shown = {name: value for name, value in (counts | exact).items() if name not in hidden}
        return shown | {HIDDEN: ", ".join(hidden)}

    def _compared(self, followed: Followed, price: Price, total: dict[Any, Any]) -> dict[str, Any]:
        """What brings the price that the records give to the one used, and what is then left between them: nothing.

        Raises:
            AssertionError: something is, though the price is not one that is rounded before it is handed on.
        """
        given, times = followed.given_by(price, followed.sums(price)), self._times(total, price.unit)
        used = float(total["value_gbp"])
        if given is None or price.borrowed:
            return {"times": times}
        off, is_hidden = used - given * times, self._is_hidden(followed, price)
        if not is_hidden and abs(off) > EXACTLY * abs(used):
            raise AssertionError(
                f"the records of {self.unit_cost} at {price.organisation} do not give the price that is used"
            )
        if self.is_real and followed.is_few(price):
            return {"times": times}
        return {
            "times": times,
            "difference_gbp": round(off, PENCE) + 0.0,
        }  # a price that is hidden is used to the penny

    def _is_hidden(self, followed: Followed, price: Price) -> bool:
        """Whether it is not told how many records stand behind a price."""
        return self.is_real and followed.is_hidden(price)

    def _times(self, total: dict[Any, Any], unit: str) -> float:
        """What brings a price of the extract to the study's: growth, price level, units a unit used."""
        per_use = self.declared.per_use
        units = 1.0 if unit == self.declared.unit or per_use is None else per_use[1]
        return float(total["uplift_factor"]) * float(total["mff_factor"]) * units

    def _stand_in(self) -> str:
        """Why a part of a bundle has no price."""
        bundle = self.declared.bundle or ""
        return f"{self.stand_ins.get(bundle, 'another key')} stands in for the bundle {bundle}"

    def notes(self) -> tuple[Problem, ...]:
        """What there is to say of the key and its rule, as it may be told where patients are real."""
        names = {self.unit_cost, *(followed.name for followed in self.priced.followed.values())}
        items = {f"unit_costs.{self.unit_cost}", f"bundles.{self.declared.bundle}"} | {
            f"rules.{name}" for name in names
        }
        about = [note for note in self.priced.notes if (note.where.item or "").removesuffix(".method") in items]
        return tuple(note.to_share() if self.is_real else note for note in about)


def _float(exact: Decimal | None) -> float | None:
    return None if exact is None else float(exact)
