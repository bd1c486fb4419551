"""A study file becomes a case and its questions: what it names is read, checked and put to the engine.

No wings. `load.py` reads the study and the files it names, `inputs.py` makes the case, `needs.py` says what it asks of the
price sets and `price_study.py` answers; `draws.py`, `single_numbers.py`, `levers.py`, `attribution.py` and `sampling.py`
each put one question of chance to the same lives; `record.py` says how the run was made. Stands on specs, tables, plics,
engine and results.

Read first: `load.py`, then `inputs.py`.
"""
