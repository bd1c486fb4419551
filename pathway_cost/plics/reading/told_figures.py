"""How many records and pounds a message tells: exactly to who holds the extract, and not of few records in what is handed on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pathway_cost.plics.reading.wording import counted, pounds
from pathway_cost.privacy.suppression import LEAST, is_few


@dataclass(frozen=True)
class Told:
    """A message, or a part of one, as it is and as it is handed on; text before and behind it belongs to both.

    >>> "Left out: " + those(2, "record", Decimal(12)) + " of RXX"
    Told(what='Left out: 2 records, £12.00 of RXX', shared='Left out: fewer than 8 records of RXX')
    """

    what: str
    shared: str

    def __radd__(self, before: str) -> Told:
        return Told(before + self.what, before + self.shared)

    def __add__(self, after: str | Told) -> Told:
        if isinstance(after, Told):
            return Told(self.what + after.what, self.shared + after.shared)
        return Told(self.what + after, self.shared + after)

    @property
    def both(self) -> tuple[str, str | None]:
        """What a problem says, and what it says where it is handed on if that is another."""
        return self.what, None if self.shared == self.what else self.shared


def those(records: float, noun: str, gbp: Decimal | None = None, *, withheld: bool = False) -> Told:
    """A count with its noun, and its pounds behind a comma.

    `withheld`: others with which they sum are hidden, so that these would give them back.

    >>> those(9, "record", Decimal(12), withheld=True)
    Told(what='9 records, £12.00', shared='8 or more records')
    """
    return _those(records, noun, "" if gbp is None else f", {pounds(gbp)}", withheld=withheld)


def bracketed(records: float, noun: str, gbp: Decimal, of: Decimal | None = None) -> Told:
    """A count with its noun, and its pounds in brackets, of how many in all.

    >>> bracketed(1, "record", Decimal(12)).what, bracketed(8, "record", Decimal(12), Decimal(96)).shared
    ('1 record (£12.00)', '8 records (£12.00 of £96.00)')
    """
    return _those(records, noun, f" ({pounds(gbp)}{'' if of is None else f' of {pounds(of)}'})")


def share_of(records: int, everything: int, gbp: Decimal) -> Told:
    """How many records of all, with their pounds; where the rest are few, they are told no more of than those would be.

    >>> share_of(2, 90, Decimal(12)).shared, share_of(88, 90, Decimal(12)).shared, share_of(90, 90, Decimal(12)).shared
    ('fewer than 8 records', 'all but fewer than 8 records', 'all records')
    >>> share_of(9, 90, Decimal(12)).shared
    '9 of 90 records (10.0%, together £12.00)'
    """
    figures = f"{records:,} of {everything:,} records ({records / everything:.1%}, together {pounds(gbp)})"
    if is_few(records):
        return Told(figures, those(records, "record").shared)
    rest = everything - records
    return Told(figures, f"all but fewer than {LEAST} records" if is_few(rest) else figures if rest else "all records")


def either(records: float, figures: str, words: str, *, withheld: bool = False) -> Told:
    """Figures of so many records, or the words in their place where they are not told."""
    return Told(figures, words if withheld or is_few(records) else figures)


def verb(records: float, of_one: str, of_many: str) -> Told:
    """The form that goes with a count: of one record, nobody is told that it is one.

    >>> verb(1, "has", "have")
    Told(what='has', shared='have')
    """
    return Told(of_one if records == 1 else of_many, of_many)


def _those(records: float, noun: str, gbp: str, *, withheld: bool = False) -> Told:
    what = f"{counted(records, noun)}{gbp}"
    few = "fewer than {} {}s" if is_few(records) else "{} or more {}s"
    return either(records, what, few.format(LEAST, noun), withheld=withheld)
