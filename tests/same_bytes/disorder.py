"""The same study in another order: patients, records, cost lines, rows and files."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pandas as pd
from lxml import etree

from tests.cli.toy_study import edit


def copied(source: Path, folder: Path) -> Path:
    """A study's folder copied, the library's files it names by a path among them; its study file."""
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    return folder / "study.yaml"


def disordered(study: Path, seed: int) -> None:
    """Shuffle everything whose order means nothing, in place."""
    mix = random.Random(seed)
    for file in sorted(study.parent.rglob("*")):
        if file.suffix == ".xml":
            _shuffle_records(file, mix)
        elif file.suffix == ".csv" and file.name not in ("components.csv", "targets.csv"):  # the first that fits counts
            header, *rows = file.read_text(encoding="utf-8").splitlines(keepends=True)
            mix.shuffle(rows)
            file.write_text(header + "".join(rows), encoding="utf-8")
        elif file.suffix == ".parquet":
            frame = pd.read_parquet(file)
            frame.sample(frac=1, random_state=seed).to_parquet(file, index=False)


def reverse_files(study: Path, names: list[str], *, listed: str) -> None:
    """Name the extracts one by one, last first, in the place of what the study says."""
    edit(study.parent, study.name, listed, f"files: [{', '.join(reversed(names))}]")


def _shuffle_records(file: Path, mix: random.Random) -> None:
    tree = etree.parse(file)
    body = next(element for element in tree.getroot() if etree.QName(element).localname == "MessageBody")
    records = list(body)
    mix.shuffle(records)
    body[:] = records
    tree.write(file, xml_declaration=True, encoding="UTF-8")
