"""Who, at what price: cohorts, unit costs, the National Schedule, price years. Frames are checked once, when made.

Read first: `unit_costs.py` (one set of prices), `resolve.py` (which set prices what), `prices.py` (the prices of a
study), `cohort.py` and `segments.py` (the patients). Tables know nothing of specs: plain pairs and mappings come in.
"""
