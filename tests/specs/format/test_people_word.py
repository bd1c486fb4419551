"""What those who go along a pathway are called: any plain plural, and one of them follows from it."""

import pytest
from pydantic import ValidationError

from pathway_cost.specs.format import Pathway

WARD = {"pathway": "ward", "roles": {"acute": {"kind": "acute"}}, "start": "ward", "ends": ["home"],
        "settings": {"ward": {"role": "acute"}}, "routes": {"ward": {"home": "rest"}}}  # fmt: skip


@pytest.mark.parametrize(
    ("many", "one"),
    [("people", "person"), ("young people", "young person"), ("children", "child"), ("residents", "resident"),
     ("referred patients", "referred patient"), ("callers", "caller")],
)  # fmt: skip
def test_one_of_them(many, one):
    assert Pathway.model_validate({**WARD, "people_word": many}).person_word == one


@pytest.mark.parametrize("word", ["people in crisis", "person", "families", "s", "class", 3])
def test_what_is_no_plain_plural_is_refused(word):
    with pytest.raises(ValidationError, match="people_word"):
        Pathway.model_validate({**WARD, "people_word": word})


def test_patients_where_nothing_is_said():
    said = Pathway.model_validate(WARD)
    assert (said.people_word, said.person_word) == ("patients", "patient")
    assert "people_word" not in said.short()
