"""A study file becomes a Case and its questions: what it names is read, checked and put to the engine.

Stands on specs, tables, plics, engine and results.
"""
