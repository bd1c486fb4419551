"""A study file becomes a Case and its questions: what it names is read, checked and put to the engine.

No wings; the files come in the order in which they are called. `load.py` reads the study and the files it names, `inputs.py`
its patients, places and time, `price_study.py` its prices; `questions.py` puts what it asks of time and chance, `record.py`
says how the run was made. Stands on specs, tables, plics, engine and results.

Read first: `load.py`, then `questions.py`.
"""
