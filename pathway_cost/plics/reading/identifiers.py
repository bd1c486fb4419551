"""Identifying cells taken out of records: age and area are derived, numbers become keyed hashes, the rest is dropped.

Hashes are HMAC-SHA-256 over kind, NUL, [organisation, NUL,] normalised value, 128 bits in hex. The NHS number is hashed
without organisation, so that it joins trusts; an organisation's own identifiers with it. Source of the check digit:
NHS Data Dictionary, NHS number.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pathway_cost.errors import PlicsFaults, Problem, Severity, Where, raise_if_any
from pathway_cost.plics.reading.raw import clean
from pathway_cost.plics.reading.told_figures import Told, those
from pathway_cost.tables.reading import cells_wrong, columns_unused

SHORTEST_KEY: Final = 32
VERIFIED: Final = "verified"  # NHS number passes its check digit, and its status, where given, is 01
UNVERIFIED: Final = "unverified"  # there is a number, but one of the two fails
NONE: Final = "none"  # no NHS number in the record

FIFTH: Final = "deprivation_fifth"
AREAS: Final = ("lsoa", FIFTH)
POSTCODE_COLUMNS: Final = ("postcode", *AREAS)

_BLOCK: Final = 64
_HEX_DIGITS: Final = 32  # 128 bits
_OLDEST: Final = 130


class Hasher:
    r"""HMAC-SHA-256 under one key, its two keyed states made once.

    >>> import hmac
    >>> key = bytes(32)
    >>> Hasher(key).digest("nhs_number\0" "9999999999") == hmac.digest(key, b"nhs_number\0" b"9999999999", "sha256").hex()[:32]
    True
    """

    def __init__(self, key: bytes) -> None:
        block = (key if len(key) <= _BLOCK else hashlib.sha256(key).digest()).ljust(_BLOCK, b"\0")
        self._inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in block))
        self._outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in block))

    def digest(self, message: str) -> str:
        """The first 128 bits, in hex."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message.encode())
        outer.update(inner.digest())
        return outer.hexdigest()[:_HEX_DIGITS]

    def column(self, kind: str, values: pa.Array) -> pa.Array:
        """Hash of each value, distinct values hashed once; null stays null."""
        distinct = values.dictionary_encode()
        digest, prefix = self.digest, f"{kind}\0"
        hashes = pa.array([digest(prefix + value) for value in distinct.dictionary.to_pylist()], pa.string())
        return hashes.take(distinct.indices)


@dataclass(frozen=True, repr=False)
class Privacy:
    """How identifiers are treated in one read: the hasher, whether the key is the user's, and the postcode table."""

    hasher: Hasher
    fingerprint: str | None
    postcodes: pa.Table | None

    @classmethod
    def of(cls, key: bytes | None = None, postcodes: pd.DataFrame | None = None) -> Privacy:
        """How to treat identifiers by a user's key and table of postcodes.

        Args:
            key: secret of 32 bytes or more that turns NHS numbers into keys; without it they are dropped, and local
                identifiers are hashed under a key that is forgotten after the read.
            postcodes: table of postcode, lsoa, deprivation_fifth, used before postcodes are dropped.

        Raises:
            PlicsFaults: a short key, or a postcode table without its columns.
        """
        if key is not None and len(key) < SHORTEST_KEY:
            what = f"the key holds {len(key)} bytes; it needs {SHORTEST_KEY} or more"
            raise PlicsFaults(
                [Problem("short_key", what, remedy="make one of 32 random bytes and keep it apart from the data")]
            )
        hasher = Hasher(secrets.token_bytes(SHORTEST_KEY) if key is None else key)
        return cls(hasher, fingerprint_of(key), None if postcodes is None else _postcode_table(postcodes))


def fingerprint_of(key: bytes | None) -> str | None:
    """What tells a key from others without giving it away; None for no key."""
    return None if key is None else Hasher(key).digest("fingerprint\0")[:16]


def _postcode_table(frame: pd.DataFrame) -> pa.Table:
    if "postcode" not in frame or not {"lsoa", "deprivation_fifth"} & set(frame.columns):
        what = "a postcode table needs the column postcode, and lsoa or deprivation_fifth or both"
        raise PlicsFaults([Problem("postcode_columns", what)])
    raise_if_any(columns_unused(frame, POSTCODE_COLUMNS, "postcodes"), PlicsFaults)
    columns = {name: _text(frame[name]) for name in POSTCODE_COLUMNS if name in frame}
    table = pa.table(columns | {"postcode": _postcodes(columns["postcode"])})
    raise_if_any([*_postcodes_twice(table["postcode"]), *fifths_wrong(frame)], PlicsFaults)
    return table.filter(pc.is_valid(table["postcode"]))


def fifths_wrong(frame: pd.DataFrame, file: str = "postcodes") -> list[Problem]:
    """Fifths that are numbers and none of 1 to 5, such as tenths; what is no number is a label."""
    if FIFTH not in frame:
        return []
    numbers = pd.to_numeric(frame[FIFTH], errors="coerce")
    wrong = (numbers.notna() & ~numbers.isin(range(1, 6))).to_numpy()
    what = "the deprivation fifth is not a number from 1 to 5"
    return cells_wrong(wrong, "no_fifth", what, FIFTH, file, remedy="two tenths are one fifth")


def none_matches(matched: int, records: int, privacy: Privacy) -> list[Problem]:
    """The warning of a postcode table that says nothing of any record."""
    if privacy.postcodes is None or matched or not records:
        return []
    said = f"none of the {len(privacy.postcodes):,} postcodes of the table is that of a record ("
    told = Told(f"{records:,} records", those(records, "record").shared)
    what, shared = (said + told + "): no area and no deprivation fifth is known").both
    return [Problem("no_postcode_matches", what, Where(item="postcodes"), severity=Severity.WARNING, shared=shared)]


def _postcodes_twice(postcodes: pa.ChunkedArray) -> list[Problem]:
    """Postcodes that an earlier row has, spaces and case aside: only the first would count."""
    twice = postcodes.to_pandas().duplicated().to_numpy() & pc.is_valid(postcodes).to_numpy()
    what = "the postcode has an earlier row"
    return cells_wrong(twice, "postcode_given_twice", what, "postcode", "postcodes", remedy="keep one of them")


def _text(column: pd.Series[str]) -> pa.Array:
    return clean(pa.array([None if pd.isna(cell) else str(cell) for cell in column], pa.string()))


def _postcodes(values: pa.Array) -> pa.Array:
    return pc.utf8_upper(pc.replace_substring_regex(values, r"\s+", ""))


def protect(
    cells: Mapping[str, pa.Array], organisation: pa.Array, start: pa.Array, born: pa.Array | None, privacy: Privacy
) -> dict[str, pa.Array]:
    """Columns of the events that come from identifying cells; the cells themselves go no further.

    `cells` are text by element name, `start` and `born` dates; `born` may be None where the feed holds none.
    """
    empty = pa.nulls(len(organisation), pa.string())
    number = _nhs_numbers(cells.get("NHSNo", empty))
    verified = _verified(number, cells.get("NhsSt", empty))
    return {
        "age": _stated_ages(cells["Age"]) if "Age" in cells else _ages(start, born),
        "sex": cells.get("Gendr", empty),
        **_areas(cells.get("Postcd", empty), privacy.postcodes),
        "patient_key": _patient_keys(number, verified, privacy),
        "patient_class": pc.if_else(pc.is_null(number), NONE, pc.if_else(verified, VERIFIED, UNVERIFIED)),
        "plemi_key": _local_keys("plemi", cells.get("PLEMI"), organisation, privacy),
        "spell_key": _local_keys("spell", cells.get("HSpellNo"), organisation, privacy),
        "record_key": _local_keys("record", cells.get("CDSID", cells.get("CareId")), organisation, privacy),
    }


def _nhs_numbers(values: pa.Array) -> pa.Array:
    return clean(pc.replace_substring_regex(values, r"[\s-]+", ""))


def _verified(number: pa.Array, status: pa.Array) -> pa.Array:
    """True where the number passes its check digit and its status, where given, is 01."""
    return pc.and_(pa.array(check_digit_passes(number)), pc.fill_null(pc.equal(status, "01"), fill_value=True))


def check_digit_passes(numbers: pa.Array) -> NDArray[np.bool_]:
    """Whether each NHS number has ten digits, the last of which is right (weights 10 to 2, remainder of 11).

    Ten equal digits, which stand for "not known" and would pass, do not.

    >>> check_digit_passes(pa.array(["9434765919", "9434765918", "943476591", None])).tolist()
    [True, False, False, False]
    """
    passes = pc.fill_null(pc.match_substring_regex(numbers, r"^\d{10}$"), fill_value=False).to_numpy(
        zero_copy_only=False
    )
    text = "".join(numbers.filter(pa.array(passes)).to_pylist())
    digits = np.frombuffer(text.encode(), np.uint8).reshape(-1, 10).astype(np.int64) - ord("0")
    check = 11 - digits[:, :9] @ np.arange(10, 1, -1) % 11
    right = np.where(check == 11, 0, check) == digits[:, 9]
    passes = passes.copy()
    passes[passes] = right & (digits != digits[:, :1]).any(axis=1)
    return np.asarray(passes, bool)


def _patient_keys(number: pa.Array, verified: pa.Array, privacy: Privacy) -> pa.Array:
    if privacy.fingerprint is None:
        return pa.nulls(len(number), pa.string())
    return privacy.hasher.column("nhs_number", pc.if_else(verified, number, pa.scalar(None, pa.string())))


def _local_keys(kind: str, values: pa.Array | None, organisation: pa.Array, privacy: Privacy) -> pa.Array:
    if values is None:
        return pa.nulls(len(organisation), pa.string())
    return privacy.hasher.column(kind, pc.binary_join_element_wise(organisation, values, "\0"))


def _ages(start: pa.Array, born: pa.Array | None) -> pa.Array:
    """Whole years at the start of the activity; null where either date is missing or the age is not one."""
    if born is None:
        return pa.nulls(len(start), pa.int16())
    first, last = (pc.fill_null(dates.cast(pa.int32()), 0).to_numpy().astype("M8[D]") for dates in (born, start))
    years = last.astype("M8[Y]").astype(np.int64) - first.astype("M8[Y]").astype(np.int64)
    age = years - (_day_of_year(last) < _day_of_year(first))
    known = pc.and_(pc.is_valid(start), pc.is_valid(born)).to_numpy(zero_copy_only=False)
    sensible = known & (age >= 0) & (age <= _OLDEST)
    return pa.array(np.where(sensible, age, 0).astype(np.int16), mask=~sensible)


def _stated_ages(values: pa.Array) -> pa.Array:
    """Ages as given: 901 to 906 stand for infants under one, 999 for not known."""
    whole = pc.fill_null(pc.match_substring_regex(values, r"^\d{1,3}$"), fill_value=False)
    ages = pc.if_else(whole, values, "999").cast(pa.int16()).to_numpy(zero_copy_only=False)
    known = (ages <= _OLDEST) | ((ages >= 901) & (ages <= 906))
    return pa.array(np.where(ages > _OLDEST, 0, ages).astype(np.int16), mask=~known)


def _day_of_year(dates: NDArray[np.datetime64]) -> NDArray[np.int64]:
    """Month and day as one number that grows through the year."""
    months = dates.astype("M8[M]")
    return np.asarray(months.astype(np.int64) % 12 * 100 + (dates - months).astype(np.int64))


def _areas(postcodes: pa.Array, table: pa.Table | None) -> dict[str, pa.Array]:
    if table is None:
        return {name: pa.nulls(len(postcodes), pa.string()) for name in AREAS}
    at = pc.index_in(_postcodes(postcodes), value_set=table["postcode"], skip_nulls=True)
    return {
        name: table[name].combine_chunks().take(at) if name in table.column_names else pa.nulls(len(at), pa.string())
        for name in AREAS
    }
