"""Patients who walk one by one, each with own luck, so that their costs have a distribution. Comes after pounds."""
