"""What the models mean: one file a theme, one rule a function, all faults together.

Comes after format, reading and changes.
"""
