"""Control totals that a user types beside a file, and files that are named with them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_serializer, model_validator

from pathway_cost.specs.format.base import Number, Spec, Text


class Expect(Spec):
    """What a file must hold, to the penny and to the record: anything else is a fault."""

    gbp: Number | None = None
    """Sum of its pounds."""
    patients: Annotated[Number, Field(ge=0)] | None = None
    """Sum of its weights."""
    records: Annotated[int, Field(strict=True, ge=0)] | None = None
    """Rows of a table, activity records of an extract."""
    file: Text | None = None
    """Of several files, the one that is meant; all of them together when left out."""

    @model_validator(mode="after")
    def _some(self) -> Expect:
        if self.gbp is None and self.patients is None and self.records is None:
            raise ValueError("`expect:` names at least one of gbp, patients and records")
        return self


def _as_list(given: Any) -> Any:
    return (given,) if isinstance(given, dict | Expect) else given


Expects = Annotated[tuple[Expect, ...], BeforeValidator(_as_list)]
"""One control total for all files of a set, or a list with one for each `file:`."""


class TableFile(Spec):
    """A table of the user's, by its path or with its control total."""

    file: Text
    """CSV, Parquet or file.xlsx#sheet."""
    expect: Expect | None = None
    """What it must hold: `records`."""

    @model_validator(mode="before")
    @classmethod
    def _lengthen(cls, given: Any) -> Any:
        return {"file": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _counts_rows(self) -> TableFile:
        takes(self.expect, "records")
        return self

    @model_serializer(mode="plain")
    def _shortened(self) -> Any:
        """As a user writes it: the path alone where there is nothing else to say."""
        return (
            self.file
            if self.expect is None
            else {"file": self.file, "expect": self.expect.model_dump(exclude_none=True)}
        )


def takes(expect: Expect | None, *names: str, listed: bool = False) -> None:
    """Refuse a control total of what the file does not hold."""
    allowed: Collection[str] = (*names, "file") if listed else names
    given = [] if expect is None else sorted(expect.model_dump(exclude_none=True))
    wrong = [name for name in given if name not in allowed]
    if wrong:
        raise ValueError(f"`expect:` of this file takes {' and '.join(names)}, not {' and '.join(wrong)}")
