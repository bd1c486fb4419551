"""Admitted care of the made-up acute trust: knees, hips, revisions, day cases, complications, open episodes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Final

from plics_costs import Cost, Draft, Targets, as_drafted, at_target, draft, jitter, stay_days, with_credit
from plics_people import YEAR_END, Patient, a_day, whole
from plics_writer import Record

ACUTE: Final = "SYA"
ELECTIVE, DAY_CASE, LONG_STAY = "Elective Inpatients", "Daycase", "Non-Elective Inpatient - Long Stay"

KNEES: Final = {"HN22A": (24, 8.2), "HN22B": (44, 6.4), "HN22C": (103, 5.3), "HN22D": (230, 4.4), "HN22E": (219, 3.8)}
"""HRG → inpatients, mean days; in the proportions of the National Schedule."""
KNEE_DAY_CASES: Final = {"HN22B": 1, "HN22C": 3, "HN22D": 13, "HN22E": 39}
REVISIONS: Final = {"HN81A": 1, "HN81B": 1, "HN81C": 2, "HN81D": 5, "HN81E": 5}
HIPS: Final = {"HN12B": 2, "HN12C": 4, "HN12D": 9, "HN12E": 20, "HN12F": 25}
COMPLICATIONS: Final = {"WH07A": 7, "WH07B": 8, "WH07C": 8, "WH07D": 13, "WH07E": 8, "WH07F": 20, "WH07G": 47}
SHORT_COMPLICATIONS: Final = {"WH07F": 4, "WH07G": 26}
NO_LOCAL_KEY: Final = 5
"""The episode whose PLEMI is nil."""


def admissions(chance: random.Random, people: Sequence[Patient], targets: Targets) -> list[Record]:
    """Knees, hips, revisions, day cases, complications; some open, some of 0 days, one without a local key."""
    wards = Ward(chance, people)
    records: list[Record] = []
    for hrg, (inpatients, mean_days) in KNEES.items():
        pounds = targets[ELECTIVE, hrg].unit_cost
        stays = [wards.knee(hrg, pounds, mean_days, days=stay_days(chance, mean_days)) for _ in range(inpatients)]
        if hrg == "HN22E":
            stays += [wards.knee(hrg, pounds, mean_days, days=0) for _ in range(6)]
        records += at_target(credited(stays), pounds, off_permille=whole(chance, -9, 9))
    for mix, department, maker in (
        (KNEE_DAY_CASES, DAY_CASE, wards.day_case),
        (REVISIONS, ELECTIVE, wards.revision),
        (HIPS, ELECTIVE, wards.hip),
        (SHORT_COMPLICATIONS, "Non-Elective Inpatient - Short Stay", wards.short_stay),
    ):
        for hrg, cases in mix.items():
            pounds = targets[department, hrg].unit_cost
            records += at_target([maker(hrg, pounds) for _ in range(cases)], pounds, off_permille=whole(chance, -9, 9))
    for hrg, spells in COMPLICATIONS.items():
        pounds = targets[LONG_STAY, hrg].unit_cost
        episodes = [
            episode for index in range(spells) for episode in wards.readmission(hrg, pounds, two=index % 7 == 0)
        ]
        records += at_target(episodes, pounds, off_permille=whole(chance, -9, 9))
    records += as_drafted(wards.open_episode(targets) for _ in range(9))
    return records


def credited(stays: Sequence[Draft]) -> list[Draft]:
    """Every twentieth implant carries a supplier's credit note: a negative cost line."""
    return [with_credit(stay, "DEV001", "CPF023", 120) if index % 20 == 7 else stay for index, stay in enumerate(stays)]


@dataclass(frozen=True)
class Ward:
    """Drafts of episodes, numbered in the order they are made."""

    chance: random.Random
    people: Sequence[Patient]
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def knee(self, hrg: str, pounds: float, mean_days: float, *, days: int, episode_type: str = "3") -> Draft:
        """Ward pounds rise by the day from a fixed start, so that the last day is cheaper than the average day."""
        other = 0.105 * pounds
        theatre = pounds - 330 - 360 * mean_days - other - 1900
        minutes = whole(self.chance, 80, 125)
        costs = [
            *_theatre(self.chance, theatre, minutes),
            Cost("DEV001", whole(self.chance, 3, 6), (1650, 1900, 1900, 2150)[whole(self.chance, 0, 3)]),
            Cost("WRD001", max(1, days), (330 + 360 * days) * jitter(self.chance, 0.06)),
            *_tests_and_drugs(self.chance, other),
        ]
        return draft(self.chance, self._fields("EL", hrg, days, episode_type=episode_type), costs)

    def day_case(self, hrg: str, pounds: float) -> Draft:
        """The same theatre and implant, a few hours on a day unit."""
        costs = [
            *_theatre(self.chance, pounds - 2550, whole(self.chance, 90, 114)),
            Cost("DEV001", whole(self.chance, 3, 6), 1900),
            Cost("WRD001", 1, 240),
            *_tests_and_drugs(self.chance, 410),
        ]
        return draft(self.chance, self._fields("DC", hrg, 0), costs)

    def revision(self, hrg: str, pounds: float) -> Draft:
        """Longer in theatre, a dearer implant, about a week on the ward."""
        days = stay_days(self.chance, 7.2, 0.8)
        return draft(self.chance, self._fields("EL", hrg, days), self._joint(pounds, days, implant=4200))

    def hip(self, hrg: str, pounds: float) -> Draft:
        """A hip replacement: in the extract, outside the knee's rules."""
        days = stay_days(self.chance, 4.4)
        return draft(self.chance, self._fields("EL", hrg, days), self._joint(pounds, days, implant=2100))

    def short_stay(self, hrg: str, pounds: float) -> Draft:
        """An emergency stay of a day or less: outside the rules."""
        costs = [Cost("WRD001", 1, 0.75 * pounds), *_tests_and_drugs(self.chance, 0.25 * pounds)]
        return draft(self.chance, self._fields("NES", hrg, whole(self.chance, 0, 1)), costs)

    def readmission(self, hrg: str, pounds: float, *, two: bool) -> list[Draft]:
        """An emergency spell with a complication, of one episode or two."""
        first = self._emergency_episode(hrg, pounds)
        if not two:
            return [first]
        second = self._emergency_episode(hrg, pounds)
        same = {name: first.fields[name] for name in ("NHSNo", "Postcd", "DoB", "Gendr", "HSpellNo", "PLEMI")}
        start = date.fromisoformat(str(first.fields["EpEnDte"]))
        days = min(int(str(second.fields["Alos"])), (YEAR_END - start).days)
        dates = {"EpStDte": start.isoformat(), "EpEnDte": (start + timedelta(days=days)).isoformat()}
        return [first, second._replace(fields={**second.fields, **same, **dates, "EpiNo": "02", "Alos": str(days)})]

    def open_episode(self, targets: Targets) -> Draft:
        """A knee still on the ward on 31 March: only the year's pounds so far."""
        return self.knee(
            "HN22D", 0.8 * targets[ELECTIVE, "HN22D"].unit_cost, 2, days=whole(self.chance, 1, 3), episode_type="2"
        )

    def _emergency_episode(self, hrg: str, pounds: float) -> Draft:
        days = max(2, stay_days(self.chance, 3.8))
        surgery = 0.35 if hrg < "WH07E" else 0.0
        costs = [
            *_theatre(self.chance, surgery * pounds, whole(self.chance, 40, 90)),
            Cost("WRD001", days, (0.75 - surgery) * pounds * (0.3 + 0.7 * days / 3.8)),
            *_tests_and_drugs(self.chance, 0.25 * pounds),
        ]
        return draft(self.chance, self._fields("NEL", hrg, days), costs)

    def _joint(self, pounds: float, days: int, *, implant: float) -> list[Cost]:
        other = 0.105 * pounds
        return [
            *_theatre(self.chance, max(1500.0, pounds - 330 - 360 * 5 - other - implant), whole(self.chance, 90, 180)),
            Cost("DEV001", whole(self.chance, 3, 9), implant),
            Cost("WRD001", days, 330 + 360 * days),
            *_tests_and_drugs(self.chance, other),
        ]

    def _fields(self, pod: str, hrg: str, days: int, *, episode_type: str = "3") -> dict[str, str | None]:
        number = next(self.numbers)
        person = self.people[whole(self.chance, 0, len(self.people) - 1)]
        still_here = episode_type == "2"
        start = YEAR_END - timedelta(days=days) if still_here else a_day(self.chance, room=days)
        return {
            "OrgId": ACUTE,
            "PLEMI": None if number == NO_LOCAL_KEY else f"{ACUTE}A{number:06d}",
            "CDSID": f"{ACUTE}{number:011d}",
            **person.fields(),
            "PathId": f"P{number:07d}",
            "PatOrgId": ACUTE,
            "Pod": pod,
            "HSpellNo": f"S{number:07d}",
            "EpiNo": "01",
            "EpStDte": start.isoformat(),
            "EpEnDte": (start + timedelta(days=days)).isoformat(),
            "EpType": episode_type,
            "Tfc": "110",
            "CFBand": None,
            "HrgFce": hrg,
            "HrgSpl": hrg,
            "Alos": str(days),
        }


def _theatre(chance: random.Random, pounds: float, minutes: int) -> list[Cost]:
    per_minute = pounds / 102 * jitter(chance, 0.04)
    return [
        Cost("THR001", minutes, 0.78 * per_minute * minutes),
        Cost("THR002", minutes + whole(chance, 20, 40), 0.10 * per_minute * minutes),
        Cost("THR003", whole(chance, 40, 90), 0.12 * pounds),
    ]


def _tests_and_drugs(chance: random.Random, pounds: float) -> list[Cost]:
    blood = 300.0 if chance.random() < 0.04 else 0.0
    return [
        Cost("DIM001", whole(chance, 1, 3), 0.16 * pounds),
        Cost("PAT001", whole(chance, 4, 14), 0.14 * pounds),
        Cost("PAT002", whole(chance, 1, 3), 0.04 * pounds),
        Cost("PHA003", whole(chance, 5, 18), 0.22 * pounds),
        Cost("PHA004", whole(chance, 1, 4), 0.10 * pounds),
        Cost("ODT001", 1, 0.06 * pounds),
        Cost("SUP001", whole(chance, 2, 6), 0.28 * pounds),
        Cost("BLD001", 1, blood),
    ]
