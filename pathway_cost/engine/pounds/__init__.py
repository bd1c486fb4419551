"""What that costs: prices by use and segment, the cube, its variance, and what each change moves.

Comes after activity.
"""
