"""What the records of each PLICS feed offer to unit cost rules: code columns, and what pounds may be divided by.

Source: NHS Data Dictionary, PLICS data sets; the names are those of the XML elements, over all known versions.
Identifiers (NHS number, date of birth, postcode, local ids) are dropped or hashed at reading, so no rule can use them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

FEED_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "APC": ("Pod", "EpType", "EpiNo", "Tfc", "CFBand", "HrgFce", "HrgSpl", "EpGro", "PartCost"),
    "EC": ("DepTyp", "HRG"),
    "OP": ("Pod", "Tfc", "CFBand", "HRG", "WhActTyp", "PartCost"),
    "SI": ("CSIU", "UnCur"),
    "SWC": ("UnAct", "CCUF", "CCPerType", "OrgsSupp", "UnHRG"),
    "CSCC": ("TeamType", "CCSubject", "ConsultType", "CMedium", "LocCode", "GPTherapyInd", "ChsCcy"),
}
"""Feed → columns that `where` and `derive` may read."""

FEED_IDENTIFIERS: Final = frozenset(
    {"NHSNo", "NhsSt", "Postcd", "DoB", "Gendr", "PLEMI", "CDSID", "PathId", "PatOrgId", "HSpellNo", "AttID",
     "SerReqID", "CareId", "CCLI"}
)  # fmt: skip

FEED_DENOMINATORS: Final[Mapping[str, tuple[str, ...]]] = {
    "APC": ("episode", "spell", "bed_day", "activity_count"),
    "EC": ("attendance", "activity_count"),
    "OP": ("attendance", "activity_count"),
    "SI": ("item", "activity_count"),
    "SWC": ("bed_day", "activity_count"),
    "CSCC": ("contact", "activity_count"),
}
"""Feed → what its pounds may be divided by."""
