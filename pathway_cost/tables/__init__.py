"""Who, at what price: cohorts, unit costs, the National Schedule, price years. Frames are checked once, when made.

Its wings, each resting on the first:

reading  tables out of CSV, Parquet and workbooks, every cell that cannot be told at its row
cohort   the patients of a study, as a checked table and as segments of like patients
prices   sets of unit costs, national schedules and indices, resolved to one price a key

Read first: `unit_costs` (one set of prices), `resolve` (which set prices what), `prices` (the prices of a study), `cohort`
and `segments` (the patients). Tables know nothing of specs: plain pairs and mappings come in.
"""
