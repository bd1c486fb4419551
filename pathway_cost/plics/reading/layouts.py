"""What the National Cost Collection's patient-level files hold: elements a feed, versions known, dates, central names.

Elements are found by name, never by position. Source: NHS Data Dictionary, PLICS data sets; schema versions of
2019/20 (acute), 2020/21 (integrated and community) and 2021/22 (integrated).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pathway_cost.terms import FEEDS

NAMESPACE_FAMILY: Final = "http://Improvement.nhs.uk/HealthcareCostingDataSet/"

KNOWN_NAMESPACES: Final = {
    NAMESPACE_FAMILY + version: year
    for version, year in {
        "v1.0-1920": "2019/20 acute, version 1",
        "v2.0-1920": "2019/20 acute, version 2",
        "v2.0-2021": "2020/21 integrated",
        "CS/v1.5-2021": "2020/21 community",
        "v1.12-2122": "2021/22 integrated",
    }.items()
}
"""Namespace → what is known by that name."""

FEED_CODES: Final = {feed: feed for feed in FEEDS} | {"AE": "EC"}
"""FeedType as written → feed; 2019/20 called emergency care AE."""
ACTIVITY_LEAVES: Final = ("ActCstID", "ActCnt")
RESOURCE_LEAVES: Final = ("ResCstID", "TotCst")

_PATIENT: Final = ("NHSNo", "NhsSt", "Postcd", "DoB", "Gendr")
_OPTIONAL: Final = frozenset({"PLEMI", "PartCost", "EpGro", "WhActTyp"})
"""Elements that some known versions leave out."""

ELEMENTS: Final = {
    "APC": (
        "OrgId", "PLEMI", "CDSID", *_PATIENT, "PathId", "PatOrgId", "Pod", "HSpellNo", "EpiNo", "EpStDte", "EpEnDte",
        "EpType", "Tfc", "CFBand", "PartCost", "EpGro", "HrgFce", "HrgSpl", "Alos",
    ),
    "EC": (
        "OrgId", "PLEMI", "CDSID", *_PATIENT, "AttID", "ArrDate", "ArrTime", "DepTyp", "DepDate", "DepTime", "HRG",
    ),
    "OP": (
        "OrgId", "PLEMI", "CDSID", *_PATIENT, "PathId", "PatOrgId", "Pod", "AttID", "AppDate", "AppTime", "Tfc",
        "CFBand", "WhActTyp", "PartCost", "HRG",
    ),
    "SI": ("OrgId", "PLEMI", "UnActDate", "CSIU", "UnCur"),
    "SWC": ("OrgId", "PLEMI", "UnAct", "CCLI", "CCUF", "UnActDate", "CCPerType", "OrgsSupp", "UnHRG"),
    "CSCC": (
        "OrgId", "PLEMI", "NHSNo", "NhsSt", "DoB", "Gendr", "SerReqID", "CareId", "CareDte", "ClinDuration",
        "TeamType", "CCSubject", "ConsultType", "CMedium", "LocCode", "GPTherapyInd", "ChsCcy",
    ),
}  # fmt: skip
"""Elements of an activity record, a feed, over all known versions."""

_DATES: Final = {
    "APC": ("EpStDte", "EpEnDte"),
    "EC": ("ArrDate", "DepDate"),
    "OP": ("AppDate", "AppDate"),
    "SI": ("UnActDate", "UnActDate"),
    "SWC": ("UnActDate", "UnActDate"),
    "CSCC": ("CareDte", "CareDte"),
}

CENTRAL_NAMES: Final = {
    "OrganisationID": "OrgId",
    "OrgPLEMI": "PLEMI",
    "PLICSRecordIdentifier": "CDSID",
    "PLICSNHSNo": "NHSNo",
    "PersonStatedGender": "Gendr",
    "PointOfDelivery": "Pod",
    "PLICSHospProvSpell": "HSpellNo",
    "EpisodeNumber": "EpiNo",
    "StartDateEpisode": "EpStDte",
    "EndDateEpisode": "EpEnDte",
    "TreatmentFunctionCode": "Tfc",
    "FCEHRG": "HrgFce",
    "SpellHrg": "HrgSpl",
    "AdjLoS": "Alos",
    "FinancialYearStartDate": "FinYr",
    "CollectionActivityID": "ActCstID",
    "CollectionActivityCnt": "ActCnt",
    "CollectionResourceID": "ResCstID",
    "TotalCost": "TotCst",
}
"""Column of the central output tables → element of the extract."""


@dataclass(frozen=True)
class Layout:
    """What a feed's record holds.

    >>> layout_of("APC").start, layout_of("APC").end
    ('EpStDte', 'EpEnDte')
    >>> "HrgFce" in layout_of("APC").needed, "PLEMI" in layout_of("EC").needed
    (True, False)
    """

    feed: str
    elements: tuple[str, ...]
    start: str
    """Element with the date the activity starts."""
    end: str
    """Element with the date it ends: the one that must lie in the financial year."""
    identifier: str | None
    """Element that identifies the record to the organisation."""

    @property
    def needed(self) -> tuple[str, ...]:
        """Elements that every known version holds."""
        return tuple(name for name in self.elements if name not in _OPTIONAL)


def layout_of(feed: str) -> Layout:
    """The layout of one of the feeds read (terms.FEEDS)."""
    identifiers = {"APC": "CDSID", "EC": "CDSID", "OP": "CDSID", "CSCC": "CareId"}
    start, end = _DATES[feed]
    return Layout(feed, ELEMENTS[feed], start, end, identifiers.get(feed))


def version_known(namespace: str) -> bool:
    """Whether the namespace is one of the versions known by name.

    >>> version_known(NAMESPACE_FAMILY + "v2.0-2021"), version_known(NAMESPACE_FAMILY + "v3.1-2425")
    (True, False)
    """
    return namespace in KNOWN_NAMESPACES


def in_family(namespace: str) -> bool:
    """Whether the namespace belongs to the costing data set, of whatever version.

    >>> in_family(NAMESPACE_FAMILY + "v3.1-2425"), in_family("urn:other")
    (True, False)
    """
    return namespace.casefold().startswith(NAMESPACE_FAMILY.casefold())
