"""What warnings and notes of a study, its pathway and prices mean, in plain words: rule → group and sentences."""

from __future__ import annotations

from typing import Final

from pathway_cost import terms
from pathway_cost.reports.words.note_facts import CHECK, DECIDED, FIRMER, UNUSED, Facts, Said

FEW: Final = 2  # prices named beside a remedy


def _selection(facts: Facts) -> str:
    """Prices that are averages over patients who are sent different ways, and what can be done about each kind of price."""
    keys, bases = facts.keys("price"), facts.titles.bases
    made = {basis: [key for key in keys if basis in bases.get(key, ())] for basis in ("plics", "national")}
    given = [key for key in keys if key not in made["plics"] and key not in made["national"]]
    levels = ", ".join(facts.keys("attribute")) or "…"
    remedies = [
        f"In a rule that makes a price from PLICS records, write `by: [{levels}]`." if made["plics"] else "",
        f"A national price is the same for everybody ({facts.titles.listed(made['national'], FEW)}): make one from your own records "
        "instead, or show that it is much the same for every group."
        if made["national"]
        else "",
        f"A price that you gave yourselves ({facts.titles.listed(given, FEW)}) can be given for each group."
        if given
        else "",
    ]
    lead = (
        f"Patients take different ways by {facts['attributes']}, while the prices of {facts['prices']} are averages over all "
        "patients. Where a scenario moves simpler patients than the average, the modelled change is too large; where it moves "
        "more complex ones, too small."
    )
    return " ".join([lead, *filter(None, remedies)])


def _uptake(facts: Facts) -> str:
    """The uptake that counted, scenario by scenario."""
    said = []
    for each in facts.problems:
        about = dict(each.about)
        if "scenario" not in about:
            continue
        scenario = facts.titles.names.scenario(str(about["scenario"]))
        known = isinstance(about.get("uptake"), float)
        said.append(
            f"{scenario}, {about['uptake']:.0%} of {about['year']}"
            if known
            else f"{scenario}, by the year of each start"
        )
    answer = f" ({'; '.join(said)})" if said else ""
    return (
        f"Where a scenario states by year how many take it up, the figures take one of them{answer}. To see another year, "
        "write `uptake_year:` in the study."
    )


def _exceeded(facts: Facts) -> str:
    """Draws whose shares exceeded 1."""
    about = dict(facts.problems[0].about)
    bad, draws = about.get("bad"), about.get("draws")
    how_many = (
        f"{bad:,.0f} of {draws:,.0f} draws" if isinstance(bad, float) and isinstance(draws, float) else "some draws"
    )
    done = "drawn again" if about.get("excess_shares") == "redraw" else "brought back to 100%"
    return (
        f"In {how_many} the shares of patients who leave a setting came to more than 100%, so they were {done}. The interval "
        "may be a little too narrow. State shares that belong together as counts (`counts:`), or give narrower limits."
    )


OF_STUDY: Final = {
    "selection": Said(CHECK, _selection),
    "average_day": Said(
        CHECK,
        "A scenario changes how long patients stay, and each day fewer or more is priced at the average day ({prices}). The last "
        "days of a stay are usually cheaper, so the modelled change is probably too large. Price the admission and the day apart "
        "(`method: slope` in the rule).",
    ),
    "draws_exceeded_one": Said(FIRMER, _exceeded),
    "uptake_of_a_year": Said(DECIDED, _uptake),
    terms.SMALL_GROUPS: Said(
        DECIDED,
        "To keep small groups of patients private, {what}. With more patients, or fewer and broader groups, more of them are costed as "
        "they are.",
    ),
    "stays_within_a_step": Said(
        FIRMER,
        "Patients are followed in steps of time, and some stays or waits are shorter than a step. What happens close to the "
        "end of the time looked at is right on average only. A shorter `time_step` in the study makes it exact.",
    ),
    "nobody_moves": Said(
        CHECK,
        "The time looked at ends before anybody leaves the place where they started, so nothing after it is in any figure. "
        "See that `horizon:` in the study is what you mean.",
    ),
    "composition_undoes_itself": Said(
        CHECK,
        "Scenarios that are put together change the same thing ({scenarios}), so one undoes what another does, and their joint "
        "effect depends on their order. Put them in the order that is meant, or leave one of them out.",
    ),
    "stays_in_days": Said(
        DECIDED, "Stays and waits that are stated in other units were turned into days. Nothing needs to be done.",
    ),
    "stated_outside_draws": Said(
        CHECK,
        "Your own draws in {files} never reach the number that is stated, so they may be in another unit. Give draws of the "
        "same number in the same unit.",
    ),
    "stated_and_not_drawn": Said(
        FIRMER,
        "The uncertainty of {parameters} is not in the intervals: what is stated about them does not say how unsure they are. "
        "Give low and high limits or a standard error (`se:`).",
    ),
    "limits_of_another_mean": Said(
        FIRMER,
        "The limits of {parameters} do not fit the value: no number with that mean reaches so far. Give narrower limits, or "
        "the value that is their mean.",
    ),
    "limits_too_wide": Said(
        FIRMER,
        "The limits of {parameters} say less than one patient would, and are drawn as if there were one. Give narrower limits, "
        "or say that they are a range (`interval: range`).",
    ),
    "law_of_another_mean": Said(
        CHECK,
        "{parameters}: the draws lie around another number than the one the figures use, so interval and figure do not fit. "
        "Give a distribution with the value as its mean.",
    ),
    "drawn_with_a_prior": Said(
        DECIDED,
        "A little prior knowledge is added to the counts behind {parameters} before drawing, so that none of a few is not taken "
        "for never. `prior: none` leaves the counts as they are.",
    ),
    "walk_without_spread": Said(
        FIRMER,
        "Sampled patients differ in how long they stay and wait; some other quantities are the mean for everybody, so the "
        "spread between patients is too narrow. Where such a quantity counts days of a stay, write `per: day`.",
    ),
    "sensitivity_of_no_change": Said(
        UNUSED, "Sensitivity is asked for, and no scenario is compared: nothing was worked out. Compare a scenario, or leave it out.",
    ),
    "period_without_window": Said(
        CHECK,
        "Some evidence covers a stated time, and the pathway does not say what time it covers, so nobody can see whether they "
        "fit. Add `window:` to the pathway.",
    ),
    "period_within_a_cycle": Said(
        DECIDED, "Pounds are told by the pathway's own cycle, which is longer than the period asked for. Leave `period:` out.",
    ),
    "simpson_needs_even_cycles": Said(
        CHECK,
        "Simpson's rule needs an even number of cycles and there is an odd one, so patients are counted a little short. Use "
        "`count: half_cycle`.",
    ),
    "bundle_of_nothing": Said(UNUSED, "A bundle of prices has no price in it. Remove it from the pathway."),
    "unreachable_setting": Said(
        CHECK, "No patient can reach {settings}: no route leads there. Add a route, or remove the setting from the pathway.",
    ),
    "unit_cost_not_used": Said(
        UNUSED, "The pathway declares prices that nothing uses: {prices}. Remove them, or declare them in the scenario that needs them.",
    ),
    "rule_of_no_unit_cost": Said(
        UNUSED, "A rule makes {prices}, which the pathway does not have. Correct the name of the rule, or remove it.",
    ),
    "one_hour_a_day": Said(
        CHECK,
        "{prices} is a price for a shorter time than it is paid for, and one of it is paid each time. If a day of it is 24 "
        "hours, the cost is far too low: say how many with `quantity:`.",
    ),
    "price_set_below_zero": Said(
        CHECK,
        "The price of {prices} is set below £0 by {scenarios}, so more use costs less. Correct the sign; if it is a rebate, write "
        "`negative: allowed`.",
    ),
    "price_set_to_nothing": Said(
        CHECK,
        "The price of {prices} is set to £0 by {scenarios}, so what is used of it costs nothing. Give the price, or remove the use.",
    ),
    "scaled_by_a_percentage": Said(
        CHECK,
        "Something is multiplied by a very large number in {scenarios}, perhaps a percentage written as a whole number. Write 0.75 "
        "for 75%.",
    ),
    "added_by_uptake": Said(
        DECIDED,
        "Of the patients that {scenarios} would add, only the part that the uptake says is added. If all are meant, add them in a "
        "scenario of its own with an uptake of 1.",
    ),
    "change_without_difference": Said(
        UNUSED, "A change of {scenarios} leaves things as they are. See whether another number was meant, or remove it.",
    ),
}  # fmt: skip
