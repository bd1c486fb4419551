"""The rules of pricing once more, one record at a time in exact decimals: slow, plain, to hold against the relations."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal

from pathway_cost.plics.reading.turns import HELD
from tests.plics.price_extracts import Ledger

PARENTS = ("APC", "OP", "EC")


def fits(code, pattern: str) -> bool:
    return code is not None and (code.startswith(pattern[:-1]) if pattern.endswith("*") else code == pattern)


class Oracle:
    """Claims, pools and classes of a ledger, for rules that all stand at the given (setting, rule) sites."""

    def __init__(self, ledger: Ledger, rules: dict, sites: list[tuple[str, str]]):
        self.ledger = ledger
        self.events = {event["event_id"]: event | {"patient_class": "none"} for event in ledger.events}
        self.rules, self.sites = rules, sites
        self.lines = defaultdict(Decimal)
        self.activities = defaultdict(dict)
        for line in ledger.lines:
            self.lines[line["event_id"], line["ActCstID"]] += line["TotCst"]
            self.activities[line["event_id"]][line["ActCstID"]] = line["ActCnt"]
        self.parent = {
            child: self._parent(event) for child, event in self.events.items() if event["feed"] in ("SI", "SWC")
        }
        self.members = {name: self._members(rule) for name, rule in rules.items()}
        self.seen = {name: self._seen(name) for name in rules}
        self.claims = self._claims()

    def _parent(self, child):
        if not child.get("plemi_key"):
            return None
        same = [e for e in self.events.values() if e["feed"] in PARENTS
                and all(e.get(c) == child.get(c) for c in ("organisation", "fin_year", "plemi_key"))]  # fmt: skip

        def order(e):
            holds = e["start_date"] <= child["start_date"] <= e["end_date"]
            return PARENTS.index(e["feed"]), not holds, e["start_date"], self._turn(e)

        return min(same, key=order)["event_id"] if same else None

    def _members(self, rule) -> dict[int, tuple[int, str, Decimal]]:
        """event → (unit, status, denominator)."""
        found = {}
        for spell in self._spells(rule):
            first = spell[0]
            if not all(any(fits(first.get(c), p) for p in codes) for c, codes in rule.get("where", {}).items()):
                continue
            for event in spell:
                status, denominator = self._measure(rule, spell, event)
                found[event["event_id"]] = (first["event_id"], status, denominator)
        return found

    def _spells(self, rule):
        events = [event for event in self.events.values() if event["feed"] == rule["feed"]]
        if rule["per"] != "spell":
            return [[event] for event in events]
        spells = defaultdict(list)
        for event in events:
            spells[event["organisation"], event["fin_year"], event.get("spell_key") or event["event_id"]].append(event)
        return [sorted(spell, key=lambda e: (e["start_date"], self._turn(e))) for spell in spells.values()]

    def _turn(self, event):
        """What a record holds and shares its PLEMI with, then what its spell holds."""
        return self._with_mates(event), sorted(map(self._with_mates, self._alike(event, "feed", "spell_key")))

    def _with_mates(self, event):
        mates = self._alike(event, "plemi_key") if event.get("plemi_key") else []
        return self._text(event) + "\n" + "\n".join(sorted(map(self._text, mates)))

    def _alike(self, event, *columns):
        place = ("organisation", "fin_year", *columns)
        return [e for e in self.events.values() if all(e.get(c) == event.get(c) for c in place)]

    def _text(self, event):
        said = "".join(f"{'' if event.get(name) is None else event[name]}|" for name in HELD)
        activities = defaultdict(list)
        for line in self.ledger.lines:
            if line["event_id"] == event["event_id"]:
                told = f"{line['ActCstID']}|{line['ActCnt']}|{line['ResCstID']}|{line['TotCst']:.8f}"
                activities[line["ActCstID"]].append(told)
        return said + "\n".join(sorted("+".join(sorted(told)) for told in activities.values()))

    def _measure(self, rule, spell, event):
        if rule["per"] in ("spell", "episode"):
            status = "taken" if all(e["EpType"] == "3" for e in spell) else "open"
            return status, Decimal(event is spell[0])
        if rule["per"] == "bed_day" and rule["feed"] == "APC":
            days = Decimal(int(event["Alos"] or 0)) or Decimal(str(rule.get("zero_day", 0)))
            return ("taken" if days else "zero"), days
        counts = self.activities[event["event_id"]]
        if rule["per"] == "activity_count":
            return "taken", Decimal(counts.get(rule["count_of"], 0))
        if rule["per"] == "item":
            return "taken", Decimal(sum(counts.values()) or 1)
        return "taken", Decimal(1)

    def _seen(self, name) -> dict[int, tuple[int, str]]:
        members, attached = self.members[name], self.rules[name].get("attached", [])
        seen = {event: (unit, status) for event, (unit, status, _) in members.items()}
        for child, parent in self.parent.items():
            if parent in members and self.events[child]["feed"] in attached:
                seen[child] = members[parent][:2]
        return seen

    def _claims(self) -> dict[str, set[tuple[int, str]]]:
        claims = {}
        for name, rule in self.rules.items():
            if rule.get("activities") != "rest":
                patterns = rule.get("activities", ["*"])
                claims[name] = {
                    line
                    for line in self.lines
                    if line[0] in self.seen[name] and any(fits(line[1], p) for p in patterns)
                }
        named = set(claims)
        for name in set(self.rules) - named:
            settings = {setting for setting, rule in self.sites if rule == name}
            others = {rule for setting, rule in self.sites if setting in settings and rule in named}
            taken = set().union(*(claims[other] for other in others)) if others else set()
            claims[name] = {line for line in self.lines if line[0] in self.seen[name]} - taken
        return claims

    def pool(self, name: str, organisation: str) -> tuple[Decimal, Decimal, int]:
        """Pounds selected, denominator, units."""
        members = {
            e: m
            for e, m in self.members[name].items()
            if m[1] == "taken" and self.events[e]["organisation"] == organisation
        }
        pounds = sum((self.lines[line] for line in self.claims[name]
                      if self.seen[name][line[0]][1] == "taken" and self.events[line[0]]["organisation"] == organisation), Decimal(0))  # fmt: skip
        return (
            pounds,
            sum((d for _, _, d in members.values()), Decimal(0)),
            len({unit for unit, _, _ in members.values()}),
        )

    def has_price(self, name: str, organisation: str) -> bool:
        _, denominator, _ = self.pool(name, organisation)
        claimed = any(
            self.seen[name][e][1] == "taken" and self.events[e]["organisation"] == organisation
            for e, _ in self.claims[name]
        )
        return denominator > 0 and claimed

    def classes(self, organisation: str) -> dict[str, Decimal]:
        found = defaultdict(Decimal)
        for line, gbp in self.lines.items():
            if self.events[line[0]]["organisation"] == organisation:
                found[self._class(line, organisation)] += gbp
        return dict(found)

    def overlap(self, organisation: str) -> Decimal:
        return sum((gbp * (len(self._pricing(line, organisation)) - 1) for line, gbp in self.lines.items()
                    if self.events[line[0]]["organisation"] == organisation and self._pricing(line, organisation)), Decimal(0))  # fmt: skip

    def clashes(self) -> bool:
        """Whether two rules of one setting price one line."""
        for setting in {setting for setting, _ in self.sites}:
            names = {rule for at, rule in self.sites if at == setting}
            for line in self.lines:
                organisation = self.events[line[0]]["organisation"]
                if len(names & set(self._pricing(line, organisation))) > 1:
                    return True
        return False

    def _pricing(self, line, organisation) -> list[str]:
        return [name for name in self.rules if line in self.claims[name] and self.seen[name][line[0]][1] == "taken"
                and self.has_price(name, organisation)]  # fmt: skip

    def _class(self, line, organisation) -> str:
        pricing = self._pricing(line, organisation)
        if pricing:
            return "priced once" if len(pricing) == 1 else "priced more than once"
        void = {
            name for name in self.rules if not self.has_price(name, organisation) and self.pool(name, organisation)[2]
        }
        wanted = {self.seen[name][line[0]][1] for name in self.rules if line in self.claims[name] and name not in void}
        sighted = {self.seen[name][line[0]][1] for name in self.rules if line[0] in self.seen[name]}
        for statuses in (wanted - {"taken"}, sighted):
            if "taken" in statuses:
                return "no price carries"
            if "open" in statuses:
                return "work in progress"
            if "zero" in statuses:
                return "zero-day stays"
        event = self.events[line[0]]
        if event["feed"] in ("SI", "SWC") and self.parent[event["event_id"]] is None:
            return "orphan SI/SWC"
        return "outside the rules"
