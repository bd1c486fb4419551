"""R17: age and area first, then nothing that identifies a patient: in no file, log, error or repr, of any run."""

from __future__ import annotations

import hashlib
import hmac
import logging
import shutil
import tempfile
import traceback

import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway_cost.errors import PlicsFaults
from pathway_cost.plics.reading import csv_stream, store
from pathway_cost.plics.reading.identifiers import Hasher
from pathway_cost.plics.reading.read_extracts import Privacy, read_plics
from pathway_cost.privacy import leftovers
from tests.plics.extract_files import BIRTHDAYS, IDENTIFYING, NHS_NUMBERS, POSTCODES, apc, cscc, extract_xml, swc, write

KEY = b"a secret of thirty-two bytes or more"
GOOD = extract_xml([apc(0), apc(1), apc(2)])
NUMBER, POSTCODE, BIRTHDAY = NHS_NUMBERS[0], POSTCODES[0], BIRTHDAYS[0]
AREAS = pd.DataFrame(
    {"postcode": ["ls14ab", "BD7 1DP", None], "lsoa": ["E01000001", "E01000002", "x"], "deprivation_fifth": [1, 5, 2]}
)


def events_of(extract):
    return pq.read_table(extract.events).to_pandas()


def read(folder, text, key=None, postcodes=None):
    return read_plics(write(folder, "APC.xml", text), privacy=Privacy.of(key, postcodes))


# --- ages ---------------------------------------------------------------------------------------------------------
AGES = (
    ("1950-06-15", "2020-06-14", 69), ("1950-06-15", "2020-06-15", 70), ("2020-06-14", "2020-06-14", 0),
    ("1960-02-29", "2021-02-28", 60), ("1960-02-29", "2021-03-01", 61), ("1950-12-31", "2021-01-01", 70),
    ("2020-06-15", "2020-06-14", None), ("1850-01-01", "2020-06-14", None), ("not known", "2020-06-14", None),
    (None, "2020-06-14", None), ("1950-06-15", None, None),
)  # fmt: skip


def test_age_in_whole_years_at_the_start(tmp_path):
    records = [apc(0, DoB=born, EpStDte=start) for born, start, _ in AGES]
    found = events_of(read(tmp_path, extract_xml(records)))["age"]
    assert [None if pd.isna(age) else int(age) for age in found] == [age for _, _, age in AGES]


def test_area_and_fifth_come_from_the_users_table(tmp_path):
    events = events_of(read(tmp_path, GOOD, postcodes=AREAS))
    assert events["lsoa"].fillna("-").tolist() == ["E01000001", "E01000002", "-"]
    assert events["deprivation_fifth"].fillna("-").tolist() == ["1", "5", "-"]


def test_a_postcode_table_needs_its_columns():
    with pytest.raises(PlicsFaults, match="needs the column postcode"):
        Privacy.of(postcodes=pd.DataFrame({"pcd": ["LS1 4AB"], "lsoa": ["E01000001"]}))


# --- keys ---------------------------------------------------------------------------------------------------------
@given(st.binary(min_size=32, max_size=100), st.text(max_size=80))
def test_hashes_are_hmac_sha_256(key, message):
    assert (
        Hasher(key).digest(message) == hmac.digest(key, message.encode("utf-8", "surrogatepass"), "sha256").hex()[:32]
    )


def test_the_nhs_number_joins_trusts_and_local_numbers_do_not(tmp_path):
    write(tmp_path, "a.xml", extract_xml([apc(0)]))
    write(tmp_path, "b.xml", extract_xml([cscc(0)], feed="CSCC", OrgSubmittingID="RYY"))
    extract = read_plics([tmp_path / "a.xml", tmp_path / "b.xml"], privacy=Privacy.of(KEY))
    acute, community = events_of(extract).to_dict("records")
    assert acute["patient_key"] == community["patient_key"]
    assert acute["patient_key"] == hmac.digest(KEY, b"nhs_number\0" + NUMBER.encode(), "sha256").hex()[:32]
    assert acute["plemi_key"] == hmac.digest(KEY, b"plemi\0RXX\0PLEMI77001", "sha256").hex()[:32]
    assert acute["plemi_key"] != community["plemi_key"]


def test_the_fingerprint_names_the_key_and_is_not_it(tmp_path):
    one, same = read(tmp_path, GOOD, key=KEY), read(tmp_path, GOOD, key=KEY)
    other = read(tmp_path, GOOD, key=bytes(32))
    assert one.fingerprint == same.fingerprint != other.fingerprint
    assert events_of(one)["plemi_key"].tolist() == events_of(same)["plemi_key"].tolist()


def test_without_a_key_the_number_goes_and_spells_still_join(tmp_path):
    write(tmp_path, "a.xml", extract_xml([apc(0), apc(1, HSpellNo="SPELL7701")]))
    write(tmp_path, "b.xml", extract_xml([swc(0)], feed="SWC"))
    paths = [tmp_path / "a.xml", tmp_path / "b.xml"]
    extract = read_plics(paths)
    first, second, critical = events_of(extract).to_dict("records")
    assert extract.fingerprint is None
    assert pd.isna(first["patient_key"])
    assert first["spell_key"] == second["spell_key"]
    assert first["plemi_key"] == critical["plemi_key"] != second["plemi_key"]
    assert events_of(read_plics(paths))["plemi_key"].iloc[0] != first["plemi_key"]  # the key is forgotten


def test_a_short_key_is_refused(tmp_path):
    with pytest.raises(PlicsFaults, match="31 bytes; it needs 32"):
        read(tmp_path, GOOD, key=bytes(31))


NUMBERS = (
    ({}, "verified"), ({"NhsSt": None}, "verified"), ({"NHSNo": "943 476 5919"}, "verified"),
    ({"NhsSt": "02"}, "unverified"), ({"NHSNo": "9434765918"}, "unverified"), ({"NHSNo": "943476591"}, "unverified"),
    ({"NHSNo": "0000000000"}, "unverified"), ({"NHSNo": "unknown"}, "unverified"), ({"NHSNo": None}, "none"),
)  # fmt: skip


def test_only_a_verified_number_makes_a_key(tmp_path):
    events = events_of(read(tmp_path, extract_xml([apc(0, **changes) for changes, _ in NUMBERS]), key=KEY))
    assert events["patient_class"].tolist() == [said for _, said in NUMBERS]
    assert events["patient_key"].notna().tolist() == [said == "verified" for _, said in NUMBERS]
    assert len(set(events["patient_key"].dropna())) == 1


# --- nothing gets out ---------------------------------------------------------------------------------------------
class Watched:
    """Everything a read leaves behind: files, intermediate files, output, log, error and its chain."""

    def __init__(self, folder, monkeypatch, capfd, caplog):
        self.store = folder / "store"
        self.capfd, self.caplog = capfd, caplog
        self.said = []
        caplog.set_level(logging.DEBUG)
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        monkeypatch.setattr(leftovers, "_tidied", lambda *_: None)  # so that intermediate files stay to be seen
        monkeypatch.setattr(store.Path, "rmdir", lambda _: None)
        monkeypatch.setattr(csv_stream, "_BLOCK", 2_000)

    def read(self, files, key):
        try:
            extract = read_plics(files, store=self.store, privacy=Privacy.of(key, AREAS))
        except PlicsFaults as error:
            chain = [error, error.__cause__, error.__context__]
            self.said += [text for link in chain if link for text in (str(link), repr(link), repr(link.__dict__))]
            self.said += traceback.format_exception(error)
        else:
            self.said += [repr(extract), extract.controls.to_string(), *map(repr, extract.findings)]
        self.said += [*self.capfd.readouterr(), self.caplog.text]

    def left(self):
        tables = [pq.read_table(path) for path in self.store.rglob("*.parquet")]
        cells = [str(cell) for table in tables for column in table.columns for cell in column.unique().to_pylist()]
        raw = [path.read_bytes().decode("latin-1") for path in self.store.rglob("*") if path.is_file()]
        return "\n".join([*self.said, *cells, *raw, *(str(table.schema.metadata) for table in tables)])


@pytest.fixture
def watched(tmp_path, monkeypatch, capfd, caplog):
    return Watched(tmp_path, monkeypatch, capfd, caplog)


def changed(old, new):
    assert old in GOOD
    return GOOD.replace(old, new, 1)


STRAY = (NUMBER, POSTCODE, BIRTHDAY, "SPELL7701")
RUNS = {
    "a good run": GOOD,
    "not plain": changed("<Tfc>", "<!-- a --><Tfc>"),
    **{f"{cell} for a cost": changed("250.50", f"{cell}x") for cell in STRAY},
    **{f"{cell} for a count": changed("<ActCnt>90<", f"<ActCnt>{cell}x<") for cell in STRAY},
    **{f"{cell} for a date": changed("2020-06-18", f"{cell}x") for cell in STRAY},
    **{f"{cell} for days": changed("<Alos>4<", f"<Alos>{cell}x<") for cell in STRAY},
    **{f"{cell} for a feed": changed("<FeedType>APC<", f"<FeedType>{cell}<") for cell in STRAY},
    **{f"{cell} for a year": changed("FY2020-21", cell) for cell in STRAY},
    **{f"{cell} for a total": changed("<TotalCosts>", f"<TotalCosts>{cell}x") for cell in STRAY},
    **{f"{cell} for a submitter": changed("<OrgSubmittingID>RXX", f"<OrgSubmittingID>{cell}") for cell in STRAY},
    "an element named by a number": changed("<Tfc>0110</Tfc>", f"<n{NUMBER}/>"),
    "an element named by a number, closed by another": changed("<Tfc>0110</Tfc>", f"<n{NUMBER}></Tfc>"),
    "a tag broken by a number": changed(f"<NHSNo>{NUMBER}", f"<NHSNo<{NUMBER}"),
    "an end tag lost": changed(f"{NUMBER}</NHSNo>", NUMBER),
    "an entity named by a number": changed(NUMBER, f"&n{NUMBER};"),
    "a bare &": changed(POSTCODE, f"&{POSTCODE}"),
    "a prefix of a number": changed("<Tfc>", f"<n{NUMBER}:Tfc>"),
    "an attribute of a number": changed("<Tfc>", f"<Tfc n{NUMBER}='1' n{NUMBER}='2'>"),
    "a control character in a postcode": changed(POSTCODE, f"{POSTCODE}\x02"),
    "text beside": changed("<CstActivity>", f"{NUMBER}<CstActivity>"),
    "text between": changed("</Activity>", f"</Activity>{BIRTHDAY}"),
    "text after": GOOD.replace("</MessageBody>", f"</MessageBody>{POSTCODE}"),
    "cut inside a number": GOOD[: GOOD.index(NHS_NUMBERS[1]) + 10],
    "cut inside a date of birth": GOOD[: GOOD.rindex(BIRTHDAYS[2]) + 10],
    "not UTF-8": changed(POSTCODE, f"{POSTCODE}\u00e9").encode("latin-1"),
    "an identifier twice": changed(f"<NHSNo>{NUMBER}</NHSNo>", f"<NHSNo>{NUMBER}</NHSNo>" * 2),
    "no organisation": changed("<OrgId>RXX</OrgId>", ""),
    "a total that is off": changed("<TotalCosts>", "<TotalCosts>1"),
    "a document type": changed("<HCDSExtract", f'<!DOCTYPE x [<!ENTITY n "{NUMBER}">]><HCDSExtract'),
    "the same records twice": extract_xml([apc(0), apc(0)]),
    "a date of birth that is none": changed(BIRTHDAY, f"{BIRTHDAY}x"),
}  # fmt: skip


@pytest.mark.parametrize(("run", "key"), [*((run, KEY) for run in RUNS), ("a good run", None), ("not plain", None)])
def test_no_xml_run_lets_anything_out(tmp_path, watched, run, key):
    path = write(tmp_path, "APC.xml", RUNS[run])
    watched.read([path], key=key)
    left = watched.left()
    assert watched.said
    assert [identifier for identifier in IDENTIFYING if identifier in left] == []
    assert KEY.decode() not in left


HEAD = (
    "ActivityRowID,OrgId,PLEMI,CDSID,HSpellNo,NHSNo,NhsSt,Postcd,DoB,FinYr,EpStDte,Alos,ActCstID,ActCnt,ResCstID,TotCst"
)
ROWS = [
    f"{local},RXX,PLEMI77001,CDS770000001,{local},{number},01,{postcode},{birthday},2020/21,2020-06-14,4,WRD001,4,CPF001,10.5"
    for local, number, postcode, birthday in zip(
        ("SPELL7701", "SPELL7702", "SPELL7703"), NHS_NUMBERS, POSTCODES, BIRTHDAYS, strict=True
    )
]
TABLE = "\n".join([HEAD, *ROWS]) + "\n"
TABLES = {
    "a good run": TABLE,
    "no header": "\n".join(ROWS),
    "uneven": TABLE.replace("RXX,", f"RXX,{NUMBER},", 1),
    "a quote that does not close": TABLE.replace("RXX", '"RXX', 1),
    "not UTF-8": TABLE.replace("RXX", "RX\u00e9", 1).encode("latin-1"),
    "costs that are none": TABLE.replace("10.5", NUMBER + "x"),
    "columns moved by one": TABLE.replace(",DoB", "", 1).replace("ActCnt", "DoB,ActCnt", 1),
    "no organisation": TABLE.replace("RXX", ""),
    "rows that disagree": TABLE + ROWS[0].replace("2020-06-14", "2020-06-15") + "\n",
    "a year that is none": TABLE.replace("2020/21", POSTCODE),
    "a missing column": TABLE.replace("TotCst", NUMBER),
}


@pytest.mark.parametrize("run", TABLES)
def test_no_table_run_lets_anything_out(tmp_path, watched, run):
    watched.read([write(tmp_path, "apc.csv", TABLES[run])], key=KEY)
    left = watched.left()
    assert watched.said
    assert [identifier for identifier in (*IDENTIFYING, "SPELL7702", "SPELL7703") if identifier in left] == []


def test_a_bare_hash_of_a_number_is_not_in_the_store(tmp_path):
    events = events_of(read(tmp_path, GOOD, key=KEY))
    bare = {hashlib.sha256(number.encode()).hexdigest()[:32] for number in NHS_NUMBERS}
    assert not bare & set(events["patient_key"])


def test_the_scratch_folder_goes(tmp_path):
    read_plics(write(tmp_path, "apc.csv", TABLE), store=tmp_path / "store")
    assert sorted(path.name for path in (tmp_path / "store").iterdir()) == ["cost_lines.parquet", "events.parquet"]
    shutil.rmtree(tmp_path / "store")
