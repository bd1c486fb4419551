"""The examples' studies as studies of real patients, in folders of their own."""

import re
from pathlib import Path

import pandas as pd

EXAMPLES = Path(__file__).parents[1] / "examples"
LIBRARY = EXAMPLES.parent / "pathways"


def real_study(folder, example, cohort=None, *, without=()):
    """A copy of an example that says `synthetic: false`, of other patients if any are given; its study file.

    Args:
        folder: where to write; made.
        example: its name.
        cohort: a frame of patients.
        without: keys of the study that are left out.
    """
    folder.mkdir(parents=True)
    source = EXAMPLES / example
    text = (source / "study.yaml").read_text(encoding="utf-8")
    for key in without:
        text = re.sub(rf"^{key}:.*\n(?:[ #].*\n)*", "", text, flags=re.MULTILINE)
    for each in source.iterdir():
        if each.name != "study.yaml":
            (folder / each.name).symlink_to(each)
    if cohort is not None:
        (folder / "patients.csv").write_text(cohort.to_csv(index=False), encoding="utf-8")
        text = re.sub(r"^cohort:.*$", "cohort: patients.csv", text, flags=re.MULTILINE)
    text = text.replace("synthetic: true", "synthetic: false").replace("../../pathways", str(LIBRARY))
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    return folder / "study.yaml"


def knee_patients():
    """The patients of the knee example: 50,000 in 240 segments, of whom 73 are in 13 segments under 8."""
    return pd.read_parquet(EXAMPLES / "elective_knee" / "cohort.parquet")
