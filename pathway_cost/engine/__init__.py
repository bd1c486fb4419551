"""The arithmetic: a pathway, a cohort and prices become the cost cube. Arrays live here; labels leave here.

Read first: `evaluate.py` (cost one scenario), `arms.py` (who lives under which scenarios), `living.py` (what they
live with). Underneath: `compile.py` and `graph.py` (names become integers), `program.py` (visits as a straight line of
steps), `kernels.py` and `kernels_compiled.py` (the steps on arrays), `bases.py`, `averages.py`, `patients.py` and
`block.py` (patients alike, and each with numbers of their own), `cubing.py` (totals). `effects.py` says what each
change does.
"""
