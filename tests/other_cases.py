"""Hand-worked cases that are not a costed pathway: reading extracts, uncertainty of a value, rounding, tables."""

from __future__ import annotations

import pandas as pd

from pathway_cost.plics.reading.read_extracts import Privacy, read_plics
from pathway_cost.results.frames.rounding import round_to_sum
from pathway_cost.specs.format.uncertainty import spread_sd, standard_error
from pathway_cost.specs.format.values import Parameter
from pathway_cost.tables.reading.files import read_noted
from tests.plics.extract_files import apc, extract_xml, write


def extract_case(case, folder):
    """A document whose header may not tell the truth, read with what the user accepts."""
    records = [apc(number, lines=lines) for number, lines in enumerate(case["extract"]["records"])]
    text = extract_xml(records, **case["extract"].get("header", {}))
    if "birth" in case["extract"]:
        text = extract_xml([apc(lines=case["extract"]["records"][0], **case["extract"]["birth"])])
    file = write(folder, "APC_case.xml", text)
    postcodes = pd.DataFrame(case["postcodes"]) if "postcodes" in case else None
    key = case["key"].encode() if "key" in case else None
    privacy = Privacy.of(key, postcodes)
    extract = read_plics([file], accept=case.get("accept", []), privacy=privacy, store=folder / "store")
    control = extract.controls.iloc[0]
    event = pd.read_parquet(extract.events).iloc[0]
    found = {
        "gbp": float(control["gbp"]),
        "difference_gbp": float(control["difference_gbp"]),
        "records": int(control["records"]),
        "age": event["age"],
        "deprivation_fifth": float(event["deprivation_fifth"]),
        "has_patient_key": float(len(str(event["patient_key"])) == 32),
    }
    raw = extract.events.read_bytes() + extract.cost_lines.read_bytes()
    for secret in case.get("nowhere", []):
        assert secret.encode() not in raw, f"{secret!r} reached a file"
    return found, extract.findings


def parameter_case(case, _folder):
    """What a stated spread and a stated uncertainty mean in pounds, at a price a unit."""
    parameter = Parameter.model_validate(case["parameter"])
    error, spread = standard_error(parameter), spread_sd(parameter)
    return {"sd_of_the_mean_gbp": error * case["price_gbp"], "sd_of_a_patient_gbp": spread * case["price_gbp"]}, ()


def rounding_case(case, _folder):
    """Shown parts by position, and their sum."""
    shown = round_to_sum(case["parts"], case["digits"])
    return {**{f"part {number}": float(part) for number, part in enumerate(shown, 1)}, "sum": float(sum(shown))}, ()


def table_case(case, folder):
    """A user's table as text: each cell 1 where it came through as written."""
    file = write(folder, "table.csv", case["table"])
    rows = read_noted(file).table.astype(str).to_numpy().tolist()
    return {f"row {number}": float(row == case["rows"][number - 1]) for number, row in enumerate(rows, 1)}, ()


KINDS = {"extract": extract_case, "parameter": parameter_case, "parts": rounding_case, "table": table_case}
