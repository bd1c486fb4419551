"""Who holds all shared files of a run, and knows what a patient of each kind costs, works out how many there are of each.

Every figure is a sum over kinds of patients (place and levels) of how many there are × what one of them brings to it. The
attacker writes down one equation a figure, and asks for the fewest and the most patients of each kind that fit them all.
"""

import io
import itertools
from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.optimize import linprog

import pathway_cost as pc

CUTS = {
    "by_organisation.csv": ["organisation", "role"],
    "by_setting.csv": ["setting"],
    "by_component.csv": ["component"],
}
CLOSE = 1e-6
OF_EACH = 8


class Attacker:
    """What is known before any file is opened: the kinds of patients there may be, and what one of each costs."""

    def __init__(self, study, **numbers):
        """So many of each kind, costed by the study's own pathway, prices and scenarios; all of these numbers (age)."""
        loaded = pc.load_study(study)
        attributes = {name: each.levels for name, each in loaded.pathway.attributes.items() if each.levels}
        places = {"place": tuple(loaded.study.footprint)}
        self.columns = [*(places if len(loaded.study.footprint) > 1 else {}), *attributes]
        levels = [(places | attributes)[name] for name in self.columns]
        self.kinds = pd.DataFrame(list(itertools.product(*levels)), columns=self.columns).astype(str)
        one_each = self.kinds.assign(weight=OF_EACH, **numbers)  # a table of counts, none of them small
        tables = {**loaded.tables, **pc.load_study(_study_of_each(loaded, one_each)).tables}
        source = loaded.study.cohort.model_copy(update={"file": "cohort", "columns": {}, "expect": None})
        of_each = loaded.study.model_copy(update={"cohort": source})
        self.costed = pc.prepare(replace(loaded, study=of_each, tables=tables))
        self.names = self.costed.compared

    def _each(self, name, *cuts):
        """Pounds that one patient of each kind brings to each cell of a cut: cells × kinds."""
        result = self.costed.cost(name)
        kinds = self.kinds.reset_index(names="kind").merge(result.segments, on=self.columns)[["segment", "kind"]]
        frame = result.by("segment", *cuts)
        frame = frame.assign(gbp=frame["gbp"] / OF_EACH).merge(kinds, on="segment")
        return frame.pivot_table(index=list(cuts), columns="kind", values="gbp", fill_value=0.0).reindex(
            columns=range(len(self.kinds)), fill_value=0.0
        )

    def equations(self, files):
        """(coefficients, figure) of every count and sum of pounds in the shared tables."""
        for name in self.names:
            yield from self._of_segments(files, name)
            yield from self._of_attributes(files, name)
            for file, keys in CUTS.items():
                each, rows = self._each(name, *keys), _rows(files, file, name)
                for row in rows.to_dict("records"):
                    key = row[keys[0]] if len(keys) == 1 else tuple(row[each_key] for each_key in keys)
                    if key in each.index:
                        yield each.loc[key].to_numpy(float), row["gbp"]
            summary = _rows(files, "summary.csv", name)
            summary = summary[summary["per"] == "patient"].iloc[0]
            yield np.ones(len(self.kinds)), summary["patients"]
            yield self._each(name, "place").sum().to_numpy(float), summary["total_gbp"]

    def _of_segments(self, files, name):
        rows = _rows(files, "by_segment.csv", name)
        pounds = self._each(name, "place").sum().to_numpy(float)
        for row in rows.to_dict("records"):
            here = self._alike(row, self.columns)
            yield here, row["patients"]
            yield here * pounds, row["gbp"]
        seen = sum(self._alike(row, self.columns) for row in rows.to_dict("records"))
        yield 1.0 - seen, 0.0

    def _of_attributes(self, files, name):
        pounds = self._each(name, "place").sum().to_numpy(float)
        for row in _rows(files, "by_attribute.csv", name).to_dict("records"):
            here = self._alike({row["attribute"]: row["level"]}, [row["attribute"]])
            yield here, row["patients"]
            yield here * pounds, row["gbp"]

    def _alike(self, row, columns):
        found = np.ones(len(self.kinds), dtype=bool)
        for name in columns:
            found &= (self.kinds[name] == str(row[name])).to_numpy()
        return found.astype(float)

    def kinds_of(self, cohort):
        """(B,) the kind of each base of a coded cohort."""
        labels = cohort.segments.labels.iloc[cohort.segments.of_base[:, 0]].astype(str).reset_index(drop=True)
        numbered = self.kinds.reset_index(names="kind")
        return labels[self.columns].merge(numbered, on=self.columns, how="left")["kind"].to_numpy()

    def ranges(self, equations, asked, *, told_as=None, beside=()):
        """(asked, 2) the fewest and the most patients of each kind asked for.

        Args:
            equations: (coefficients, figure) each.
            asked: numbers of kinds.
            told_as: kind → the kind its patients are told as, where the attacker knows even that.
            beside: (coefficients, low, high) of what else is said, of the patients as they are.
        """
        to = np.arange(len(self.kinds)) if told_as is None else told_as
        rows, figures = [], []
        for coefficients, figure in equations:
            scale = np.abs(coefficients).max()
            if scale > 0:
                rows.append(coefficients[to] / scale)
                figures.append(figure / scale)
        rows, figures = _independent(np.array(rows), np.array(figures))
        beside = list(beside)
        above = [side * np.asarray(each, float) for each, *_ in beside for side in (1, -1)]
        limits = [side * end for _, low, high in beside for side, end in ((1, high), (-1, low))]
        found = []
        for kind in asked:
            ends = []
            for sign in (1, -1):
                goal = np.zeros(len(self.kinds))
                goal[kind] = sign
                solved = linprog(
                    goal, A_eq=rows, b_eq=figures, A_ub=above or None, b_ub=limits or None, bounds=(0, None)
                )
                assert solved.status in (0, 3), solved.message
                ends.append(np.inf if solved.status == 3 else sign * solved.fun)
            found.append(ends)
        return np.array(found)


def _independent(rows, figures):
    """The equations that others do not hold already: figures are rounded by a last bit, which solvers take for a contradiction."""
    import scipy.linalg as la

    _, triangle, pivots = la.qr(rows.T, pivoting=True, mode="economic")
    size = np.abs(np.diag(triangle))
    rank = int((size > CLOSE * size[0]).sum())
    kept = np.sort(pivots[:rank])
    return rows[kept], figures[kept]


def _study_of_each(loaded, patients):
    """A study that is only there to have a table of patients read as a frame."""
    return {
        "study": "each", "pathway": loaded.pathway, "cohort": patients, "price_year": loaded.study.price_year,
        "footprint": {name: dict(each.roles) for name, each in loaded.study.footprint.items()},
        "unit_costs": [{"prices": {key: {"gbp": 1, "source": "made up"} for key in loaded.pathway.unit_costs}}],
    }  # fmt: skip


def _rows(files, name, scenario):
    frame = pd.read_csv(io.BytesIO(files[name]), dtype={"level": str, "organisation": str, "place": str})
    return frame[frame["scenario"] == scenario]
