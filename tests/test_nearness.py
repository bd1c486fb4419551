"""Names as people mistype them: every slip is near, another name is not."""

import pytest

from pathway_cost.nearness import folded, is_near, near_name


@pytest.mark.parametrize(
    "text",
    [
        "Weight",
        "WEIGHT",
        " weight",
        "weight ",
        "\ufeffweight",
        "wei\u200bght",
        "weight\u00a0",
        "wei\u00adght",
        "weights",
        "wieght",
        "wight",
        "veight",
        "weigth",
        "weihgt",
    ],
)
def test_a_slip_is_near(text):
    assert is_near(text, "weight")


@pytest.mark.parametrize(
    "text", ["patient id", "Patient-ID", "patient__id", "patient\u2013id", "patientid", "patien_id"]
)
def test_the_joints_of_a_name_are_alike(text):
    assert is_near(text, "patient_id")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("weight", "weight"),
        ("band_5", "band_6"),
        ("band_5", "band_"),
        ("band", "band_5"),
        ("ape", "age"),
        ("page", "age"),
        ("wait", "weight"),
        ("source", "covers"),
        ("", "n"),
    ],
)
def test_another_name_is_not(text, name):
    assert not is_near(text, name)


def test_a_short_name_is_near_only_once_folded():
    assert is_near("MFF", "mff")
    assert not is_near("mf", "mff")


def test_the_same_name_comes_before_one_letter_off():
    assert near_name("Leven", ["level", "leven"]) == "leven"
    assert near_name("Level", ["lever", "level"]) == "level"
    assert near_name("level", ["level", "Level"]) is None


def test_folding_leaves_letters_of_other_tongues():
    assert folded(" Ysbyty Gwynedd\u200b ") == "ysbyty_gwynedd"
    assert folded("Größe") == "grösse"
