"""Until a study may be handed over as a dict and prepared in memory: the same, by way of files in a temporary folder."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pathway_cost as pc
from pathway_cost.study.load import load_study


class Loaded:
    """A study given as a dict."""

    def __init__(self, given):
        self.given = given
        folder = Path(tempfile.mkdtemp())
        scenarios = [f"{each['scenario']}.yaml" for each in given["scenarios"]]
        given["cohort"].assign(patient_id=given["cohort"].index.astype(str)).to_csv(folder / "cohort.csv", index=False)
        given["unit_costs"][0]["table"].to_csv(folder / "prices.csv", index=False)
        named = {"pathway": "pathway.yaml", "cohort": "cohort.csv", "unit_costs": [{"table": "prices.csv"}]}
        files = {"study.yaml": given | named | {"scenarios": scenarios}, "pathway.yaml": given["pathway"]}
        for name, tree in (files | dict(zip(scenarios, given["scenarios"], strict=True))).items():
            (folder / name).write_text(json.dumps(tree), encoding="utf-8")
        self.loaded = load_study(folder / "study.yaml")


class Ready:
    """Such a study, prepared."""

    def __init__(self, study):
        self.study = study

    def compare(self, before, after):
        return run(self.study).compare(before, after)

    def what_if(self, *, parameters):
        pathway = self.study.given["pathway"]
        changed = {name: pathway["parameters"][name] | {"value": value} for name, value in parameters.items()}
        return Ready(Loaded(self.study.given | {"pathway": pathway | {"parameters": pathway["parameters"] | changed}}))


costing_run = pc.run


def run(study):
    return costing_run(study.loaded)


def install():
    if not hasattr(pc, "prepare"):
        pc.load_study, pc.prepare, pc.run = Loaded, Ready, run
