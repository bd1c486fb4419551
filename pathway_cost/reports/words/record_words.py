"""What findings in the records of trusts and in users' files mean, in plain words: rule → group and sentences."""

from __future__ import annotations

from typing import Final

from pathway_cost.reports.words.note_facts import CHECK, RECORDS, UNUSED, Said

OF_RECORDS: Final = {
    "negative_cost": Said(
        RECORDS,
        "{records}{gbp} have a cost line below £0. They are kept, as credits are ordinary in PLICS, and make the prices a "
        "little lower. If you do not expect credits there, ask the trust what they are.",
    ),
    "zero_cost": Said(
        RECORDS,
        "{records} cost nothing. They count as activity and so make the prices lower. If they were not costed, have "
        "the trust cost them or take them out.",
    ),
    "ends_before_start": Said(
        CHECK,
        "{records} end before they start. Their pounds count; their days may be wrong. Have the trust correct the dates.",
    ),
    "stays_beyond_dates": Said(
        CHECK,
        "{records} have more days than lie between their start and their end. A price per bed day divides by those days and "
        "may be too low. Have the trust correct the length of stay or the dates.",
    ),
    "no_start_date": Said(
        CHECK,
        "{records} have no start date, so their patients have no age and nothing is joined to them by date. Have the trust "
        "add the dates.",
    ),
    "outside_year": Said(
        CHECK,
        "{records} lie outside the financial year that their file is of. They count towards that year's prices. Ask the "
        "trust whether they belong in the file.",
    ),
    "no_count_with_cost": Said(
        CHECK,
        "{records} have a cost for an activity of which there was none. Their pounds count, and a price per activity comes "
        "out too high. Ask the trust for the counts.",
    ),
    "short_stay_is_long": Said(
        RECORDS,
        "{records} are called short emergency stays and last two days or more. A rule that picks short stays by their name "
        "takes them in. Ask the trust which is right.",
    ),
    "long_stay_is_short": Said(
        RECORDS,
        "{records} are called long emergency stays and last less than two days. A rule that picks long stays by their name "
        "takes them in. Ask the trust which is right.",
    ),
    "ungroupable": Said(
        RECORDS,
        "{records} have no valid HRG, so a rule that picks by HRG cannot find them. Ask the trust to code them.",
    ),
    "no_completion": Said(
        CHECK,
        "{records} do not say whether they were complete at the end of the year. They are taken as still open and left out "
        "of prices per episode. Have the trust fill in the type of episode (EpType).",
    ),
    "unverified_patient": Said(
        RECORDS,
        "{records} have an NHS number that is not verified, so the same patient may look like two. Pounds are not touched.",
    ),
    "repeated_record": Said(
        CHECK,
        "Some records may be in twice, which would make activity too large and prices wrong. Ask the trust whether they are "
        "the same activity; if so, take the second ones out.",
    ),
    "repeated_line": Said(
        RECORDS,
        "Some cost lines are the same as another line of the same record: pasted in twice, or two equal costs. If they are "
        "in twice, prices are too high: have the trust take the second ones out.",
    ),
    "cost_row_repeated": Said(
        CHECK,
        "Some cost rows have the identifier of a row of another record. If they are the same row, pounds are counted twice: "
        "have the trust give each row its own identifier, or take them out.",
    ),
    "code_written_two_ways": Said(
        RECORDS,
        "A code is written in several ways in the records. What asks for one way does not find the other, so a price may "
        "miss records. Have it written in one way, or ask for both.",
    ),
    "code_with_zeros": Said(
        RECORDS, "Some codes are written with or without a leading zero. They are read as the code that is meant.",
    ),
    "code_unknown": Said(
        CHECK,
        "Some records have a code that is on no list of the PLICS standard. Rules that pick by that code do not find them. "
        "Have the trust correct the codes.",
    ),
    "layout_not_seen": Said(
        CHECK,
        "The extract is of a version of the PLICS layout that is not known here, and was read by the names of its fields. "
        "Check that the totals are the trust's own before you rely on the prices.",
    ),
    "layout_differs": Said(
        RECORDS,
        "The extract has fields that its layout does not name, or lacks some. What is there was read. If a price looks wrong, "
        "ask the trust about the missing fields.",
    ),
    "no_postcode_matches": Said(
        CHECK,
        "No record's postcode is in the table of areas, so nobody was given an area. Check that both write postcodes in the "
        "same way.",
    ),
    "accept_names_no_file": Said(
        UNUSED, "A difference was accepted for a file that was not read. Correct the name of the file, or take the line out.",
    ),
    "accept_names_no_difference": Said(
        UNUSED, "A difference was accepted that the file does not have. Take the line out.",
    ),
    "organisations_of_no_role": Said(
        RECORDS,
        "The records hold organisations that play no role in this study; nothing is priced from them. If one of them "
        "should, name it in the footprint.",
    ),
    "work_in_progress": Said(
        RECORDS,
        "Episodes still open at the end of the year are left out of the prices of {prices}{gbp}: their costs so far are not the cost of a "
        "whole episode. They count in the year that completes them; with many of them, use records of two years.",
    ),
    "zero_day_stays": Said(
        RECORDS,
        "Stays of no day are left out of the prices of {prices}{gbp}: there is no day to divide their pounds by. To count them as half a "
        "day each, write `zero_day: 0.5` in the rule.",
    ),
    "orphan_records": Said(
        RECORDS,
        "Some {feeds} records belong to no admission or attendance of the extract, so no price of one holds their "
        "pounds{gbp}. If they are of these patients, those prices are too low: ask the trust for the records they belong to.",
    ),
    "unmapped_pounds": Said(
        RECORDS,
        "Some pounds{gbp} are of no component (staff, drugs, theatre and so on). Prices are right; how they divide is not "
        "told in full. Add the codes to the table of components.",
    ),
    "column_unused": Said(UNUSED, "Some columns of {files} are not used. Nothing needs to be done if none of them was meant to count."),
    "sheet_not_named": Said(
        CHECK, "{files} has several sheets, and the study does not say which one to read. See that the right one was read, and name it.",
    ),
    "total_row": Said(
        CHECK,
        "A row of {files} is the sum of all the others and may be a total, which would count everything twice. If it is "
        "one, delete the row.",
    ),
    "rows_repeated": Said(
        CHECK, "Rows of {files} say the same as another row, so patients may be counted twice. Take out what is in twice.",
    ),
    "old_workbook": Said(
        CHECK,
        "{files} is an old kind of workbook (.xls), in which errors and hidden rows cannot be seen. Save it as .xlsx and run "
        "again.",
    ),
    "hidden_cells_read": Said(
        CHECK, "Hidden rows, columns or sheets of {files} were read like the rest. Delete there what must not count.",
    ),
    "cell_shows_percent": Said(
        CHECK,
        "Amounts in {files} show as percentages: what looks like 35% counts as 0.35. Format the column as numbers, and see "
        "what they should be.",
    ),
}  # fmt: skip
