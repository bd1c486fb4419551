"""The arithmetic: a pathway, its patients and their prices become the cost cube. Arrays live here; labels leave here.

`model` says what is costed, `values` what the numbers are for like patients, `activity` what patients do, `pounds` what
that costs; `draws` and `walk` do it again for other numbers, and patient by patient. Each imports only those before it.

Read first: `lives.py` (what patients under some of the scenarios live with), then `cost.py` (one scenario costed).
"""
