"""How each verb of a scenario changes a pathway: one file a family, functions that return a new pathway.

Comes after format.
"""
