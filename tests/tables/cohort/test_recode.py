"""Small groups of patients are told as the nearest larger one: by hand, and what holds for any cohort."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pathway_cost as pc
from pathway_cost.tables.cohort.recode import recoded

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


def groups_of(cohort):
    """(place, levels) → rows of the cohort."""
    labels = cohort.segments.labels.drop(columns="segment")
    return {tuple(row[:-1]): row[-1] for row in labels.itertuples(index=False, name=None)}


HAND = [
    # the one level nearest: 70_79 is a step from both, 60_69 has more patients
    ({("town", "60_69", "no"): 30, ("town", "70_79", "no"): 3, ("town", "80_plus", "no"): 20},
     {("town", "60_69", "no"): 33, ("town", "80_plus", "no"): 20}),
    # frail differs by all its levels, the age band by one of three: the age band goes
    ({("town", "70_79", "yes"): 7, ("town", "70_79", "no"): 90, ("town", "60_69", "yes"): 8},
     {("town", "60_69", "yes"): 15, ("town", "70_79", "no"): 90}),
    # one level that differs by three steps before two that differ by one and all
    ({("town", "under_60", "yes"): 2, ("town", "80_plus", "yes"): 8, ("town", "60_69", "no"): 500},
     {("town", "60_69", "no"): 500, ("town", "80_plus", "yes"): 10}),
    # their own place first, however much else differs
    ({("town", "under_60", "no"): 5, ("town", "80_plus", "yes"): 9, ("coast", "under_60", "no"): 400},
     {("town", "80_plus", "yes"): 14, ("coast", "under_60", "no"): 400}),
    # no group of the coast is large: 2 join 3 who are nearest, then 4 the 5, and all stay on the coast
    ({("town", "60_69", "no"): 50, ("coast", "60_69", "no"): 4, ("coast", "70_79", "no"): 3, ("coast", "80_plus", "no"): 2},
     {("town", "60_69", "no"): 50, ("coast", "70_79", "no"): 9}),
    # all of the coast are fewer than 8: they are told as the town's
    ({("town", "60_69", "no"): 50, ("town", "60_69", "yes"): 50, ("coast", "60_69", "yes"): 4},
     {("town", "60_69", "no"): 50, ("town", "60_69", "yes"): 54}),
    # 7 are few, 8 are not
    ({("town", "60_69", "no"): 8, ("town", "70_79", "no"): 7}, {("town", "60_69", "no"): 15}),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), HAND)
def test_by_hand(before, after):
    assert groups_of(recoded(coded(before))) == after


def test_nothing_moves_where_every_group_is_large():
    cohort = coded({("town", "60_69", "no"): 8, ("coast", "60_69", "yes"): 12})
    assert recoded(cohort) is cohort


def test_fewer_than_eight_in_all_are_told_as_eight():
    told = recoded(coded({("town", "60_69", "no"): 2, ("town", "70_79", "yes"): 1}))
    assert told.recoding.as_eight
    assert told.weight.sum() == pytest.approx(8)
    assert told.segments.weight.tolist() == pytest.approx([8])


def test_rows_are_counted_where_they_are_patients_and_weights_where_they_are_counts():
    frame = pd.DataFrame({"frail": ["no", "yes"], "weight": [40, 7]})
    counts = pc.Cohort.from_frame(frame).coded({"frail": ("no", "yes")}, {}, {"all": None})
    assert groups_of(recoded(counts)) == {("all", "no"): 2}
    assert recoded(counts).weight.tolist() == [40, 7]
    one_more = pc.Cohort.from_frame(frame.assign(weight=[40, 8])).coded({"frail": ("no", "yes")}, {}, {"all": None})
    assert recoded(one_more) is one_more
    named = pc.Cohort.from_frame(frame.assign(patient_id=["A", "B"])).coded({"frail": ("no", "yes")}, {}, {"all": None})
    assert list(groups_of(recoded(named)).values()) == [2]  # two people's records, whatever they stand for
    survey = pc.Cohort.from_frame(frame.assign(weight=[40.5, 70.25])).coded({"frail": ("no", "yes")}, {}, {"all": None})
    assert len(recoded(survey).segments.weight) == 1


def test_shares_of_places_split_what_is_recoded():
    frame = pd.DataFrame({"age_band": ["60_69"] * 30 + ["70_79"] * 3})
    cohort = pc.Cohort.from_frame(frame)
    told = recoded(cohort.coded({"age_band": LEVELS["age_band"]}, {}, {"town": 0.75, "coast": 0.25}))
    labels = told.segments.labels
    assert labels[["place", "age_band", "rows"]].to_numpy().tolist() == [["town", "60_69", 33], ["coast", "60_69", 33]]
    assert told.segments.weight.tolist() == [24.75, 8.25]
    assert told.segments.of_base.tolist() == [[0, 1]]


def test_each_age_becomes_the_mean_of_eight_who_are_near():
    ages = [60.0] * 9 + [70.0, 71.0, 72.0, 73.0, 74.0, 75.0, 76.0, 77.0, 78.0]
    cohort = coded({("town", "60_69", "no"): 18}, numbers={"age": ages})
    told = recoded(cohort)
    assert sorted(told.numbers["age"]) == [60.0] * 9 + [74.0] * 9  # nine of 60 stay as they are
    assert told.recoding.averaged == ("age",)


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
    before = coded(groups, numbers=numbers)
    after = recoded(before)
    assert after.weight.sum() == pytest.approx(max(count, 8))
    alike = pd.DataFrame({"base": after.base, **after.numbers}).value_counts()
    assert alike.min() >= 8 or (len(alike) == 1 and count < 8)  # nobody stands out, in levels or numbers
    assert len(after.segments.weight) == len(np.unique(after.base))
    for name, each in numbers.items():
        assert after.numbers[name].sum() == pytest.approx(each.sum())
        low, high = each.min(), each.max()
        assert ((after.numbers[name] >= low) & (after.numbers[name] <= high)).all()
    large = {key: size for key, size in groups.items() if size >= 8}
    now = groups_of(after)
    assert all(now[key] >= size for key, size in large.items())  # who is in a large group stays there
    living = pd.Series(groups).groupby(level=0).sum()
    for place, size in living.items():
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
