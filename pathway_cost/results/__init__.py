"""What it means: scenarios costed, compared, looked at under chance, and put into tables. Numbers, never files.

`costed` is one scenario and its cuts, whether a model expects it or it was measured, `compared` two side by side with the
bridge that explains the change, `chance` what draws, alternatives and sampled patients say of it, `frames` the tables and
the record of a run.

Read first: `costed.py` (one scenario), then `comparison.py` (two), then `catalogue.py` (every table of a run).
"""
