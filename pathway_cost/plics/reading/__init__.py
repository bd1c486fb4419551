"""PLICS extracts become events and cost lines: every control total proved, nothing that identifies a patient kept.

The first wing of plics.
"""
