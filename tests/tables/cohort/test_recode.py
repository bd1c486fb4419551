"""Small groups of patients are told as the nearest larger one: by hand, and what holds for any cohort."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pathway_cost as pc
from pathway_cost.tables.cohort import recode

LEVELS = {"age_band": ("under_60", "60_69", "70_79", "80_plus"), "frail": ("no", "yes")}
PLACES = {"town": None, "coast": None}


def coded(groups, *, ids=True, numbers=None, places=PLACES, levels=LEVELS):
    """A cohort of (place, age band, frail) → patients."""
    rows = [dict(zip(["place", *levels], key, strict=True)) for key, count in groups.items() for _ in range(count)]
    frame = pd.DataFrame(rows)
    if ids:
        frame.insert(0, "patient_id", [f"P{number:04d}" for number in range(len(frame))])
    bounds = dict.fromkeys(numbers or {}, (0, 200))
    return pc.Cohort.from_frame(frame.assign(**(numbers or {}))).coded(levels, bounds, places)


def recoded(cohort):
    """The cohort as it may be shared."""
    return recode.recoded(cohort)[0]


def groups_of(cohort):
    """(place, levels) → patients."""
    labels = cohort.segments.labels.drop(columns=["segment", "rows"])
    return dict(zip(labels.itertuples(index=False, name=None), cohort.segments.weight.tolist(), strict=True))


HAND = [
    # the one level nearest: 70_79 is a step from both, and 60_69 is declared first
    ({("town", "60_69", "no"): 30, ("town", "70_79", "no"): 3, ("town", "80_plus", "no"): 20},
     {("town", "60_69", "no"): 33, ("town", "80_plus", "no"): 20}),
    # frail differs by all its levels, the age band by one step of three: the age band goes
    ({("town", "70_79", "yes"): 7, ("town", "70_79", "no"): 90, ("town", "60_69", "yes"): 8},
     {("town", "60_69", "yes"): 15, ("town", "70_79", "no"): 90}),
    # one level that differs by three steps before two that differ by one and all
    ({("town", "under_60", "yes"): 2, ("town", "80_plus", "yes"): 8, ("town", "60_69", "no"): 500},
     {("town", "60_69", "no"): 500, ("town", "80_plus", "yes"): 10}),
    # their own place first, however much else differs
    ({("town", "under_60", "no"): 5, ("town", "80_plus", "yes"): 9, ("coast", "under_60", "no"): 400},
     {("town", "80_plus", "yes"): 14, ("coast", "under_60", "no"): 400}),
    # two small ones are nearer to each other than to any large one: they are pooled under the level declared first
    ({("town", "60_69", "yes"): 4, ("town", "70_79", "yes"): 5, ("town", "60_69", "no"): 90},
     {("town", "60_69", "yes"): 9, ("town", "60_69", "no"): 90}),
    # no group of the coast is large: 4 join 3 who are nearest, then the 7 the 2, and all stay on the coast
    ({("town", "60_69", "no"): 50, ("coast", "60_69", "no"): 4, ("coast", "70_79", "no"): 3, ("coast", "80_plus", "no"): 2},
     {("town", "60_69", "no"): 50, ("coast", "60_69", "no"): 9}),
    # all of the coast are fewer than 8: they are told as the town's
    ({("town", "60_69", "no"): 50, ("town", "60_69", "yes"): 50, ("coast", "60_69", "yes"): 4},
     {("town", "60_69", "no"): 50, ("town", "60_69", "yes"): 54}),
    # 7 are few, 8 are not
    ({("town", "60_69", "no"): 8, ("town", "70_79", "no"): 7}, {("town", "60_69", "no"): 15}),
    # who of two is pooled under whose level does not tell who were more
    ({("town", "60_69", "no"): 4, ("town", "70_79", "no"): 5}, {("town", "60_69", "no"): 9}),
    ({("town", "60_69", "no"): 5, ("town", "70_79", "no"): 4}, {("town", "60_69", "no"): 9}),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), HAND)
def test_by_hand(before, after):
    assert groups_of(recoded(coded(before))) == after


def test_nobody_moves_where_every_group_is_large():
    groups = {("town", "60_69", "no"): 8, ("coast", "60_69", "yes"): 12}
    told, recoding = recode.recoded(coded(groups))
    assert groups_of(told) == groups
    assert len(recoding.small) == 0


def test_what_is_shared_holds_no_patient():
    told = recoded(coded({("town", "60_69", "no"): 9, ("town", "70_79", "yes"): 1}, numbers={"age": [61.0] * 10}))
    assert told.weight.tolist() == [10]  # one row for all who are alike
    assert told.patient_id.tolist() == told.row.tolist() + np.array([1])
    assert told.segments.labels["rows"].tolist() == [1]
    assert told.is_recoded


def test_many_small_groups_are_pooled_with_their_neighbours():
    """Not all in one: fifty levels of 7 patients are 25 pools of 14, each of two levels beside each other."""
    levels = {"age_band": tuple(f"a{at:02d}" for at in range(50))}
    frame = pd.DataFrame({"age_band": np.repeat(levels["age_band"], 7)}).assign(patient_id=range(350))
    told = recoded(pc.Cohort.from_frame(frame.astype(str)).coded(levels, {}, {"all": None}))
    assert told.weight.tolist() == [14.0] * 25


@pytest.mark.parametrize("patients", range(1, 8))
def test_fewer_than_eight_in_all_are_told_as_eight(patients):
    ages = [87.25, 61.0, 72.5, 66.0, 90.0, 55.0, 81.0][:patients]
    told, recoding = recode.recoded(coded({("town", "60_69", "no"): patients}, numbers={"age": ages}))
    assert recoding.few_in_all
    assert told.weight.tolist() == [8.0]
    assert told.numbers["age"] == float(f"{told.numbers['age'][0]:.1e}")


def test_rows_are_counted_where_they_are_patients_and_weights_where_they_are_counts():
    frame = pd.DataFrame({"frail": ["no", "yes"], "weight": [40, 7]})
    at = {"levels": {"frail": ("no", "yes")}, "numbers": {}, "places": {"all": None}}
    assert groups_of(recoded(pc.Cohort.from_frame(frame).coded(**at))) == {("all", "no"): 47}
    one_more = pc.Cohort.from_frame(frame.assign(weight=[40, 8])).coded(**at)
    assert groups_of(recoded(one_more)) == {("all", "no"): 40, ("all", "yes"): 8}
    named = pc.Cohort.from_frame(frame.assign(patient_id=["A", "B"])).coded(**at)
    assert groups_of(recoded(named)) == {("all", "no"): 47}  # two people's records, whatever they stand for
    survey = pc.Cohort.from_frame(frame.assign(weight=[40.5, 70.25])).coded(**at)
    assert groups_of(recoded(survey)) == {("all", "no"): 110.75}
    alike = pd.DataFrame({"frail": ["no"] * 30 + ["yes"], "weight": [10] * 31})
    assert groups_of(recoded(pc.Cohort.from_frame(alike).coded(**at))) == {("all", "no"): 310}


@pytest.mark.parametrize("others", [0.0, 1e-9, 0.01])
def test_a_patient_who_weighs_nearly_all_of_a_group_is_alone_in_it(others):
    frame = pd.DataFrame({"frail": ["no"] * 30 + ["yes"] * 8, "weight": [1.0] * 30 + [5.0] + [others] * 7})
    cohort = pc.Cohort.from_frame(frame.assign(patient_id=range(38))).coded({"frail": ("no", "yes")}, {}, {"all": None})
    assert len(recoded(cohort).segments.weight) == 1


def test_shares_of_places_split_what_is_recoded():
    frame = pd.DataFrame({"age_band": ["60_69"] * 30 + ["70_79"] * 3})
    cohort = pc.Cohort.from_frame(frame)
    told = recoded(cohort.coded({"age_band": LEVELS["age_band"]}, {}, {"town": 0.75, "coast": 0.25}))
    labels = told.segments.labels
    assert labels[["place", "age_band"]].to_numpy().tolist() == [["town", "60_69"], ["coast", "60_69"]]
    assert told.segments.weight.tolist() == [24.75, 8.25]
    assert told.segments.of_base.tolist() == [[0, 1]]


def test_each_age_becomes_that_typical_of_eight_who_are_near():
    ages = [60.0] * 9 + [70.0, 71.0, 72.0, 73.0, 74.0, 75.0, 76.0, 77.0, 78.0]
    told = recoded(coded({("town", "60_69", "no"): 18}, numbers={"age": ages}))
    assert dict(zip(told.numbers["age"], told.weight, strict=True)) == {60.0: 9.0, 74.0: 9.0}


@pytest.mark.parametrize("smokers", range(8))
def test_a_number_that_few_have_does_not_come_back_as_a_mean(smokers):
    told = recoded(coded({("town", "60_69", "no"): 40}, numbers={"smoker": [1.0] * smokers + [0.0] * (40 - smokers)}))
    assert dict(zip(told.numbers["smoker"], told.weight, strict=True)) == {0.0: 40.0}


ANY = st.dictionaries(
    st.tuples(st.sampled_from([*PLACES]), st.sampled_from(LEVELS["age_band"]), st.sampled_from(LEVELS["frail"])),
    st.integers(1, 30),
    min_size=1,
)


@settings(max_examples=150, deadline=None)
@given(groups=ANY, seed=st.integers(0, 1000))
def test_what_holds_for_any_cohort(groups, seed):
    count = sum(groups.values())
    random = np.random.default_rng(seed)
    numbers = {"age": random.integers(50, 90, count).astype(float), "bmi": random.normal(28, 4, count)}
    after = recoded(coded(groups, numbers=numbers))
    assert after.weight.sum() == pytest.approx(max(count, 8))
    assert after.weight.min() >= 8  # nobody stands out, in levels or numbers
    rows = pd.DataFrame({"base": after.base, **after.numbers})
    assert not rows.duplicated().any()
    if count >= 8:
        assert all(np.isin(after.numbers[name], each).all() for name, each in numbers.items())
    now = groups_of(after)
    assert all(now[key] >= size for key, size in groups.items() if size >= 8)  # who is in a large group stays there
    for place, size in pd.Series(groups).groupby(level=0).sum().items():
        if size >= 8:
            assert sum(each for key, each in now.items() if key[0] == place) >= size  # nobody leaves such a place


@settings(max_examples=40, deadline=None)
@given(groups=ANY, seed=st.integers(0, 1000))
def test_the_order_of_rows_does_not_matter(groups, seed):
    keys = [key for key, size in groups.items() for _ in range(size)]
    frame = pd.DataFrame(keys, columns=["place", *LEVELS]).assign(patient_id=lambda each: each.index.astype(str))
    shuffled = frame.sample(frac=1, random_state=seed)
    one, other = (recoded(pc.Cohort.from_frame(each).coded(LEVELS, {}, PLACES)) for each in (frame, shuffled))
    assert groups_of(one) == groups_of(other)
    assert one.base.tolist() == other.base.tolist()


@settings(max_examples=60, deadline=None)
@given(groups=ANY, extra=st.sampled_from(LEVELS["age_band"]))
def test_levels_that_nobody_has_are_as_far_as_they_are_declared(groups, extra):
    """One patient more, alone with a level, sends no large group's neighbours elsewhere."""
    key = ("coast", extra, "yes")
    grown = groups | {key: groups.get(key, 0) + 30}
    before, after = groups_of(recoded(coded(groups))), groups_of(recoded(coded(grown)))
    town = {name: size for name, size in before.items() if name[0] == "town"}
    if sum(size for name, size in groups.items() if name[0] == "town") >= 8 and sum(groups.values()) >= 16:
        here = sum(size for name, size in groups.items() if name[0] == "coast")
        assert here < 8 or town == {name: size for name, size in after.items() if name[0] == "town"}
