"""What warnings and notes of prices mean, in plain words: rule → group and sentences."""

from __future__ import annotations

from typing import Final

from pathway_cost.reports.words.note_facts import CHECK, DECIDED, FIRMER, RECORDS, UNUSED, Said

OF_PRICES: Final = {
    "price_of_few_records": Said(
        FIRMER,
        "Too few records of {organisations} stand behind {prices}, so a price from the next source was used. Pool years or "
        "organisations, or write `accept_small: true` in the rule, to use your own.",
    ),
    "price_in_two_figures": Said(
        FIRMER,
        "So few records stand behind {prices} that the price is rounded to two figures, to keep patients private. Pool "
        "organisations, pick records less narrowly, or take the price from another source.",
    ),
    "bundle_replaced": Said(
        DECIDED,
        "A part of a bundle of prices is missing for {organisations}, so one price for the whole stands in: {prices}. No part "
        "is counted twice or left out. Give it a price for every part to see them apart.",
    ),
    "price_borrowed": Said(
        DECIDED,
        "For {prices} at {organisations} the price of {lenders} is used, as the study says. Costs there may differ: give a price "
        "made there when there is one.",
    ),
    "organisation_without_prices": Said(
        DECIDED,
        "No source has a price of its own for {organisations}, though others have theirs; prices for any organisation are used "
        "({prices}). See that the code is right, or add its own prices.",
    ),
    "factor_lacking": Said(
        FIRMER,
        "There is no market forces factor for {organisations}, so national prices count there unadjusted. Add a row for each "
        "to the table, 1 where no adjustment is meant.",
    ),
    "index_rate_assumed": Said(
        FIRMER,
        "Some prices were brought to the study's price year by an assumed rate of growth, not a published one. Give the "
        "published rate when there is one (`price_index.rates`).",
    ),
    "older_years_not_used": Said(
        DECIDED, "The records cover several years; {prices} are of the newest. Leave the newest out of the study to use an older one.",
    ),
    "level_borrowed": Said(
        FIRMER,
        "Too few records of some groups of patients stand behind {prices}; the mean of all patients is used for those groups, "
        "so that a changed mix changes the cost less than it would. Pool years or organisations.",
    ),
    "slope_refused": Said(
        CHECK,
        "The records do not let {prices} be divided into an admission and a day, so another source answers or the price "
        "is missing. Use `method: ratio` in the rule.",
    ),
    "rule_finds_nothing": Said(
        CHECK,
        "The rules for {prices} find no record, so another source answers. See that `where` in the rule picks what is in the records.",
    ),
    "code_matches_nothing": Said(
        CHECK, "A rule for {prices} asks for a code that no record has, so the price may miss patients. Correct the code.",
    ),
    "code_nearly_matches": Said(
        CHECK,
        "Records have a code that is nearly one that the rules ask for, and are not found. If it is the same code written "
        "another way, some pounds and patients are missing from the prices: correct one of the two.",
    ),
    "activity_matches_nothing": Said(
        CHECK,
        "A rule for {prices} asks for an activity that no cost line has, so the price may lack a part. Correct the activity's code.",
    ),
    "nothing_is_left": Said(
        CHECK,
        "Every record behind {prices} of {organisations} is still open or of no day, so no price could be made and another source answers. "
        "See `where` in the rule, and whether the records are complete.",
    ),
    "pool_without_price": Said(
        CHECK,
        "Records behind {prices} of {organisations} were found, but no pounds among their activities or nothing to divide by, so no price was made. "
        "See the activities that the rule names.",
    ),
    "records_without_level": Said(
        CHECK,
        "Some records behind {prices} belong to no group by {attributes}. They count in the price over all patients and in no "
        'group\'s own. Add their code, or "*" for any other, to `derive:`.',
    ),
    "unpriced_pounds": Said(
        CHECK,
        "Some pounds of these patients{gbp} are in no price at {settings}, so the cost there is too low by them. "
        "`activities: rest` in a rule takes what no other rule does.",
    ),
    "pounds_in_two_prices": Said(
        RECORDS,
        "Some pounds{gbp} stand in more than one price ({prices}). That is right only where no patient is charged both. "
        "See that none is.",
    ),
    "rest_of_unlike_settings": Said(
        CHECK,
        "One price for the rest ({prices}) serves settings with different rules, and leaves out what any of them takes, so it may be too "
        "low. Write a rule for the rest at each setting.",
    ),
    "price_below_zero": Said(
        CHECK,
        "{prices}: a price below £0, so more use costs less. Correct the sign; if it is a rebate, write `negative: allowed` beside it.",
    ),
    "price_is_zero": Said(
        CHECK,
        "{prices}: a price of £0, perhaps a blank or a formula that was never worked out; what is used of it costs nothing. "
        "Give the price, or make what is meant to cost nothing a count.",
    ),
    "price_split_apart": Said(
        CHECK,
        "The parts of {prices} stand in different sources. Only those of the first source count, so the price is too low. "
        "Write all parts of a price in one source, for the same organisation.",
    ),
    "price_for_no_level": Said(
        CHECK,
        "A price of {prices} is for a group of patients that does not exist, so those it was meant for have the price without "
        "a group. Correct the group's name.",
    ),
    "price_nearly_asked_for": Said(
        CHECK,
        "A price in {files} is nearly one that the study asks for and is not used; another source answers. Correct its name, "
        "organisation or unit, or take it out.",
    ),
    "name_nearly_asked_for": Said(
        CHECK, "A row of {files} is nearly one that the study asks for and is not used. Correct its name, or take it out.",
    ),
    "line_nearly_asked_for": Said(
        CHECK, "A line of {files} is of a department that is nearly the one asked for, and is not used. Correct it.",
    ),
    "lender_without_prices": Said(
        CHECK, "A source of prices has none of the organisation that another is to borrow from. Name one that has prices.",
    ),
    "rates_of_no_index": Said(
        UNUSED, "Rates of growth are given for an index that nothing uses. Correct its name, or take them out.",
    ),
    "prices_not_asked_for": Said(UNUSED, "Some prices in {files} answer nothing that this study asks for. That is ordinary where a tariff holds more."),
    "names_not_asked_for": Said(UNUSED, "Some rows of {files} are of nothing that this study asks for. That is ordinary where a table holds more."),
    "prices_stand_behind": Said(UNUSED, "No price is taken from {files}: earlier sources answer all that it could."),
    "no_price_asked_for": Said(
        UNUSED, "No price in {files} answers anything that this study asks for. Correct its keys and organisations, or take it out.",
    ),
    "no_price_of_extracts_taken": Said(
        UNUSED, "None of the prices made from the PLICS records is used. Correct organisations and keys, or take the records out.",
    ),
    "no_line_used": Said(
        UNUSED, "No line of the national schedule is used. Correct what the pathway says of `national:`, or take it out.",
    ),
    "change_reaches_part": Said(
        DECIDED,
        "A change of prices is about one component, and some prices do not tell theirs, so it does not reach them. Say how those prices divide "
        "(`split:`) if they should change too.",
    ),
}  # fmt: skip
